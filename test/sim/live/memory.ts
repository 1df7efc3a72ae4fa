/**
 * A live host for long: it trades on a market that is much too fast, loses every connection again and again, and its
 * sealed segments are taken away. Real time, so hours are counted by inputs: as many as 10^8 in 72 h.
 */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { dataDirAt } from '../../../src/data-dir.ts';
import { startExchange } from '../../fixtures/exchange.ts';
import { BUSY, furnish } from '../../fixtures/live-rig.ts';
import { inScratch } from '../../fixtures/scratch.ts';
import { mb, memorySlope, settledOf } from '../memory-slope.ts';
import { Child } from './child.ts';

export interface MemoryFigures {
  readonly seconds: number;
  readonly inputs: number;
  readonly fills: number;
  readonly reconnects: number;
  readonly segmentsRemoved: number;
  readonly rssFirstMb: number;
  readonly rssLastMb: number;
  /** Objects and buffers that are reachable. */
  readonly heapFirstMb: number;
  readonly heapLastMb: number;
  /** By the inputs that a simulated hour has. */
  readonly mbPerSimulatedHour: number;
  readonly simulatedHours: number;
}

const SYMBOLS = ['BTC', 'ETH', 'SOL', 'LTC'].map((coin) => `${coin}/USDT:USDT`);
const INPUTS_PER_HOUR = 1e8 / 72;
const EVENTS_PER_SECOND = 4_000;
/** A reconnect every ten minutes of simulated time would be one every minute and a half or so at this pace. */
const CUT_EVERY_S = 30;
const SAMPLE_EVERY_S = 5;

interface Sample {
  readonly seq: number;
  readonly rssBytes: number;
  readonly heapBytes: number;
}

/** Throws when it does not live, or is not ready in the end. */
export function liveMemory(seconds: number, seed: number): Promise<MemoryFigures> {
  return inScratch(async (scratch) => {
    const dataDir = join(scratch, 'd');
    const exchange = await startExchange({ market: 'usdm', symbols: SYMBOLS, seed, rate: EVENTS_PER_SECOND });
    furnish(dataDir, exchange.keys, BUSY);
    const url = exchange.ws('usdm');
    const job = { dataDir, url, venue: 'binanceusdm', symbols: SYMBOLS, barMs: 1_000, session: 'long' } as const;
    const child = new Child({ ...job, what: 'trade', goesOn: false }, ['--expose-gc']);
    try {
      const why = await child.says('trading');
      if (why !== undefined) throw new Error(why);
      const samples: Sample[] = [];
      const [sessions, counts] = [join(dataDirAt(dataDir).sessions, 'long'), { fills: 0, reconnects: 0, removed: 0 }];
      for (let second = SAMPLE_EVERY_S; second <= seconds; second += SAMPLE_EVERY_S) {
        await pause(SAMPLE_EVERY_S * 1_000);
        const seen = await child.look();
        if (seen === undefined) throw new Error(`no answer after ${second} s`);
        samples.push(seen);
        counts.fills = seen.fills;
        counts.removed += removeSealed(sessions);
        if (second % CUT_EVERY_S !== 0) continue;
        exchange.setFaults('cut');
        counts.reconnects++;
      }
      return figuresOf(seconds, samples, counts);
    } finally {
      await child.shoot();
      await exchange.stop();
    }
  });
}

/** All but the newest, and the one before, which may only just have been sealed. */
function removeSealed(session: string): number {
  const sealed = readdirSync(session)
    .filter((name) => name.endsWith('.journal'))
    .sort()
    .slice(0, -2);
  for (const name of sealed) rmSync(join(session, name));
  return sealed.length;
}

function figuresOf(
  seconds: number,
  samples: readonly Sample[],
  counts: { readonly fills: number; readonly reconnects: number; readonly removed: number },
): MemoryFigures {
  const settled = settledOf(samples);
  const [first, last] = [settled[0]!, settled.at(-1)!];
  return {
    seconds,
    inputs: last.seq,
    fills: counts.fills,
    reconnects: counts.reconnects,
    segmentsRemoved: counts.removed,
    rssFirstMb: mb(first.rssBytes),
    rssLastMb: mb(last.rssBytes),
    heapFirstMb: mb(first.heapBytes),
    heapLastMb: mb(last.heapBytes),
    mbPerSimulatedHour: memorySlope(settled, ({ seq }) => seq / INPUTS_PER_HOUR),
    simulatedHours: Math.round((last.seq / INPUTS_PER_HOUR) * 100) / 100,
  };
}
