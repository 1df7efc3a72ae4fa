/** What a live run begins with: its market, its configuration, its manifest — new ones, or those of the session it goes on from. */
import { join } from 'node:path';
import { type EngineConfig, type InputEncoder, NO_INSTRUMENT } from '../../engine/domain/index.ts';
import { type EngineState, SyntheticMarket, SyntheticReadings } from '../../engine/index.ts';
import type { ManifestDraft, SessionManifest, StateSnapshot } from '../../logs/index.ts';
import { BUILD } from '../build-info.ts';
import { sessionNameAt } from '../clock.ts';
import { type DataDir, freeSessionName } from '../data-dir.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { asCommandError } from '../journal-faults.ts';
import { type ModelIds, type ModelRegistry, openRegistry } from '../models/registry.ts';
import { modelsOf, servingModels, tellWithheld } from '../models/run-models.ts';
import { rulesInForce, runConfig } from './config.ts';
import type { LiveJob } from './job.ts';
import { FeedSource, type MarketSource, SyntheticSource } from './market-source.ts';
import type { OpenedVenue } from './open-venue.ts';
import { newestSession, type TakenUp, takeUp, type UnrecordedExit } from './take-up.ts';

export interface LiveStart {
  readonly name: string;
  readonly source: MarketSource;
  readonly config: EngineConfig;
  readonly draft: ManifestDraft;
  readonly registry: ModelRegistry;
  /** Models that its folder has to have before its journal begins. */
  readonly packages: readonly Uint8Array[];
  /** The state to go on from. */
  readonly base: StateSnapshot | undefined;
  /** The run begins halted: the one before could not record its end. */
  readonly halted: boolean;
  /** Exits of the one before that its journal does not have. */
  readonly unrecorded: readonly UnrecordedExit[];
  /** What was open in it, for the summary; empty for a new run. */
  readonly tookUp: Readonly<Record<string, string | number>>;
}

/** The history before the console opens only warms indicators: nobody was there to clear a trade. */
export const WARMUP_CONTROL = 'observe';
/** Records of the synthetic market that a restart runs through (2 s or so); a market that is older begins anew. */
const MOST_SKIPPED_RECORDS = 2_000_000;

/** Prepares a run at `nowUs`. Throws a {@link CommandError}, or what reading the session to go on from throws. */
export function prepareRun(asked: AskedRun): LiveStart {
  const name = newSessionName(asked);
  const market = asked.job.venue === undefined ? 'simulated' : 'real';
  const registry = openRegistry(asked.dir, { notice: asked.notice, market });
  tellWithheld(registry, asked.notice);
  if (asked.job.continues !== undefined) return { ...continuedRun(asked, name), registry };
  const models = servingModels(registry);
  const { opened } = asked;
  const run = opened === undefined ? newRun(asked, name, models.ids) : newVenueRun(asked, name, opened, models.ids);
  return { ...run, registry, packages: models.packages };
}

/** What a run begins with, but for what is told of its models. */
type Begun = Omit<LiveStart, 'registry' | 'packages'>;

/** A run that goes on from nothing. */
const FRESH = { base: undefined, halted: false, unrecorded: [], tookUp: {} } as const;

/** What a run is prepared from. */
export interface AskedRun {
  readonly job: LiveJob;
  readonly dir: DataDir;
  readonly nowUs: number;
  /** The venue that it trades on; undefined for the synthetic market. */
  readonly opened: OpenedVenue | undefined;
  readonly notice: (text: string) => void;
}

function newRun({ job, dir, nowUs, notice }: AskedRun, name: string, models: ModelIds | undefined): Begun {
  const { seed, barIntervalUs, startingCash, ratePerSecond } = job;
  const startUs = Math.trunc(nowUs) - job.warmupMs * 1000;
  const market = new SyntheticMarket({ seed, startUs, symbols: job.symbols, ratePerSecond });
  const { instruments } = market;
  const accountCurrency = instruments[0]?.quote ?? 'USDT';
  const config = runConfig({
    runId: name,
    seed,
    control: WARMUP_CONTROL,
    barIntervalUs,
    startingCash,
    accountCurrency,
    instruments,
    synthetic: true,
    live: false,
    ...rulesInForce(dir, notice),
    models,
  });
  const draft = { ...draftOf(config, nowUs, 'sim'), market: { seed, startUs, ratePerSecond } };
  const readings = new SyntheticReadings({ seed, startUs, symbols: job.symbols });
  return { name, source: new SyntheticSource(market, readings), config, draft, ...FRESH };
}

/** On a venue's market data, with paper or with the account that was opened: then the ledger begins with what it holds. */
function newVenueRun(
  { job, dir, nowUs, notice }: AskedRun,
  name: string,
  opened: OpenedVenue,
  models: ModelIds | undefined,
): Begun {
  const { seed, barIntervalUs } = job;
  const { feed, trading, currency } = opened;
  const config = runConfig({
    runId: name,
    seed,
    control: WARMUP_CONTROL,
    barIntervalUs,
    startingCash: trading?.cash ?? job.startingCash,
    accountCurrency: currency,
    instruments: feed.instruments.map(({ spec }) => spec),
    synthetic: false,
    live: trading !== undefined,
    ...rulesInForce(dir, notice),
    models,
  });
  const source = new FeedSource(feed, barIntervalUs, opened.sources);
  const draft = { ...draftOf(config, nowUs, opened.name), account: trading?.account, ...leftLive(job) };
  return { name, source, config, draft, ...FRESH, tookUp: leftLive(job) };
}

