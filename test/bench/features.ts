/** What the features cost: a whole vector at the close of a bar, and spread over the ticks of recorded markets. */
import { FEATURE_COUNT, RECORD } from '../../engine/domain/index.ts';
import { type EngineState, Fold } from '../../engine/index.ts';
import { nextBelow, seedPrng } from '../../engine/kernel/prng.ts';
import { updateFeatures } from '../../engine/market/features/update.ts';
import { leaningBook, Session, testConfig } from '../fixtures/engine-session.ts';
import { recordedSessions } from '../fixtures/recorded.ts';
import type { BenchRow } from './row.ts';

const ROUNDS = 7;
const UPDATES = 200_000;
/** Most that all features may take of a tick, in microseconds of a core. */
const TICK_US = 2;

/** Processor time of one of `count` parts of `run` in microseconds, the median of some rounds: others use the machine too. */
function medianUs(count: number, run: () => void): { readonly us: number; readonly note: string } {
  run();
  const rounds = Array.from({ length: ROUNDS }, () => {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / count;
  }).sort((a, b) => a - b);
  return {
    us: rounds[ROUNDS >> 1]!,
    note: `${rounds[0]!.toFixed(2)} to ${rounds.at(-1)!.toFixed(2)}`,
  };
}

/** A market with a book whose bar is ready to be closed again and again. */
function busyState(): EngineState {
  const session = new Session(testConfig({ control: 'observe' }));
  session.snapshot({ last: 1, ...leaningBook(1) });
  session.quote(99_999, 40, 100_001, 10);
  session.trade(100_000, 3);
  return session.state;
}

/** Closes `count` bars of a walk. */
function closeBars(state: EngineState, random: Int32Array, count: number): void {
  const { bars, features, indicators, market, books } = state;
  for (let i = 0; i < count; i++) {
    const close = 100_000 + nextBelow(random, 400);
    bars.high[0] = close + nextBelow(random, 20);
    bars.low[0] = close - nextBelow(random, 20);
    bars.close[0] = close;
    bars.volume[0] = nextBelow(random, 50);
    bars.flow[0] = nextBelow(random, 21) - 10;
    bars.flowSize[0] = 10;
    bars.tradeFlow[0] = nextBelow(random, 21) - 10;
    bars.tradeFlowSize[0] = 10;
    bars.trades[0] = nextBelow(random, 9);
    updateFeatures(indicators, features, bars, market, books, 0);
  }
}

/** Bars that a recording's ticks make, and the ticks. */
function barsOf(folder: string): Promise<{ readonly ticks: number; readonly bars: number }> {
  return recordedSessions(folder, (type) => type === RECORD.trade || type === RECORD.quote).then((sessions) => {
    let [ticks, bars] = [0, 0];
    for (const { source, config } of sessions) {
      const fold = new Fold(source, config, () => {});
      fold.run(source.count);
      ticks += source.count;
      bars += fold.state.features.bars.reduce((sum, each) => sum + each, 0);
    }
    return { ticks, bars };
  });
}

/** Cost of all features against 2 µs a tick, as bars come in the recordings; each closed bar pays for a whole vector. */
export async function benchFeatures(folder: string): Promise<BenchRow[]> {
  const state = busyState();
  const random = new Int32Array(4);
  seedPrng(random, 5);
  const { us, note } = medianUs(UPDATES, () => closeBars(state, random, UPDATES));
  const known = state.features.valid.reduce((sum, each) => sum + each, 0);
  const { ticks, bars } = await barsOf(folder);
  const ours = (us * bars) / ticks;
  return [
    {
      name: 'all 64 features, for each recorded tick (µs of a core)',
      ours: Number(ours.toFixed(4)),
      reference: TICK_US,
      ratio: TICK_US / ours,
      goal: 1,
      rounds: ROUNDS,
      note: `${bars} bars of ${ticks} ticks, ${us.toFixed(2)} µs a bar (${note}), ${known} of ${FEATURE_COUNT} known`,
    },
  ];
}
