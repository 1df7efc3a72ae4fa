/**
 * Power cuts at every file operation of a recorded session, on a disk that forgets what was not synced. A failing
 * run names its seed; `JOURNAL_SEED=n npx vitest run test/sim/journal-power.test.ts` repeats it alone, and
 * `SOAK=1` runs a hundred times as many.
 */
import { existsSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { AT } from '../../engine/domain/index.ts';
import { nextBelow, seedPrng } from '../../engine/kernel/prng.ts';
import { loadSession, SessionWriter, verifyJournal } from '../../logs/index.ts';
import { ModelDisk, type ModelDiskFaults } from '../fixtures/model-disk.ts';
import {
  CONSOLE_DRAFT,
  hashOf,
  IMPORT_DRAFT,
  inputRecord,
  outputEvent,
  SOURCE,
  temporaryDirectory,
  timeOf,
} from '../unit/logs/helpers.ts';

const CUTS = process.env.SOAK === undefined ? 1000 : 100_000;

interface Acknowledged {
  /** Sequence of the last input that `sync` has acknowledged. */
  acknowledged: number;
  /** Sequence of the last input appended. */
  appended: number;
  opened: boolean;
  finishing: boolean;
  finished: boolean;
}

interface Tally {
  cuts: number;
  torn: number;
  complete: number;
  /** Cuts that kept more than was acknowledged, and those that lost something that was not. */
  kept: number;
  lost: number;
  faults: string[];
}

const record = (bytes: Uint8Array): Buffer => {
  const copy = Buffer.from(bytes);
  copy.fill(0, 4, 8);
  copy.fill(0, 12, 16);
  return copy;
};

/** What is wrong with the session that is left, if anything is. */
function judge(directory: string, promised: Acknowledged, tally: Tally): string | undefined {
  if (!existsSync(join(directory, 'manifest.json'))) {
    return promised.opened ? 'an open session has no manifest' : undefined;
  }
  const { source, manifest, tail, outputs } = loadSession(directory);
  if (source.count < promised.acknowledged) return `${promised.acknowledged} acknowledged, ${source.count} there`;
  if (source.count > promised.appended) return `${promised.appended} appended, ${source.count} there`;
  const cursor = { view: new DataView(new ArrayBuffer(0)), words: new Int32Array(0), offset: 0 };
  for (let index = 0; index < source.count; index++) {
    source.seek(index, cursor);
    const { view, offset } = cursor;
    const bytes = new Uint8Array(view.buffer, view.byteOffset + offset, view.getUint32(offset + AT.length, true));
    if (!record(bytes).equals(record(inputRecord(index + 1)))) return `input ${index + 1} is not what was written`;
  }
  for (const event of outputs.events()) if (event.seq % 5 !== 0) return `an output of input ${event.seq}`;
  const report = verifyJournal(directory);
  if (!report.holds) return `verification fails: ${tail.reason}`;
  if (promised.finished && !manifest.complete) return 'a finished session is not complete';
  if (manifest.complete && !(promised.finishing && source.count === promised.appended))
    return 'complete, but not whole';
  if (tail.torn) tally.torn++;
  if (manifest.complete) tally.complete++;
  if (source.count > promised.acknowledged) tally.kept++;
  if (source.count < promised.appended) tally.lost++;
  return undefined;
}

/** One session on a disk of the model; the power is cut before every file operation, and once at the end. */
function run(seed: number, faults: ModelDiskFaults, tally: Tally, most: number): void {
  const random = new Int32Array(4);
  seedPrng(random, seed);
  const disk = new ModelDisk(temporaryDirectory(), faults);
  const image = temporaryDirectory();
  const promised: Acknowledged = { acknowledged: 0, appended: 0, opened: false, finishing: false, finished: false };
  const imported = nextBelow(random, 4) === 0;
  const sessions = join(disk.root, 'sessions');
  disk.onCall = (call, operation) => {
    if (tally.cuts >= most) return;
    tally.cuts++;
    const target = join(image, String(call));
    disk.powerCut(seed * 10_007 + call, target);
    const fault = attempt(() => judge(sessionIn(target), promised, tally));
    if (fault !== undefined) tally.faults.push(`seed ${seed}, before call ${call} (${operation}): ${fault}`);
    rmSync(target, { recursive: true, force: true });
  };
  const sessionIn = (target: string): string => {
    const whole = join(target, relative(disk.root, sessions), 's');
    return existsSync(whole) || !imported ? whole : `${whole}.partial`;
  };
  const options = {
    files: disk,
    segmentBytes: 1500 + nextBelow(random, 12_000),
    blockBytes: 100 + nextBelow(random, 4000),
  };
  const writer = imported
    ? SessionWriter.create(sessions, 's', IMPORT_DRAFT, options)
    : SessionWriter.open(sessions, 's', CONSOLE_DRAFT, options);
  promised.opened = true;
  write(writer, promised, random);
  promised.finishing = true;
  writer.finish(imported ? { source: SOURCE } : { stateHash: hashOf(promised.appended) });
  promised.finished = true;
  promised.acknowledged = promised.appended;
  disk.settle();
}

function write(writer: SessionWriter, promised: Acknowledged, random: Int32Array): void {
  const inputs = 40 + nextBelow(random, 160);
  const syncEvery = 1 + nextBelow(random, 30);
  for (let seq = 1; seq <= inputs; seq++) {
    promised.appended = seq;
    writer.append(inputRecord(seq));
    if (seq % 5 === 0) writer.appendOutput(outputEvent(seq));
    if (seq % 16 === 0) writer.appendCheckpoint(seq, timeOf(seq), hashOf(seq));
    const what = nextBelow(random, syncEvery);
    if (what === 0) {
      writer.sync();
      promised.acknowledged = seq;
    } else if (what === 1) {
      writer.flush();
    }
  }
}

function attempt(check: () => string | undefined): string | undefined {
  try {
    return check();
  } catch (error) {
    return `refused: ${String(error)}`;
  }
}

function cutMany(faults: ModelDiskFaults, cuts: number): Tally {
  const tally: Tally = { cuts: 0, torn: 0, complete: 0, kept: 0, lost: 0, faults: [] };
  const only = process.env.JOURNAL_SEED;
  if (only !== undefined) run(Number(only), faults, tally, Number.POSITIVE_INFINITY);
  else for (let seed = 1; tally.cuts < cuts; seed++) run(seed, faults, tally, cuts);
  return tally;
}

test(`${CUTS} power cuts: nothing acknowledged is lost, nothing is misread, nothing is refused`, {
  timeout: CUTS * 60 + 60_000,
}, () => {
  const tally = cutMany({}, CUTS);
  expect(tally.faults.slice(0, 5)).toEqual([]);
  if (process.env.JOURNAL_SEED !== undefined) return;
  // The cuts were real ones: tails were torn, unsynced records kept and lost, finished sessions among them.
  expect(tally.cuts).toBe(CUTS);
  expect(tally.torn).toBeGreaterThan(CUTS / 10);
  expect(tally.kept).toBeGreaterThan(CUTS / 10);
  expect(tally.lost).toBeGreaterThan(CUTS / 4);
  expect(tally.complete).toBeGreaterThan(CUTS / 500);
});

test.each([
  ['fdatasync', { dataSyncLies: true }],
  ['fsync of a folder', { directorySyncLies: true }],
])('a disk whose %s lies loses acknowledged records, and these tests see it', { timeout: 60_000 }, (_name, faults) => {
  expect(cutMany(faults, 150).faults.length).toBeGreaterThan(10);
});
