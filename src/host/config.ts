/** Builds the configuration of a run from what the operator asked for. */
import { type ControlMode, DEFAULT_POLICY, type EngineConfig, type InstrumentSpec } from '../../engine/domain/index.ts';

/** Levels kept of recorded books: Binance's snapshots have 1,000 a side. */
const RECORDED_BOOK_LEVELS = 1024;
const SYNTHETIC_BOOK_LEVELS = 256;

export interface RunOptions {
  readonly runId: string;
  readonly seed: number;
  readonly control: ControlMode;
  readonly barIntervalUs: number;
  readonly startingCash: string;
  readonly accountCurrency: string;
  readonly instruments: readonly InstrumentSpec[];
  readonly synthetic: boolean;
}

export function runConfig(options: RunOptions): EngineConfig {
  const { runId, seed, control, barIntervalUs, startingCash, accountCurrency, instruments, synthetic } = options;
  return {
    runId,
    seed,
    accountCurrency,
    startingCash,
    control,
    barIntervalUs,
    bookLevels: synthetic ? SYNTHETIC_BOOK_LEVELS : RECORDED_BOOK_LEVELS,
    instruments,
    policy: DEFAULT_POLICY,
  };
}
