/** Where stages put their events during a step; the host takes them after it. */
import type { EngineEvent, EventBody } from './events.ts';

export class Outbox {
  events: EngineEvent[] = [];
  /** Set by the step before any stage runs. */
  seq = 0;
  atUs = 0;

  push(body: EventBody): void {
    this.events.push({ seq: this.seq, atUs: this.atUs, ...body });
  }

  /** Hands the events over and starts anew. */
  take(): EngineEvent[] {
    if (this.events.length === 0) return NONE;
    const taken = this.events;
    this.events = [];
    return taken;
  }
}

const NONE: EngineEvent[] = [];
