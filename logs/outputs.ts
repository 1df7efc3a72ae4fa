/** The outputs that a session recorded, as assertions for its replay: found by sequence, parsed only when asked for. */
import { AT, assert, type EngineEvent } from '../engine/domain/index.ts';
import { cleanText } from './clean-text.ts';
import { JournalRotError } from './errors.ts';
import { decodeText } from './format.ts';
import type { Segment } from './segment.ts';

export class RecordedOutputs {
  readonly #segments: Segment[] = [];
  readonly #seqs: number[] = [];
  readonly #segmentOf: number[] = [];
  readonly #offsets: number[] = [];

  /** How many there are. */
  get count(): number {
    return this.#seqs.length;
  }

  /** Takes up the output record at `offset`; sequences never fall. */
  add(segment: Segment, offset: number): void {
    if (this.#segments.at(-1) !== segment) this.#segments.push(segment);
    this.#seqs.push(segment.view.getFloat64(offset + AT.seq, true));
    this.#segmentOf.push(this.#segments.length - 1);
    this.#offsets.push(offset);
  }

  /**
   * Canonical JSON of what input `seq` caused, in order: equal to `canonical(event)` of a true replay. As it
   * was recorded, so compare it and do not print it.
   */
  textsAt(seq: number): readonly string[] {
    const texts: string[] = [];
    for (let i = this.#firstFrom(seq); this.#seqs[i] === seq; i++) texts.push(this.#text(i));
    return texts;
  }

  /** The events that input `seq` caused. Throws {@link JournalRotError} when a text is none. */
  eventsAt(seq: number): readonly EngineEvent[] {
    const events: EngineEvent[] = [];
    for (let i = this.#firstFrom(seq); this.#seqs[i] === seq; i++) events.push(this.#event(i));
    return events;
  }

  /** Every event in order. */
  *events(): Generator<EngineEvent> {
    for (let i = 0; i < this.#seqs.length; i++) yield this.#event(i);
  }

  #firstFrom(seq: number): number {
    let low = 0;
    let high = this.#seqs.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#seqs[middle]! < seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #segment(index: number): Segment {
    return this.#segments[this.#segmentOf[index]!]!;
  }

  #text(index: number): string {
    const { view } = this.#segment(index);
    const at = this.#offsets[index]!;
    const text = decodeText(view, at, view.getUint32(at, true));
    assert(text !== undefined, 'an output was verified when it was read');
    return text;
  }

  #event(index: number): EngineEvent {
    const { view, path } = this.#segment(index);
    const at = this.#offsets[index]!;
    const value = parseSafely(this.#text(index));
    const fits =
      value !== null &&
      typeof value === 'object' &&
      'kind' in value &&
      typeof value.kind === 'string' &&
      'seq' in value &&
      value.seq === view.getFloat64(at + AT.seq, true) &&
      'atUs' in value &&
      value.atUs === view.getFloat64(at + AT.receivedAtUs, true);
    if (!fits) throw new JournalRotError(path, at, 'the output is no event of its input');
    return value as EngineEvent;
  }
}

/** JSON with every text in it safe to print; undefined when it is none. */
function parseSafely(text: string): unknown {
  try {
    return JSON.parse(text, (_key, value: unknown) => (typeof value === 'string' ? cleanText(value) : value));
  } catch {
    return undefined;
  }
}
