/** Readings against a plain model: a bar knows what had come before it closed, and nothing that came later or is too old. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cursorOver, F, FEATURE_COUNT, InputEncoder, READING_DEFINITIONS } from '../../engine/domain/index.ts';
import { createEngine, createState, SyntheticMarket, SyntheticReadings, step } from '../../engine/index.ts';
import { linearSpec, SECOND_US, Session, START_US, testConfig } from '../fixtures/engine-session.ts';

const BAR_US = 3_600 * SECOND_US;
const SYMBOLS = ['BTC/USDT:USDT', 'ETH/USDT:USDT'];
const LIFE_US = READING_DEFINITIONS.funding.lifeUs;

interface Told {
  readonly afterUs: number;
  /** 2 is of all instruments. */
  readonly instrument: number;
  readonly rate: number;
  /** How old the provider says that it is. */
  readonly ageUs: number;
  readonly fails: boolean;
}

const told: fc.Arbitrary<Told> = fc.record({
  afterUs: fc.integer({ min: 0, max: 6 * BAR_US }),
  instrument: fc.integer({ min: 0, max: 2 }),
  rate: fc.integer({ min: -900, max: 900 }).map((n) => n / 1e6),
  ageUs: fc.integer({ min: 0, max: 3 * BAR_US }),
  fails: fc.boolean(),
});

/** The newest rate by the provider's time among what came before `closeUs`, where it came within its life. */
function naive(all: ReadonlyArray<Told & { atUs: number }>, instrument: number, closeUs: number): number | undefined {
  let known: { rate: number; atUs: number; providerUs: number } | undefined;
  for (const { atUs, ageUs, rate, fails, instrument: of } of all) {
    const providerUs = atUs - ageUs;
    if (fails || atUs >= closeUs || (of !== 2 && of !== instrument)) continue;
    if (known === undefined || providerUs > known.providerUs) known = { rate, atUs, providerUs };
  }
  return known !== undefined && closeUs - known.atUs <= LIFE_US ? known.rate : undefined;
}

test('a bar has the newest reading that came before its close, within its life', () => {
  fc.assert(
    fc.property(fc.array(told, { maxLength: 25 }), fc.nat(25), (list, cut) => {
      const config = { control: 'observe', barIntervalUs: BAR_US, instruments: SYMBOLS.map((s) => linearSpec(s)) };
      const session = new Session(testConfig(config as Partial<ReturnType<typeof testConfig>>));
      const seen: (Told & { atUs: number })[] = [];
      const bars: (readonly [closeUs: number, instrument: number, value: number | undefined])[] = [];
      const closeBarsUntil = (atUs: number): void => {
        const { control, features } = session.state;
        for (let grid = control.nextGridUs[0]!; grid !== 0 && grid <= atUs; grid = control.nextGridUs[0]!) {
          session.atUs = grid - 1;
          for (const instrument of SYMBOLS.keys()) session.trade(100_000, 1, { instrument });
          session.atUs = grid;
          session.timer();
          for (const i of SYMBOLS.keys()) {
            const at = i * FEATURE_COUNT + F.funding;
            bars.push([grid, i, features.valid[at] === 1 ? features.values[at]! : undefined]);
          }
        }
      };
      session.timer();
      let atUs = START_US;
      for (const each of list) {
        atUs += each.afterUs;
        closeBarsUntil(atUs - 1);
        session.atUs = atUs;
        const instrument = each.instrument === 2 ? {} : { instrument: each.instrument };
        if (each.fails) session.degraded('funding', 1, instrument.instrument);
        else session.reading('funding', each.rate, { ...instrument, providerUs: atUs - each.ageUs });
        seen.push({ ...each, atUs });
      }
      closeBarsUntil(atUs + 12 * BAR_US);
      for (const [closeUs, instrument, value] of bars) expect(value).toBe(naive(seen, instrument, closeUs));
      // What came later changes nothing: the bars before the cut are those of a session that ends there.
      const before = seen.slice(0, cut);
      const endsUs = before.at(-1)?.atUs ?? START_US;
      for (const [closeUs, instrument, value] of bars)
        if (closeUs <= endsUs) expect(value).toBe(naive(before, instrument, closeUs));
    }),
    { numRuns: 60 },
  );
});

/** A minute of the synthetic market with its readings, some of them failures. */
function recordsWithReadings(): { readonly records: readonly Uint8Array[]; readonly market: SyntheticMarket } {
  const options = { seed: 5, startUs: START_US, symbols: SYMBOLS };
  const market = new SyntheticMarket(options);
  const readings = new SyntheticReadings(options);
  const encoder = new InputEncoder();
  const records: Uint8Array[] = [];
  for (let atUs = START_US; atUs < START_US + 60 * SECOND_US; ) {
    atUs = readings.nextAtUs() <= market.nextAtUs() ? readings.emit(encoder) : market.emit(encoder);
    if (records.length % 400 === 399) encoder.degraded('social', records.length % 2, atUs, records.length);
    encoder.stamp(records.length + 1, atUs);
    records.push(encoder.bytes().slice());
  }
  return { records, market };
}

test('a state saved at any moment goes on to the same end, and its readings go with it', () => {
  const { records, market } = recordsWithReadings();
  const config = testConfig({ control: 'auto', instruments: market.instruments });
  const whole = createEngine(createState(config));
  const saved = new Uint8Array(whole.state.arena.byteLength);
  const endings = new Set<string>();
  for (const [i, record] of records.entries()) {
    step(whole, cursorOver(record));
    if (i % 1_500 !== 700) continue;
    whole.state.arena.save(saved);
    const other = createEngine(createState(config));
    other.state.arena.load(saved);
    for (const later of records.slice(i + 1)) step(other, cursorOver(later));
    endings.add(other.state.arena.hash());
  }
  expect([...endings]).toEqual([whole.state.arena.hash()]);
  expect(whole.state.readings.failures.some((failures) => failures > 0)).toBe(true);
});
