/** Readings against a plain model: a bar knows what had come before it closed, and nothing that came later or is too old. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { F, FEATURE_COUNT, READING_DEFINITIONS } from '../../engine/domain/index.ts';
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
