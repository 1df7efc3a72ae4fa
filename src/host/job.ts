/** What the worker is asked to do: plain data, checked by the command line. */
import type { ControlMode, EngineConfig, Policy, Tome } from '../../engine/domain/index.ts';

export interface VenueJob {
  /** Such as `binanceusdm`, or the id of a venue in ccxt. */
  readonly name: string;
  /** Another address for all of the venue's, such as that of an exchange on this machine. */
  readonly url: string | undefined;
  /** Real orders: they leave when the operator has typed the code. */
  readonly live: boolean;
  /** File with the venue's API key; the environment unless told. */
  readonly keys: string | undefined;
  /** Of a paper run: the live session before it, whose positions stay at the venue with their stops. */
  readonly leftLive?: string | undefined;
}

export interface LiveJob {
  readonly kind: 'live';
  readonly dataDir: string;
  /** Undefined for the synthetic market. */
  readonly venue?: VenueJob | undefined;
  readonly symbols: readonly string[];
  readonly seed: number;
  readonly control: ControlMode;
  readonly barIntervalUs: number;
  readonly startingCash: string;
  /** Mean events per second over all symbols. */
  readonly ratePerSecond: number;
  /** Market history run through before the console opens, so that indicators are warm. */
  readonly warmupMs: number;
  /** Ends by itself after this time; 0 is never. */
  readonly forMs: number;
  readonly session: string | undefined;
  /** Session to go on from, empty for the newest; undefined for a new run. Then symbols, seed, bars and cash are its. */
  readonly continues?: string | undefined;
}

export interface ReplayJob {
  readonly kind: 'replay';
  readonly dataDir: string;
  /** Folder of the session. */
  readonly directory: string;
  readonly run: ReplayRun;
  /** Name of a forked run to go on with. */
  readonly fork: string | undefined;
  /** Where it begins, as an operator would type it: a sequence number, a time; the start when undefined. */
  readonly at: string | undefined;
}

/** How an import is run; a recorded console session brings its own. */
export interface ReplayRun {
  readonly control: ControlMode | undefined;
  readonly barIntervalUs: number | undefined;
  readonly seed: number;
  readonly startingCash: string;
  readonly policy: Policy;
  readonly strategies?: readonly Tome[] | undefined;
  /** What serves in it, kept beside the import. */
  readonly models?: EngineConfig['models'];
}

export type Job = LiveJob | ReplayJob;
