/**
 * Processes killed with signal 9 while they record: what was acknowledged is there, and nothing is misread. The page
 * cache survives a killed process; that the syncs reach the disk is for journal-power.ts. A count and a seed in,
 * figures out.
 */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { AT } from '../../engine/domain/index.ts';
import { nextBelow, seedPrng } from '../../engine/kernel/prng.ts';
import { loadSession, verifyJournal } from '../../logs/index.ts';
import { inputRecord } from '../fixtures/journal-sample.ts';
import { inScratch } from '../fixtures/scratch.ts';

export interface ProcessKillFigures {
  kills: number;
  /** Inputs that were acknowledged, and those that are there without having been. */
  acknowledged: number;
  more: number;
  /** Kills that left a torn tail, and more than one segment. */
  torn: number;
  rotated: number;
  /** Each names its seed; must be empty. */
  readonly faults: string[];
}

const CHILD = fileURLToPath(new URL('../fixtures/journal-child.ts', import.meta.url));
/** Two processors, two victims. */
const AT_ONCE = 2;

/** `count` kills. With `lies` the processes acknowledge what they have not committed. */
export async function journalKills(count: number, seed: number, lies = false): Promise<ProcessKillFigures> {
  const figures: ProcessKillFigures = { kills: 0, acknowledged: 0, more: 0, torn: 0, rotated: 0, faults: [] };
  for (let next = seed; next < seed + count; next += AT_ONCE) {
    const seeds = Array.from({ length: Math.min(AT_ONCE, seed + count - next) }, (_, i) => next + i);
    await Promise.all(
      seeds.map((each) => inScratch((scratch) => killOne(join(scratch, 'sessions'), each, lies, figures))),
    );
  }
  return figures;
}

async function killOne(sessions: string, seed: number, lies: boolean, figures: ProcessKillFigures): Promise<void> {
  const told = await runVictim(sessions, seed, lies);
  figures.kills++;
  figures.acknowledged += told;
  try {
    judge(join(sessions, 's'), told, figures);
  } catch (error) {
    figures.faults.push(`seed ${seed}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Kills the process a random time after its first acknowledgement; resolves to the last it told of. */
async function runVictim(sessions: string, seed: number, lies: boolean): Promise<number> {
  const random = new Int32Array(4);
  seedPrng(random, seed);
  const child: ChildProcessByStdio<null, Readable, null> = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', CHILD, sessions, String(seed), ...(lies ? ['lies'] : [])],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let told = '';
  let armed = false;
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    told += text;
    if (armed) return;
    armed = true;
    setTimeout(() => child.kill('SIGKILL'), nextBelow(random, 60));
  });
  const signal = await new Promise<NodeJS.Signals | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (_code, by) => resolve(by));
  });
  if (signal !== 'SIGKILL') throw new Error(`seed ${seed}: the victim ended by itself`);
  // A number without its line end was cut off within its digits.
  return Number(told.slice(0, told.lastIndexOf('\n')).split('\n').at(-1));
}

function judge(directory: string, acknowledged: number, figures: ProcessKillFigures): void {
  const { source, manifest, tail } = loadSession(directory);
  if (manifest.complete) throw new Error('a session whose writer was killed is complete');
  if (source.count < acknowledged) throw new Error(`${acknowledged} acknowledged, ${source.count} there`);
  const cursor = { view: new DataView(new ArrayBuffer(0)), words: new Int32Array(0), offset: 0 };
  for (let index = 0; index < source.count; index++) {
    source.seek(index, cursor);
    const { view, offset } = cursor;
    const wanted = inputRecord(index + 1);
    const length = view.getUint32(offset + AT.length, true);
    const payload = Buffer.from(view.buffer, view.byteOffset + offset + AT.seq, length - AT.seq);
    if (length !== wanted.byteLength || !payload.equals(wanted.subarray(AT.seq)))
      throw new Error(`input ${index + 1} is not what was written`);
  }
  const report = verifyJournal(directory);
  if (!report.holds || report.inputs !== source.count) throw new Error('verification and reading differ');
  figures.more += source.count - acknowledged;
  if (tail.torn) figures.torn++;
  if (report.segments > 1) figures.rotated++;
}
