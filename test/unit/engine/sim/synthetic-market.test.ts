/** The synthetic market against an independent book: continuity, touch, determinism, what it lists. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { InputEncoder, prepareInstrument } from '../../../../engine/domain/index.ts';
import { SyntheticMarket } from '../../../../engine/sim/synthetic-market.ts';
import { parseSyntheticSymbol } from '../../../../engine/sim/synthetic-market-symbols.ts';
import { type Level, runMarket, START_US, type SyntheticRecord } from '../../../sim/synthetic-records.ts';

const FUTURES = ['BTC/USDT:USDT', 'ETH/USDT:USDT', 'SOL/USDT:USDT', 'DOGE/USDT:USDT'];
const MIXED = ['BTC/USDT', 'BTC/USDT:USDT', 'DOGE/USDT', 'PEPE/USDT:USDT', 'ETH/BTC'];

/** A book that knows nothing but what it is told: two maps of price to quantity. */
class NaiveBook {
  readonly bids = new Map<number, number>();
  readonly asks = new Map<number, number>();
  last = -1;
  quoted: { bid: Level; ask: Level } | undefined;

  top(): { bid: Level; ask: Level } {
    const bid = Math.max(...this.bids.keys());
    const ask = Math.min(...this.asks.keys());
    return { bid: { price: bid, quantity: this.bids.get(bid)! }, ask: { price: ask, quantity: this.asks.get(ask)! } };
  }

  put(side: Map<number, number>, levels: readonly Level[]): void {
    for (const { price, quantity } of levels) {
      const fits = Number.isSafeInteger(price) && price > 0 && Number.isSafeInteger(quantity) && quantity >= 0;
      if (!fits) throw new Error(`level of ${quantity} at ${price}`);
      if (quantity === 0) side.delete(price);
      else side.set(price, quantity);
    }
  }
}

/** An `expect` for loops over many records, where building one costs more than the market. */
function hold(condition: boolean, rule: string): void {
  if (!condition) throw new Error(`broken: ${rule}`);
}

function sameTop(a: { bid: Level; ask: Level }, b: { bid: Level; ask: Level } | undefined): boolean {
  if (b === undefined || a.bid.price !== b.bid.price || a.ask.price !== b.ask.price) return false;
  return a.bid.quantity === b.bid.quantity && a.ask.quantity === b.ask.quantity;
}

function apply(book: NaiveBook, record: SyntheticRecord): void {
  if (record.kind === 'quote') {
    book.quoted = { bid: record.bid, ask: record.ask };
    if (record.updateId !== book.last) throw new Error('a quote of another book than the last one told');
    return;
  }
  if (record.kind === 'trade') {
    const { price, quantity } = book.top()[record.buyerIsMaker ? 'bid' : 'ask'];
    if (record.price !== price) throw new Error(`trade at ${record.price}, the touch is ${price}`);
    if (!(record.quantity > 0 && record.quantity <= quantity)) throw new Error('trade larger than its level');
    const side = record.buyerIsMaker ? book.bids : book.asks;
    book.put(side, [{ price, quantity: quantity - record.quantity }]);
    return;
  }
  book.put(book.bids, record.bids);
  book.put(book.asks, record.asks);
  book.last = record.last;
}

describe.each([
  ['futures', FUTURES],
  ['mixed', MIXED],
])('a market of %s symbols', (_, symbols) => {
  it('tells a book that an independent one can follow, never crossed, with the quote at its top', () => {
    const books = symbols.map(() => new NaiveBook());
    const seen = { trade: 0, quote: 0, depth: 0, snapshot: 0 };
    let owed: NaiveBook | undefined;
    runMarket({ seed: 11, symbols }, 240, (record, market) => {
      const book = books[record.instrument]!;
      const spot = market.instruments[record.instrument]!.kind === 'spot';
      seen[record.kind]++;
      if (seen.snapshot < symbols.length) hold(record.kind !== 'depth' && record.kind !== 'trade', 'opens with books');
      if (owed) hold(record.kind === 'quote' && book === owed, 'a new top is quoted at once');
      if (record.kind === 'snapshot') hold(book.last === -1, 'one snapshot for each symbol');
      if (record.kind === 'depth') {
        hold(record.first === book.last + 1 && record.last >= record.first, 'updates follow one another');
        hold(record.previous === (spot ? undefined : book.last), 'futures name the update before');
      }
      apply(book, record);
      const top = book.top();
      hold(top.bid.price < top.ask.price, 'never crossed');
      const isNews = !sameTop(top, book.quoted);
      if (record.kind === 'quote') hold(!isNews, 'the quote is the top of the book');
      owed = isNews && record.kind !== 'trade' ? book : undefined;
    });
    expect(seen.snapshot).toBe(symbols.length);
    expect(Math.min(seen.trade, seen.quote, seen.depth)).toBeGreaterThan(2_000);
  });

  it('keeps at least twenty levels a side except where the market is thin or crashing', () => {
    const books = symbols.map(() => new NaiveBook());
    const fewest = { calm: 99, stressed: 99 };
    runMarket({ seed: 5, symbols }, 300, (record, market) => {
      const book = books[record.instrument]!;
      apply(book, record);
      if (record.kind !== 'depth') return;
      const regime = market.regimeOf(record.instrument);
      const kind = regime === 'thin' || regime === 'crash' ? 'stressed' : 'calm';
      fewest[kind] = Math.min(fewest[kind], book.bids.size, book.asks.size);
    });
    expect(fewest.calm).toBeGreaterThanOrEqual(20);
    expect(fewest.stressed).toBeLessThan(15);
    expect(fewest.stressed).toBeGreaterThanOrEqual(8);
  });
});

