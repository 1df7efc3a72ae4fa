/** All events of a run in little memory: what a timeline asks of each in columns, the events themselves packed away. */
import type { EngineEvent } from '../domain/index.ts';
import { assert } from '../kernel/assert.ts';

/** An event and the number of inputs after which it has happened. */
export interface IndexedEvent {
  readonly cursor: number;
  readonly event: EngineEvent;
}

/** Puts chunks of events away; a host that knows how to compress does so. */
export interface EventPacker {
  pack(events: readonly IndexedEvent[]): unknown;
  /** What was packed, or equal to it. */
  unpack(packed: unknown): readonly IndexedEvent[];
}

/** Keeps the events as they are. */
export const PLAIN_PACKER: EventPacker = {
  pack: (events) => events,
  unpack: (packed) => packed as readonly IndexedEvent[],
};

/** What an event is to a timeline. */
export const EVENT_CLASS = {
  other: 0,
  decision: 1,
  vetoedDecision: 2,
  fill: 3,
  kill: 4,
  operatorVeto: 5,
  positionClosed: 6,
  proposal: 7,
  halt: 8,
} as const;

const CHUNK = 512;
/** Unpacked chunks that are kept. */
const UNPACKED = 6;

class Chunk {
  readonly cursors = new Float64Array(CHUNK);
  readonly timesUs = new Float64Array(CHUNK);
  readonly classes = new Uint8Array(CHUNK);
  readonly values = new Float64Array(CHUNK);
  /** The events themselves while the chunk is being filled. */
  open: IndexedEvent[] | undefined = [];
  packed: unknown;
}

export class EventLog {
  readonly #packer: EventPacker;
  #chunks: Chunk[] = [];
  #count = 0;
  readonly #unpacked = new Map<Chunk, readonly IndexedEvent[]>();

  constructor(packer: EventPacker = PLAIN_PACKER) {
    this.#packer = packer;
  }

  get count(): number {
    return this.#count;
  }

  push(cursor: number, event: EngineEvent): void {
    const at = this.#count % CHUNK;
    if (at === 0) this.#chunks.push(new Chunk());
    const chunk = this.#chunks.at(-1)!;
    chunk.cursors[at] = cursor;
    chunk.timesUs[at] = event.atUs;
    chunk.classes[at] = classOf(event);
    chunk.values[at] = figureOf(event);
    chunk.open!.push({ cursor, event });
    this.#count++;
    if (at === CHUNK - 1) {
      chunk.packed = this.#packer.pack(chunk.open!);
      chunk.open = undefined;
    }
  }

  /** Inputs after which event `index` has happened. */
  cursorAt(index: number): number {
    return this.#chunk(index).cursors[index % CHUNK]!;
  }

  /** Session time at which event `index` has happened. */
  timeAt(index: number): number {
    return this.#chunk(index).timesUs[index % CHUNK]!;
  }

  /** See {@link EVENT_CLASS}. */
  classAt(index: number): number {
    return this.#chunk(index).classes[index % CHUNK]!;
  }

  /** Id of a decision, net result of a closed position, else 0. */
  valueAt(index: number): number {
    return this.#chunk(index).values[index % CHUNK]!;
  }

  at(index: number): IndexedEvent {
    return this.#eventsOf(this.#chunk(index))[index % CHUNK]!;
  }

  /** Events [from, to), as far as there are such. */
  slice(from: number, to: number): IndexedEvent[] {
    const end = Math.min(to, this.#count);
    const found: IndexedEvent[] = [];
    for (let i = Math.max(from, 0); i < end; i++) found.push(this.at(i));
    return found;
  }

  /** How many events have happened after `cursor` inputs. */
  countAt(cursor: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.cursorAt(middle) <= cursor) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Forgets the events after `cursor` inputs. */
  truncate(cursor: number): void {
    const count = this.countAt(cursor);
    if (count === this.#count) return;
    const chunks = Math.ceil(count / CHUNK);
    const last = this.#chunks[chunks - 1];
    if (last !== undefined && count % CHUNK !== 0) {
      last.open = this.#eventsOf(last).slice(0, count % CHUNK);
      last.packed = undefined;
    }
    this.#chunks.length = chunks;
    this.#count = count;
    this.#unpacked.clear();
  }

  #chunk(index: number): Chunk {
    const chunk = this.#chunks[Math.floor(index / CHUNK)];
    assert(chunk !== undefined && index < this.#count, 'there is no such event');
    return chunk;
  }

  #eventsOf(chunk: Chunk): readonly IndexedEvent[] {
    if (chunk.open !== undefined) return chunk.open;
    const known = this.#unpacked.get(chunk);
    if (known !== undefined) return known;
    const events = this.#packer.unpack(chunk.packed);
    if (this.#unpacked.size === UNPACKED) this.#unpacked.delete(this.#unpacked.keys().next().value!);
    this.#unpacked.set(chunk, events);
    return events;
  }
}

function classOf(event: EngineEvent): number {
  switch (event.kind) {
    case 'decision':
      return event.trace.verdict === 'vetoed' ? EVENT_CLASS.vetoedDecision : EVENT_CLASS.decision;
    case 'fill':
      return EVENT_CLASS.fill;
    case 'kill':
      return EVENT_CLASS.kill;
    case 'proposal-closed':
      return event.outcome === 'vetoed-by-operator' ? EVENT_CLASS.operatorVeto : EVENT_CLASS.other;
    case 'position-closed':
      return EVENT_CLASS.positionClosed;
    case 'proposal-opened':
      return EVENT_CLASS.proposal;
    case 'halt':
      return EVENT_CLASS.halt;
    default:
      return EVENT_CLASS.other;
  }
}

function figureOf(event: EngineEvent): number {
  if (event.kind === 'decision') return event.trace.decisionId;
  return event.kind === 'position-closed' ? Number(event.realised) - Number(event.fees) : 0;
}
