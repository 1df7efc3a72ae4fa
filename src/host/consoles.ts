/** The consoles that look at one live engine: the one of this process, and those attached over the control socket. */
import type { Log } from '../../logs/index.ts';
import type { FromEngine } from '../../state/protocol.ts';
import type { AttachedLine } from '../control/server.ts';
import { ConsoleLink, type LinkTarget } from './console-link.ts';
import type { Carrier } from './publisher.ts';

export class Consoles {
  readonly own: ConsoleLink;
  readonly #target: LinkTarget;
  readonly #log: Log;
  readonly #attached = new Set<ConsoleLink>();
  #ready = false;

  constructor(target: LinkTarget, carrier: Carrier, log: Log) {
    this.#target = target;
    this.#log = log;
    this.own = new ConsoleLink(target, carrier);
  }

  /** Whether an attached console looks on. */
  get watched(): boolean {
    return this.#attached.size > 0;
  }

  /** A console over the control socket: the same talk as the own one's, until it goes away. */
  attach(line: AttachedLine): void {
    const target: LinkTarget = { ...this.#target, view: () => ({ ...this.#target.view(), attached: true }) };
    const link = new ConsoleLink(target, (message) => line.send(message));
    this.#attached.add(link);
    this.#log.info({ attached: this.#attached.size }, 'a console attached');
    line.onMessage((message) => {
      if (message === undefined) {
        this.#attached.delete(link);
        this.#log.info({ attached: this.#attached.size }, 'a console detached');
      } else if (message.type !== 'stop') link.handle(message);
    });
    if (this.#ready) link.send({ type: 'ready' });
  }

  /** The warm start is over. */
  ready(): void {
    this.#ready = true;
    this.broadcast({ type: 'ready' });
  }

  broadcast(message: FromEngine): void {
    for (const link of this.#all()) link.send(message);
  }

  /** See {@link ConsoleLink.poll}. */
  poll(nowMs: number): void {
    for (const link of this.#all()) link.poll(nowMs);
  }

  /** Something has changed that every console shows at once. */
  hurry(nowMs: number): void {
    for (const link of this.#all()) {
      link.hurry();
      link.poll(nowMs);
    }
  }

  #all(): ConsoleLink[] {
    return [this.own, ...this.#attached];
  }
}
