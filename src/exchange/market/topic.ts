/** A stream and who listens to it: its payload is serialised once, and only when somebody does. */
import type { FrameClass } from '../faults/frame-faults.ts';

export interface Listener {
  /** Takes a frame as UTF-8; `name` is what faults know it by: its stream, or what it tells a user. */
  frame(name: string, frameClass: FrameClass, bytes: Buffer): void;
}

export class Topic {
  readonly name: string;
  readonly frameClass: FrameClass;
  /** Called when the first listener comes. */
  onHeard: (() => void) | undefined;
  /** Bare payloads, and those in the envelope of combined streams. */
  readonly #bare = new Set<Listener>();
  readonly #combined = new Set<Listener>();
  readonly #envelope: string;

  constructor(name: string, frameClass: FrameClass = 'market') {
    this.name = name;
    this.frameClass = frameClass;
    this.#envelope = `{"stream":${JSON.stringify(name)},"data":`;
  }

  get isHeard(): boolean {
    return this.#bare.size > 0 || this.#combined.size > 0;
  }

  add(listener: Listener, combined: boolean): void {
    const wasHeard = this.isHeard;
    (combined ? this.#combined : this.#bare).add(listener);
    if (!wasHeard) this.onHeard?.();
  }

  remove(listener: Listener): void {
    this.#bare.delete(listener);
    this.#combined.delete(listener);
  }

  publish(payload: string, faultName = this.name): void {
    if (this.#bare.size > 0) {
      const bytes = Buffer.from(payload);
      for (const listener of this.#bare) listener.frame(faultName, this.frameClass, bytes);
    }
    if (this.#combined.size > 0) {
      const bytes = Buffer.from(`${this.#envelope}${payload}}`);
      for (const listener of this.#combined) listener.frame(faultName, this.frameClass, bytes);
    }
  }
}
