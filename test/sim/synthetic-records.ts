/** Reads what the synthetic market writes, for the tests: records as plain objects, and a run of one-second samples. */
import { AT, FLAG_BUYER_MAKER, FLAG_HAS_PREVIOUS, InputEncoder, RECORD } from '../../engine/domain/index.ts';
import { SyntheticMarket, type SyntheticMarketOptions } from '../../engine/sim/synthetic-market.ts';

export const START_US = 1_700_000_000_000_000;

export interface Level {
  readonly price: number;
  readonly quantity: number;
}

interface RecordBase {
  readonly instrument: number;
  readonly venueAtUs: number;
  readonly receivedAtUs: number;
}

export type SyntheticRecord = RecordBase &
  (
    | {
        readonly kind: 'trade';
        readonly price: number;
        readonly quantity: number;
        readonly tradeId: number;
        readonly buyerIsMaker: boolean;
      }
    | { readonly kind: 'quote'; readonly bid: Level; readonly ask: Level; readonly updateId: number }
    | {
        readonly kind: 'depth' | 'snapshot';
        readonly first: number;
        readonly last: number;
        readonly previous: number | undefined;
        readonly bids: readonly Level[];
        readonly asks: readonly Level[];
      }
  );

/** Decodes the record that `encoder` holds. */
function decode(encoder: InputEncoder, receivedAtUs: number): SyntheticRecord {
  const bytes = encoder.bytes();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const at = (offset: number) => view.getFloat64(offset, true);
  const base = { instrument: view.getUint16(AT.instrument, true), venueAtUs: at(AT.venueAtUs), receivedAtUs };
  const type = view.getUint8(AT.type);
  const flags = view.getUint8(AT.flags);
  if (type === RECORD.trade) {
    const buyerIsMaker = (flags & FLAG_BUYER_MAKER) !== 0;
    const [price, quantity, tradeId] = [at(AT.tradePrice), at(AT.tradeQuantity), at(AT.tradeId)];
    return { ...base, kind: 'trade', price, quantity, tradeId, buyerIsMaker };
  }
  if (type === RECORD.quote) {
    const bid = { price: at(AT.bidPrice), quantity: at(AT.bidQuantity) };
    const ask = { price: at(AT.askPrice), quantity: at(AT.askQuantity) };
    return { ...base, kind: 'quote', bid, ask, updateId: at(AT.quoteUpdateId) };
  }
  const bidCount = view.getUint32(AT.bidCount, true);
  const count = bidCount + view.getUint32(AT.askCount, true);
  const levels = Array.from({ length: count }, (_, i) => ({
    price: at(AT.levels + i * 16),
    quantity: at(AT.levels + i * 16 + 8),
  }));
  return {
    ...base,
    kind: type === RECORD.snapshot ? 'snapshot' : 'depth',
    first: at(AT.firstUpdateId),
    last: at(AT.lastUpdateId),
    previous: (flags & FLAG_HAS_PREVIOUS) !== 0 ? at(AT.previousUpdateId) : undefined,
    bids: levels.slice(0, bidCount),
    asks: levels.slice(bidCount),
  };
}

/** Runs a market for `seconds` of session time and hands over each record as it is written. */
export function runMarket(
  options: Omit<SyntheticMarketOptions, 'startUs'>,
  seconds: number,
  visit: (record: SyntheticRecord, market: SyntheticMarket, bytes: Uint8Array) => void,
): SyntheticMarket {
  const market = new SyntheticMarket({ ...options, startUs: START_US });
  const encoder = new InputEncoder();
  while (market.nextAtUs() < START_US + seconds * 1e6) {
    const receivedAtUs = market.emit(encoder);
    visit(decode(encoder, receivedAtUs), market, encoder.bytes());
  }
  return market;
}

/** What one symbol looked like at the end of one second. */
export interface Sample {
  readonly regime: string;
  /** Middle price in ticks. */
  readonly mid: number;
  readonly spreadBps: number;
  /** Order-flow imbalance of the second (Cont, Kukanov, Stoikov 2014), in lots. */
  readonly imbalance: number;
  readonly tradedLots: number;
}

/** One sample a second for each symbol. */
export function sampleMarket(options: Omit<SyntheticMarketOptions, 'startUs'>, seconds: number): Sample[][] {
  const series: Sample[][] = options.symbols.map(() => []);
  const tops: Array<{ bid: Level; ask: Level } | undefined> = options.symbols.map(() => undefined);
  const imbalance = options.symbols.map(() => 0);
  const tradedLots = options.symbols.map(() => 0);
  let second = 0;
  runMarket(options, seconds, (record, market) => {
    while (record.receivedAtUs >= START_US + (second + 1) * 1e6) {
      second++;
      series.forEach((samples, i) => {
        const top = tops[i]!;
        const mid = (top.bid.price + top.ask.price) / 2;
        const spreadBps = ((top.ask.price - top.bid.price) / mid) * 1e4;
        const [flow, lots] = [imbalance[i]!, tradedLots[i]!];
        samples.push({ regime: market.regimeOf(i), mid, spreadBps, imbalance: flow, tradedLots: lots });
        imbalance[i] = 0;
        tradedLots[i] = 0;
      });
    }
    const i = record.instrument;
    if (record.kind === 'trade') tradedLots[i]! += record.quantity;
    if (record.kind !== 'quote') return;
    const before = tops[i];
    if (before) imbalance[i]! += flowOf(before.bid, record.bid, 1) - flowOf(before.ask, record.ask, -1);
    tops[i] = record;
  });
  return series;
}

function flowOf(before: Level, now: Level, direction: number): number {
  const move = (now.price - before.price) * direction;
  return (move >= 0 ? now.quantity : 0) - (move <= 0 ? before.quantity : 0);
}