/** The session whose positions were left at the venue: said at the end of this one too, and known to whoever goes on. */
const leftLive = ({ venue }: LiveJob): { readonly leftLive?: string } =>
  venue?.leftLive === undefined ? {} : { leftLive: venue.leftLive };

/** The same run under the same configuration, in a session of its own: ids, orders and positions go on. */
function continuedRun(asked: AskedRun, name: string): Omit<LiveStart, 'registry'> {
  const { job, dir, nowUs, notice, opened } = asked;
  const from = job.continues === '' ? newestSession(dir) : (job.continues ?? '');
  const { manifest, state, base, fromSeq, tailInputs, journalFailed, unrecorded, notices } = readLeft(dir, from);
  for (const text of notices) notice(text);
  const config = manifest.config!;
  const how = fromSeq === 0 ? 'all of it' : `a snapshot and ${tailInputs} more`;
  notice(`goes on from ${manifest.name} after input ${base.seq} (${how} folded)`);
  const { seq, atUs, stateHash } = base;
  const behindS = Math.round((atUs - nowUs) / 1e6);
  if (behindS >= 1) notice(`the clock is ${behindS} s behind ${manifest.name}: the run's time goes on ahead of it`);
  const startsFrom = { session: manifest.name, seq, atUs, stateHash };
  const tookUp = { startsFrom: `${manifest.name} after input ${seq}`, ...openIn(state), ...leftLive(job) };
  const packages = modelsOf(join(dir.sessions, manifest.name));
  const begun = { name, config, base, halted: journalFailed, unrecorded, tookUp, packages };
  const draft = {
    ...draftOf(config, nowUs, manifest.venue),
    account: opened?.trading?.account,
    ...leftLive(job),
    startsFrom,
  };
  if (opened !== undefined) {
    const source = new FeedSource(opened.feed, config.barIntervalUs, opened.sources);
    return { ...begun, draft, source };
  }
  const { market, readings, facts } = continuedMarket(job, manifest, base, nowUs, notice);
  return { ...begun, draft: { ...draft, market: facts }, source: new SyntheticSource(market, readings) };
}

/** Nothing is written yet: what is wrong with the session is a fault of reading. */
function readLeft(dir: DataDir, name: string): TakenUp {
  try {
    return takeUp(dir, name);
  } catch (cause) {
    throw asCommandError(cause);
  }
}

function openIn({ instruments, positions, orders }: EngineState) {
  return {
    positionsTakenUp: instruments.filter(({ index }) => positions.lots[index] !== 0).length,
    ordersTakenUp: instruments.reduce((sum, { index }) => sum + orders.liveCount[index]!, 0),
  };
}

type MarketFacts = NonNullable<SessionManifest['market']>;

function draftOf(config: EngineConfig, nowUs: number, venue: string): ManifestDraft {
  return {
    kind: 'console',
    createdAt: new Date(nowUs / 1000).toISOString(),
    venue,
    accountCurrency: config.accountCurrency,
    instruments: [...config.instruments],
    barIntervalUs: config.barIntervalUs,
    build: BUILD,
    nodeVersion: process.version,
    config,
  };
}

/**
 * The market where it would be by now, its history a warm start before: what came in between is run through and
 * not stepped. One that is too old to be run through begins anew, at prices of its own.
 */
function continuedMarket(
  job: LiveJob,
  manifest: SessionManifest,
  base: StateSnapshot,
  nowUs: number,
  notice: (text: string) => void,
): { readonly market: SyntheticMarket; readonly readings: SyntheticReadings; readonly facts: MarketFacts } {
  const symbols = manifest.instruments.map((instrument) => instrument.symbol);
  const fromUs = Math.max(base.atUs, Math.trunc(nowUs) - job.warmupMs * 1000);
  const { market: facts } = manifest;
  if (facts !== undefined && ((fromUs - facts.startUs) / 1e6) * facts.ratePerSecond <= MOST_SKIPPED_RECORDS) {
    const market = new SyntheticMarket({ ...facts, symbols });
    market.skipTo(fromUs);
    const readings = new SyntheticReadings({ ...facts, symbols });
    readings.skipTo(fromUs);
    return { market, readings, facts };
  }
  notice(
    facts === undefined
      ? `${manifest.name} does not say which market it had: the synthetic market begins anew, at other prices`
      : 'the synthetic market is too old to be run through: it begins anew, at other prices',
  );
  const anew = {
    seed: manifest.config!.seed,
    startUs: fromUs,
    ratePerSecond: facts?.ratePerSecond ?? job.ratePerSecond,
  };
  return {
    market: new SyntheticMarket({ ...anew, symbols }),
    readings: new SyntheticReadings({ ...anew, symbols }),
    facts: anew,
  };
}

/**
 * The first inputs of a run that goes on from another one: the engine was gone, at the time of its last input, and what
 * left when nothing could be recorded is from now on an order like any other.
 */
export function* restartInputs({ base, config, unrecorded }: LiveStart): Generator<(encoder: InputEncoder) => void> {
  const atUs = base!.atUs;
  yield (encoder) => encoder.gap(NO_INSTRUMENT, atUs, 'restart');
  if (config.venue !== 'external') return;
  for (const { instrument, ...exit } of unrecorded)
    yield (encoder) => encoder.report({ kind: 'adopted', ...exit }, instrument, atUs);
}

function newSessionName({ job, dir, nowUs }: AskedRun): string {
  const asked = job.session;
  const name = freeSessionName(dir, asked ?? sessionNameAt(nowUs));
  if (asked !== undefined && name !== asked)
    throw new CommandError(EXIT.usage, `session ${asked} exists; nothing is overwritten, choose another --session`);
  return name;
}
