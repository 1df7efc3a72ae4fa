/**
 * Power cuts at every file operation of recorded sessions, on a disk that forgets what was not synced: imports, which
 * wait for it, and console sessions, which commit in groups, rotate and take room ahead. A count and a seed in,
 * figures out; a run is its seed.
 */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { AT } from '../../engine/domain/index.ts';
import { nextBelow, seedPrng } from '../../engine/kernel/prng.ts';
import { loadSession, SessionWriter, verifyJournal } from '../../logs/index.ts';
import {
  CONSOLE_DRAFT,
  hashOf,
  IMPORT_DRAFT,
  inputRecord,
  outputEvent,
  SOURCE,
  timeOf,
} from '../fixtures/journal-sample.ts';
import { ModelDisk, type ModelDiskFaults } from '../fixtures/model-disk.ts';
import { inScratch } from '../fixtures/scratch.ts';

export interface PowerFigures {
  cuts: number;
  /** Cuts that left a torn tail, a session that was finished, more than one segment, room that was not used. */
  torn: number;
  complete: number;
  rotated: number;
  roomy: number;
  /** Cuts that kept more than was acknowledged, and those that lost something that was not. */
  kept: number;
  lost: number;
  /** Each names its seed; must be empty. */
  readonly faults: string[];
}

/** What breaks on purpose: a disk that lies, or a writer that acknowledges before the disk has said so. */
export interface PowerPlant extends ModelDiskFaults {
  readonly acknowledgesEarly?: boolean;
}

interface Promised {
  /** Sequence of the last input that was acknowledged. */
  acknowledged: number;
  /** Sequence of the last input appended. */
  appended: number;
  opened: boolean;
  finishing: boolean;
  finished: boolean;
}

const record = (bytes: Uint8Array): Buffer => {
  const copy = Buffer.from(bytes);
  copy.fill(0, 4, 8);
  copy.fill(0, 12, 16);
  return copy;
};

/** Cuts the power `cuts` times, run after run from `seed` on. */
export async function powerCuts(cuts: number, seed: number, plant: PowerPlant = {}): Promise<PowerFigures> {
  const figures: PowerFigures = { cuts: 0, torn: 0, complete: 0, rotated: 0, roomy: 0, kept: 0, lost: 0, faults: [] };
  for (let each = seed; figures.cuts < cuts; each++) await powerRun(each, cuts, figures, plant);
  return figures;
}

/** One session; the power is cut before every file operation, and once at the end, until there were `most` cuts. */
export function powerRun(seed: number, most: number, figures: PowerFigures, plant: PowerPlant = {}): Promise<void> {
  return inScratch(async (scratch) => {
    const random = new Int32Array(4);
    seedPrng(random, seed);
    const disk = new ModelDisk(join(scratch, 'disk'), plant);
    mkdirSync(disk.root);
    const promised: Promised = { acknowledged: 0, appended: 0, opened: false, finishing: false, finished: false };
    const imported = nextBelow(random, 4) === 0;
    const sessions = join(disk.root, 'sessions');
    disk.onCall = (call, operation) => {
      if (figures.cuts >= most) return;
      figures.cuts++;
      const target = join(scratch, 'image');
      disk.powerCut(seed * 10_007 + call, target);
      const whole = join(target, relative(disk.root, sessions), 's');
      const left = existsSync(whole) || !imported ? whole : `${whole}.partial`;
      const fault = attempt(() => judge(left, promised, figures));
      if (fault !== undefined) figures.faults.push(`seed ${seed}, before call ${call} (${operation}): ${fault}`);
      rmSync(target, { recursive: true, force: true });
    };
    const options = {
      files: disk,
      segmentBytes: 1500 + nextBelow(random, 12_000),
      blockBytes: 100 + nextBelow(random, 4000),
    };
    if (imported) runImport(SessionWriter.create(sessions, 's', IMPORT_DRAFT, options), promised, random);
    else {
      const group = {
        onDurable: (seq: number) => {
          promised.acknowledged = seq;
        },
        onFailure: (error: Error) => figures.faults.push(`seed ${seed}: ${error.message}`),
      };
      const writer = SessionWriter.open(sessions, 's', CONSOLE_DRAFT, { ...options, group });
      await runConsole(writer, promised, random, plant);
    }
    disk.settle();
  });
}

function runImport(writer: SessionWriter, promised: Promised, random: Int32Array): void {
  promised.opened = true;
  const inputs = 40 + nextBelow(random, 160);
  const syncEvery = 1 + nextBelow(random, 30);
  for (let seq = 1; seq <= inputs; seq++) {
    append(writer, promised, seq);
    const what = nextBelow(random, syncEvery);
    if (what === 0) {
      writer.sync();
      promised.acknowledged = seq;
    } else if (what === 1) writer.flush();
  }
  promised.finishing = true;
  writer.finish({ source: SOURCE });
  promised.finished = true;
  promised.acknowledged = promised.appended;
}

async function runConsole(
  writer: SessionWriter,
  promised: Promised,
  random: Int32Array,
  plant: PowerPlant,
): Promise<void> {
  promised.opened = true;
  const inputs = 40 + nextBelow(random, 160);
  const commitEvery = 1 + nextBelow(random, 20);
  const turnEvery = 1 + nextBelow(random, 20);
  for (let seq = 1; seq <= inputs; seq++) {
    append(writer, promised, seq);
    const what = nextBelow(random, commitEvery);
    if (what <= 1) writer.commit(what === 0 ? 'sync' : 'write');
    if (what === 0 && plant.acknowledgesEarly) promised.acknowledged = seq;
    // The disk does some of what it was asked for, while the engine goes on.
    if (nextBelow(random, turnEvery) === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  writer.commit('sync');
  await writer.settled();
  promised.finishing = true;
  writer.finish({ stateHash: hashOf(promised.appended) });
  promised.finished = true;
  promised.acknowledged = promised.appended;
}

function append(writer: SessionWriter, promised: Promised, seq: number): void {
  promised.appended = seq;
  writer.append(inputRecord(seq));
  if (seq % 5 === 0) writer.appendOutput(outputEvent(seq));
  if (seq % 16 === 0) writer.appendCheckpoint(seq, timeOf(seq), hashOf(seq));
}

/** What is wrong with the session that is left, if anything is. */
function judge(directory: string, promised: Promised, figures: PowerFigures): string | undefined {
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
  let outputsThere = 0;
  for (const event of outputs.events()) {
    if (event.seq % 5 !== 0) return `an output of input ${event.seq}`;
    outputsThere++;
  }
  if (outputsThere < Math.floor(promised.acknowledged / 5)) return 'an output of an acknowledged input is missing';
  const report = verifyJournal(directory);
  if (!report.holds) return `verification fails: ${tail.reason}`;
  if (promised.finished && !manifest.complete) return 'a finished session is not complete';
  if (manifest.complete && !(promised.finishing && source.count === promised.appended))
    return 'complete, but not whole';
  if (tail.torn) figures.torn++;
  if (manifest.complete) figures.complete++;
  if (report.segments > 1) figures.rotated++;
  if (tail.reason === '0 is no length of a record') figures.roomy++;
  if (source.count > promised.acknowledged) figures.kept++;
  if (source.count < promised.appended) figures.lost++;
  return undefined;
}

function attempt(check: () => string | undefined): string | undefined {
  try {
    return check();
  } catch (error) {
    return `refused: ${String(error)}`;
  }
}
