/** A recording as the market of an exchange: what happened happens again, at the pace that is asked for. */
import { describe, expect, it } from 'vitest';
import { InputEncoder, type InstrumentSpec } from '../../../../engine/domain/index.ts';
import { SyntheticMarket } from '../../../../engine/index.ts';
import { hasMarket, SessionSource } from '../../../../src/exchange/market/session-source.ts';
import type { MarketAct, MarketSource } from '../../../../src/exchange/market/source.ts';
import { SyntheticSource } from '../../../../src/exchange/market/synthetic-source.ts';
import { MemorySource } from '../../../fixtures/recorded.ts';

const OPTIONS = { seed: 3, startUs: 1_000_000, symbols: ['BTC/USDT', 'ETH/USDT:USDT'], ratePerSecond: 200 };
const INVERSE: InstrumentSpec = {
  ...{ symbol: 'BTC/USD:BTC', venueSymbol: 'BTCUSD_PERP', venue: 'x', kind: 'inverse', base: 'BTC', quote: 'USD' },
  ...{ tickSize: '0.1', lotSize: '1', minNotional: '0', inferred: false },
};

function recording(count: number) {
  const market = new SyntheticMarket(OPTIONS);
  const encoder = new InputEncoder();
  const records = Array.from({ length: count }, (_, i) => {
    encoder.stamp(0, 0);
    const atUs = market.emit(encoder);
    encoder.stamp(i + 1, atUs);
    return encoder.bytes().slice();
  });
  return { inputs: new MemorySource(records), instruments: market.instruments };
}

function acts(source: MarketSource, count: number): Array<MarketAct | undefined> {
  return Array.from({ length: count }, () => source.next());
}

/** Levels of one instrument after acts. */
function bookAfter(list: ReadonlyArray<MarketAct | undefined>, instrument: number): string[] {
  const levels = new Map<string, number>();
  for (const act of list) {
    if (act?.kind !== 'levels' || act.instrument !== instrument) continue;
    if (act.isWhole) levels.clear();
    for (const { side, priceTicks, lots } of act.levels) {
      if (lots === 0) levels.delete(`${side} ${priceTicks}`);
      else levels.set(`${side} ${priceTicks}`, lots);
    }
  }
  return [...levels].map(([level, lots]) => `${level} ${lots}`).sort();
}

describe('a recorded session', () => {
  it('acts as the market did that was recorded, shifted in time', () => {
    const { inputs, instruments } = recording(3_000);
    const source = new SessionSource({ inputs, instruments, startUs: 50_000_000, speed: 2 });
    const live = new SyntheticSource(OPTIONS);
    const first = live.nextAtUs();
    expect(source.instruments).toEqual(live.instruments);
    for (let i = 0; i < 3_000; i++) {
      expect(source.nextAtUs()).toBe(50_000_000 + (live.nextAtUs() - first) / 2);
      expect(source.next()).toEqual(live.next());
    }
    expect(source.nextAtUs()).toBe(Number.POSITIVE_INFINITY);
  });

  it('tells whole books behind what it passes over', () => {
    const { inputs, instruments } = recording(4_000);
    const walked = new SessionSource({ inputs, instruments, startUs: 0, speed: 1 });
    const skipped = new SessionSource({ inputs, instruments, startUs: 0, speed: 1 });
    const atUs = inputs.timeAt(2_000) - inputs.timeAt(0);
    const before = acts(walked, 2_001);
    skipped.skipTo(atUs);
    const whole = acts(skipped, instruments.length);
    for (const instrument of instruments.keys()) {
      expect(bookAfter(before, instrument).length).toBeGreaterThan(10);
      expect(bookAfter(whole, instrument)).toEqual(bookAfter(before, instrument));
    }
    expect(skipped.next()).toEqual(walked.next());
  });

  it('tells trades alone where these are asked for, and knows its books all the same', () => {
    const { inputs, instruments } = recording(2_000);
    const whole = new SessionSource({ inputs, instruments, startUs: 0, speed: 1 });
    const trades = new SessionSource({ inputs, instruments, startUs: 0, speed: 1 });
    const told = acts(whole, 2_000).filter((act) => act?.kind === 'trade');
    const heard = Array.from({ length: 2_000 }, () => trades.next(true)).filter((act) => act !== undefined);
    expect(heard).toEqual(told);
    expect(told.length).toBeGreaterThan(100);
    const atUs = inputs.timeAt(1_999) - inputs.timeAt(0);
    for (const source of [whole, trades]) source.skipTo(atUs);
    expect(acts(trades, instruments.length)).toEqual(acts(whole, instruments.length));
  });

  it('leaves out what no exchange lists, and is none without trades or books', () => {
    const { inputs, instruments } = recording(50);
    const source = new SessionSource({ inputs, instruments: [INVERSE, ...instruments.slice(1)], startUs: 0, speed: 1 });
    expect(source.instruments).toHaveLength(1);
    const told = acts(source, 50).filter((act) => act !== undefined);
    expect(told.length).toBeGreaterThan(0);
    expect(told.every(({ instrument }) => instrument === 0)).toBe(true);
    expect(hasMarket(inputs)).toBe(true);
    const encoder = new InputEncoder();
    encoder.bar(0, 0, 1, 1, 1, 1, 1, 60_000_000, 1);
    expect(hasMarket(new MemorySource([encoder.bytes().slice()]))).toBe(false);
  });

  it('takes quotes for a book where nothing deeper was recorded', () => {
    const encoder = new InputEncoder();
    encoder.quote(0, 0, 100, 5, 101, 6, 1);
    const quote = encoder.bytes().slice();
    const { instruments } = recording(1);
    const source = new SessionSource({ inputs: new MemorySource([quote]), instruments, startUs: 0, speed: 1 });
    expect(source.next()).toEqual({
      kind: 'levels',
      instrument: 0,
      isWhole: true,
      levels: [
        { side: 'bid', priceTicks: 100, lots: 5 },
        { side: 'ask', priceTicks: 101, lots: 6 },
      ],
    });
  });
});
