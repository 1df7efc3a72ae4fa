/** Opens the venue that a live run trades on, and makes its host. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readManifest, type SessionManifest } from '../../logs/index.ts';
import { type Clock, systemClock } from '../clock.ts';
import { type DataDir, openDataDir } from '../data-dir.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import { takeOwnership } from '../owner.ts';
import type { SourceDesk } from '../sources/source-desk.ts';
import { AcceptedStore } from '../stores/accepted-store.ts';
import { policyInForce } from './config.ts';
import type { LiveJob, VenueJob } from './job.ts';
import { LiveHost } from './live-host.ts';
import type { OpenedVenue, VenuePlan } from './open-venue.ts';
import type { Carrier } from './publisher.ts';
import { successorOf } from './take-up.ts';

/** What a venue lists late, and what the clocks may differ by: executions are asked for from so long before. */
const OVERLAP_US = 60_000_000;

/** The host, not started yet. Rejects with what opening the venue, or preparing the run, throws. */
export async function prepareLive(job: LiveJob, venue: VenueJob, carrier: Carrier): Promise<LiveHost> {
  const dir = openDataDir(job.dataDir);
  const clock = systemClock();
  const nowUs = clock.nowUs();
  const owner = takeOwnership(dir, new Date(nowUs / 1000).toISOString());
  const closers: Array<() => void> = [() => owner.release()];
  try {
    const notice = (text: string): void => carrier({ type: 'notice', level: 'warn', text });
    if (venue.live && !policyInForce(dir, notice).live.enabled)
      throw new CommandError(EXIT.refused, 'policy allows no real orders: chimera policy set live.enabled=true');
    if (venue.live && (job.control === 'veto' || job.control === 'auto'))
      throw new CommandError(EXIT.usage, `a live run begins MANUAL: loosen it with a typed code, key M`);
    const left = job.continues === undefined ? undefined : readManifest(join(dir.sessions, job.continues));
    const later = venue.live && left !== undefined ? successorOf(dir, left.name) : undefined;
    // What it holds according to its end is long past, and the names of its next orders are taken.
    if (later !== undefined)
      throw new CommandError(EXIT.refused, `${later} has gone on from ${left?.name}: go on from that one`);
    // Loaded here: whoever trades on the synthetic market needs no venue's code.
    const [{ openVenue }, { LiveBroker }] = await Promise.all([import('./open-venue.ts'), import('./live-broker.ts')]);
    carrier({ type: 'notice', level: 'info', text: `connecting to ${venue.name}` });
    const opened = await openVenue(venue, planOf(job.symbols, venue.live, left, nowUs), clock);
    closers.push(
      () => opened.feed.stop(),
      () => opened.trading?.venue.close(),
    );
    const { trading } = opened;
    const sources = await openSources(dir, venue, opened, clock, carrier);
    const accepted = new AcceptedStore(dir, { notice });
    const earlierRuns = new Set(readdirSync(dir.sessions));
    return new LiveHost(job, carrier, {
      venue: {
        owner,
        clock,
        opened: { ...opened, sources },
        trading:
          trading === undefined
            ? undefined
            : (options) => new LiveBroker({ ...options, opened: trading, accepted, earlierRuns }),
      },
    });
  } catch (cause) {
    for (const close of closers.reverse()) close();
    throw cause;
  }
}

/** A run does without sources that cannot be opened: what is wrong with their document is told, and nothing else suffers. */
async function openSources(
  dir: DataDir,
  { name, url }: VenueJob,
  { feed }: OpenedVenue,
  clock: Clock,
  carrier: Carrier,
): Promise<SourceDesk | undefined> {
  try {
    const { deskFor } = await import('../sources/open-sources.ts');
    const specs = feed.instruments.map(({ spec }) => spec);
    return deskFor({ dir, venue: name, url, specs, env: process.env }, clock);
  } catch (cause) {
    if (!(cause instanceof CommandError)) throw cause;
    carrier({ type: 'notice', level: 'error', text: `no readings beside the market: ${cause.message}` });
    return undefined;
  }
}

function planOf(
  symbols: readonly string[],
  live: boolean,
  left: SessionManifest | undefined,
  nowUs: number,
): VenuePlan {
  if (left === undefined) return { symbols, specs: undefined, left, live, sinceUs: nowUs };
  const specs = left.instruments;
  const sinceUs = Math.min(Date.parse(left.createdAt) * 1000, nowUs) - OVERLAP_US;
  return { symbols: specs.map(({ symbol }) => symbol), specs, left, live, sinceUs };
}