describe('determinism', () => {
  const digest = (seed: number, symbols = FUTURES) => {
    const hash = createHash('sha256');
    runMarket({ seed, symbols }, 60, (record, _, bytes) => hash.update(`${record.receivedAtUs}`).update(bytes));
    return hash.digest('hex');
  };

  it('gives the same bytes and times for the same seed, on every machine, and others for another seed', () => {
    expect(digest(1)).toBe(digest(1));
    expect(digest(1).slice(0, 32)).toBe('998840b128475dcd70b53d174575cc47');
    expect(digest(2)).not.toBe(digest(1));
  });

  it('names the time of the next record, which comes later than the one before and than the venue', () => {
    const market = new SyntheticMarket({ seed: 3, startUs: START_US, symbols: FUTURES });
    const encoder = new InputEncoder();
    let last = START_US;
    for (let i = 0; i < 20_000; i++) {
      const next = market.nextAtUs();
      hold(market.emit(encoder) === next, 'the time is the one that was named');
      const venueAtUs = new DataView(encoder.bytes().buffer).getFloat64(32, true);
      hold(Number.isSafeInteger(next) && next > last && next > venueAtUs, 'times grow');
      last = next;
    }
  });

  it('keeps to the asked rate', () => {
    for (const [ratePerSecond, seconds] of [
      [5, 2_400],
      [120, 600],
      [1_000, 100],
    ] as const) {
      let count = 0;
      runMarket({ seed: 4, symbols: FUTURES, ratePerSecond }, seconds, () => count++);
      const rate = count / seconds;
      expect(Math.abs(rate / ratePerSecond - 1), `${rate}/s instead of ${ratePerSecond}`).toBeLessThan(0.3);
    }
  });
});

describe('what it lists', () => {
  it('reads spot and linear names and no others', () => {
    expect(parseSyntheticSymbol('BTC/USDT')).toEqual({ base: 'BTC', quote: 'USDT', kind: 'spot' });
    expect(parseSyntheticSymbol('BTC/USDT:USDT')).toEqual({ base: 'BTC', quote: 'USDT', kind: 'linear' });
    for (const bad of [
      'BTC',
      'btc/usdt',
      'BTC/USD:BTC',
      'BTC/BTC',
      'A\u202eB/USDT',
      'BTC/USDT:USDT:X',
      '',
      'BTC/USDT\n',
    ]) {
      expect(parseSyntheticSymbol(bad), JSON.stringify(bad)).toBeUndefined();
    }
    expect(() => new SyntheticMarket({ seed: 1, startUs: 0, symbols: ['BTC'] })).toThrow('cannot list BTC');
    expect(() => new SyntheticMarket({ seed: 1, startUs: 0, symbols: ['ETH/USDT', 'ETH/USDT'] })).toThrow('twice');
  });

  it('lists instruments that the engine can trade, in the order asked', () => {
    const symbols = [...FUTURES, 'BNB/USDT', 'WOOF/USDT:USDT', 'ZZTOP/USDT'];
    const { instruments } = new SyntheticMarket({ seed: 9, startUs: 0, symbols });
    expect(instruments.map((i) => i.symbol)).toEqual(symbols);
    instruments.forEach((spec, index) => {
      const instrument = prepareInstrument(spec, index, 'USDT');
      expect(instrument.untradable, spec.symbol).toBeUndefined();
      expect([spec.venue, spec.inferred]).toEqual(['sim', false]);
      expect(spec.kind).toBe(spec.symbol.includes(':') ? 'linear' : 'spot');
    });
  });

  it('gives every coin, known or drawn, a grid that is fine but not absurd against its price', () => {
    const symbols = [
      'BTC/USDT',
      'DOGE/USDT:USDT',
      'ADA/USDT',
      ...Array.from({ length: 40 }, (_, i) => `COIN${i}/USDT`),
    ];
    runMarket({ seed: 21, symbols, ratePerSecond: 200 }, 2, (record, market) => {
      if (record.kind !== 'quote') return;
      expect(record.ask.price, market.instruments[record.instrument]!.symbol).toBeGreaterThan(3_000);
      expect(record.ask.price).toBeLessThan(10_000_000);
      expect(record.ask.quantity * record.ask.price).toBeLessThan(Number.MAX_SAFE_INTEGER);
    });
  });
});
