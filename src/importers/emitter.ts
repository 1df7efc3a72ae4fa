/** Writes ready events, which come in the order of time, as input records numbered from 1. */
import { InputEncoder, type InputKind } from '../../engine/domain/index.ts';
import type { DepthOutput } from './depth-sequence.ts';
import type { ReadyDepth, ReadyEvent } from './ready-event.ts';
import type { ImportSink } from './types.ts';

export type InputCounts = Partial<Record<InputKind, number>>;

export class Emitter implements DepthOutput {
  inputs = 0;
  firstUs = 0;
  lastUs = 0;
  /** Inputs of each instrument by kind, and behind them those that are of none. */
  readonly counts: InputCounts[];
  /** Inputs of each file. */
  readonly records: number[];
  readonly #encoder = new InputEncoder();
  readonly #sink: ImportSink;
  readonly #onStale: (event: ReadyDepth) => void;

  constructor(sink: ImportSink, instruments: number, files: number, onStale: (event: ReadyDepth) => void) {
    this.#sink = sink;
    this.#onStale = onStale;
    this.counts = Array.from({ length: instruments + 1 }, () => ({}));
    this.records = new Array<number>(files).fill(0);
  }

  /** Writes a trade, quote, bar or reading. */
  market(event: Exclude<ReadyEvent, ReadyDepth>, atUs: number): void {
    const { instrument, venueAtUs } = event;
    switch (event.kind) {
      case 'trade':
        this.#encoder.trade(instrument, venueAtUs, event.price, event.quantity, event.tradeId, event.buyerIsMaker);
        break;
      case 'quote': {
        const { bidPrice, bidQuantity, askPrice, askQuantity, updateId } = event;
        this.#encoder.quote(instrument, venueAtUs, bidPrice, bidQuantity, askPrice, askQuantity, updateId);
        break;
      }
      case 'bar': {
        const { open, high, low, close, volume, intervalUs, tradeCount } = event;
        this.#encoder.bar(instrument, venueAtUs, open, high, low, close, volume, intervalUs, tradeCount);
        break;
      }
      case 'reading':
        this.#encoder.reading(event.source, instrument, venueAtUs, event.value);
        break;
    }
    this.#write(event, event.kind, atUs);
    this.#countFile(event);
  }

  depth(event: ReadyDepth, atUs: number): void {
    const { instrument, venueAtUs, firstUpdateId, lastUpdateId, previousUpdateId, bids, asks } = event;
    const snapshot = event.kind === 'snapshot';
    this.#encoder.depth(instrument, venueAtUs, firstUpdateId, lastUpdateId, previousUpdateId, bids, asks, snapshot);
    this.#write(event, event.kind, atUs);
    this.#countFile(event);
  }

  gap(event: ReadyDepth, atUs: number): void {
    this.#encoder.gap(event.instrument, event.venueAtUs, 'sequence');
    this.#write(event, 'gap', atUs);
  }

  stale(event: ReadyDepth): void {
    this.#onStale(event);
  }

  /** Counts of all instruments together. */
  totals(): InputCounts {
    const totals: InputCounts = {};
    for (const counts of this.counts) {
      for (const [kind, count] of Object.entries(counts) as [InputKind, number][])
        totals[kind] = (totals[kind] ?? 0) + count;
    }
    return totals;
  }

  #write(event: ReadyEvent, kind: InputKind, atUs: number): void {
    this.inputs++;
    if (this.inputs === 1) this.firstUs = atUs;
    this.lastUs = atUs;
    this.#encoder.stamp(this.inputs, atUs);
    this.#sink.append(this.#encoder.bytes());
    const counts = this.counts[event.instrument] ?? this.counts.at(-1)!;
    counts[kind] = (counts[kind] ?? 0) + 1;
  }

  #countFile(event: ReadyEvent): void {
    this.records[event.file] = (this.records[event.file] ?? 0) + 1;
  }
}
