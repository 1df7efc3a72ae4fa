/** Builds the configuration of a run from what the operator asked for. */
import type { ControlMode, EngineConfig, InstrumentSpec, Policy, Tome } from '../../engine/domain/index.ts';
import type { DataDir } from '../data-dir.ts';
import { PolicyStore } from '../stores/policy-store.ts';
import { strategiesFor } from '../stores/tome-files.ts';

/** Levels kept of recorded books: Binance's snapshots have 1,000 a side. */
const RECORDED_BOOK_LEVELS = 1024;
const SYNTHETIC_BOOK_LEVELS = 256;
/** Levels of all books together: with very many instruments each has fewer. */
const LEVELS_IN_ALL = 1024 * 1024;

export interface RunOptions {
  readonly runId: string;
  readonly seed: number;
  readonly control: ControlMode;
  readonly barIntervalUs: number;
  readonly startingCash: string;
  readonly accountCurrency: string;
  readonly instruments: readonly InstrumentSpec[];
  readonly synthetic: boolean;
  /** Orders go to an external venue. */
  readonly live: boolean;
  readonly policy: Policy;
  /** Undefined for those that ship. */
  readonly strategies?: readonly Tome[] | undefined;
  /** What serves from the start. */
  readonly models?: EngineConfig['models'];
}

export function runConfig(options: RunOptions): EngineConfig {
  const { runId, seed, control, barIntervalUs, startingCash, accountCurrency, instruments, synthetic, policy, models } =
    options;
  return {
    runId,
    seed,
    accountCurrency,
    startingCash,
    control,
    barIntervalUs,
    bookLevels: Math.min(
      synthetic ? SYNTHETIC_BOOK_LEVELS : RECORDED_BOOK_LEVELS,
      Math.floor(LEVELS_IN_ALL / instruments.length),
    ),
    instruments,
    venue: options.live ? 'external' : 'paper',
    policy,
    ...(options.strategies !== undefined && { strategies: options.strategies }),
    ...(models && { models }),
  };
}

/** What a new run takes from the data directory. */
export interface Rules {
  readonly policy: Policy;
  readonly strategies: readonly Tome[] | undefined;
}

/**
 * The policy that the operator has put in force for this data directory, and the strategies that are there. `notice` is
 * told what was set right about the policy's file; what is damaged ends the command, for nobody trades under figures or
 * strategies that are not the operator's.
 */
export function rulesInForce(dir: DataDir, notice: (text: string) => void): Rules {
  const policy = policyInForce(dir, notice);
  return { policy, strategies: strategiesFor(dir, policy) };
}

/** The same to replay a session: a recorded run has strategies of its own, and does not fail for what is wrong with those of now. */
export function rulesToReplay(dir: DataDir, isMade: boolean, notice: (text: string) => void): Rules {
  return isMade ? rulesInForce(dir, notice) : { policy: policyInForce(dir, notice), strategies: undefined };
}

export function policyInForce(dir: DataDir, notice: (text: string) => void): Policy {
  return new PolicyStore(dir, { notice }).inForce().policy;
}
