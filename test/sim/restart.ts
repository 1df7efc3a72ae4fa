/**
 * Restarts: a session that dies at any point is taken up from any of its snapshots, and the state is that of a whole
 * replay; a snapshot that is damaged, foreign or forged is refused, told, and an earlier one serves.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createState } from '../../engine/index.ts';
import {
  encodeSnapshot,
  readSnapshot,
  SNAPSHOT_FOLDER,
  type StateSnapshot,
  snapshotPath,
  snapshotSeqs,
} from '../../logs/index.ts';
import { type DataDir, dataDirAt } from '../../src/data-dir.ts';
import { type FoldStart, foldJournal } from '../../src/host/journal-fold.ts';
import { startAt } from '../../src/host/session-base.ts';
import { takeUp } from '../../src/host/take-up.ts';
import { longConfig, writeLongSession } from '../fixtures/long-session.ts';
import { type Figures, repeatWith, type SoakCheck } from '../soak/check.ts';

const EVERY = 500;
const INPUTS = 6_000;

/** How a start is made from a snapshot; a broken one is planted by the tests. */
export type StartFrom = typeof startAt;

export interface RestartFigures extends Figures {
  readonly sessions: number;
  /** Snapshots that a fold went on from, to the state of the whole replay. */
  readonly snapshots: number;
  /** Snapshots that were spoiled, and all refused. */
  readonly spoiled: number;
  /** Sessions taken up from an earlier snapshot, or from none. */
  readonly fallbacks: number;
}

/** `count` sessions from seed `from` on. Throws at the first that does not come back as it was. */
export function restarts(count: number, from: number, start: StartFrom = startAt): RestartFigures {
  const root = mkdtempSync(join(tmpdir(), 'chimera-restart-'));
  const dir = dataDirAt(root);
  const figures = { sessions: 0, snapshots: 0, spoiled: 0, fallbacks: 0 };
  try {
    mkdirSync(dir.sessions, { recursive: true });
    for (let seed = from; seed < from + count; seed++) {
      try {
        restartOne(dir, seed, start, figures);
      } catch (cause) {
        throw new Error(`session ${seed}: ${(cause as Error).message}; ${repeatWith('restart', seed)}`, { cause });
      }
      figures.sessions++;
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  return figures;
}

function restartOne(dir: DataDir, seed: number, start: StartFrom, figures: Record<string, number>): void {
  const name = `s${seed}`;
  // It dies wherever the seed says, mostly between two checkpoints.
  const inputs = INPUTS + ((seed * 7_919) % 1_000);
  const folder = join(dir.sessions, name, SNAPSHOT_FOLDER);
  const { directory, config, stateHash } = writeLongSession(dir.sessions, name, {
    inputs,
    seed,
    segmentBytes: 96 * 1024,
    blockBytes: 8 * 1024,
    checkpointEvery: EVERY,
    dies: true,
    onCheckpoint(snapshot) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `${String(snapshot.seq).padStart(16, '0')}.snapshot`), encodeSnapshot(snapshot));
    },
  });
  const whole = foldJournal(directory, { config, recorded: true });
  same(whole.mismatch ?? whole.stateHash, stateHash, 'the whole replay');
  for (const seq of snapshotSeqs(directory)) {
    const begun = start(directory, seq, config);
    if (typeof begun === 'string') throw new Error(`the snapshot after ${seq} is refused: ${begun}`);
    const result = foldJournal(directory, { config, recorded: true, start: begun });
    same(result.mismatch ?? `${result.stateHash} ${result.startHolds}`, `${stateHash} true`, `from ${seq}`);
    same(String(result.inputs), String(inputs - seq), `inputs folded from ${seq}`);
    figures.snapshots!++;
  }
  const taken = takeUp(dir, name);
  same(`${taken.base.stateHash} ${taken.fromSeq}`, `${stateHash} ${Math.floor(inputs / EVERY) * EVERY}`, 'taken up');
  spoilEach(dir, name, seed, start, stateHash, figures);
}

/** Spoils the newest snapshot in every way, then all of them. */
function spoilEach(
  dir: DataDir,
  name: string,
  seed: number,
  start: StartFrom,
  stateHash: string,
  figures: Record<string, number>,
): void {
  const directory = join(dir.sessions, name);
  const seqs = snapshotSeqs(directory);
  const newest = seqs.at(-1)!;
  const path = snapshotPath(directory, newest);
  const good = readFileSync(path);
  for (const [how, spoil] of Object.entries(SPOILERS)) {
    writeFileSync(path, spoil({ good, directory, before: snapshotPath(directory, seqs.at(-2)!), seed }));
    const found = foldsFrom(directory, newest, start);
    if (found !== undefined) throw new Error(`a snapshot with ${how} is not refused: ${found}`);
    figures.spoiled!++;
    const taken = takeUp(dir, name);
    same(`${taken.base.stateHash} ${taken.fromSeq}`, `${stateHash} ${seqs.at(-2)}`, `taken up beside ${how}`);
    if (!taken.notices.some((each) => each.includes(`after input ${newest}`))) throw new Error(`${how} is not told`);
    figures.fallbacks!++;
  }
  for (const seq of seqs) writeFileSync(snapshotPath(directory, seq), 'no snapshot');
  const taken = takeUp(dir, name);
  same(`${taken.base.stateHash} ${taken.fromSeq}`, `${stateHash} 0`, 'taken up without any');
  figures.fallbacks!++;
  writeFileSync(path, good);
}

/** The hash that a fold from the snapshot comes to, or undefined where it is refused. */
function foldsFrom(directory: string, seq: number, start: StartFrom): string | undefined {
  const config = longConfig();
  const begun: FoldStart | string = start(directory, seq, config);
  if (typeof begun === 'string') return undefined;
  const { startHolds, mismatch, stateHash } = foldJournal(directory, { config, recorded: true, start: begun });
  return startHolds && mismatch === undefined ? stateHash : undefined;
}

interface Spoiled {
  readonly good: Buffer;
  readonly directory: string;
  /** Path of the snapshot before it. */
  readonly before: string;
  readonly seed: number;
}

/** Everything that may be wrong with a snapshot. The forged ones are whole in themselves. */
const SPOILERS: Readonly<Record<string, (of: Spoiled) => Uint8Array>> = {
  'a flipped bit of its state': ({ good, seed }) => flipped(good, 128 + ((seed * 4_099) % (good.byteLength - 128))),
  'a flipped bit of its header': ({ good, seed }) => flipped(good, seed % 128),
  'its end cut off': ({ good, seed }) => good.subarray(0, good.byteLength - 1 - ((seed * 101) % 4096)),
  'nothing in it': () => new Uint8Array(0),
  'bytes behind its end': ({ good }) => Buffer.concat([good, Buffer.from([0])]),
  'a header of another version': ({ good }) => flipped(good, 8),
  'the layout of another build': ({ good }) => remade(good, { schemaHash: 'ab'.repeat(16) }),
  'another configuration': ({ good }) => remade(good, { configHash: 'cd'.repeat(16) }),
  'the state of another moment': ({ before }) => readFileSync(before),
  'the state of another moment under its name': ({ good, before }) => {
    const { seq, atUs } = whole(good);
    return remade(readFileSync(before), { seq, atUs });
  },
  'a state with another balance': ({ good }) => {
    const state = createState(longConfig());
    state.arena.load(whole(good).state);
    state.account.money[0] = state.account.money[0]! + 1n;
    const bytes = new Uint8Array(state.arena.byteLength);
    state.arena.save(bytes);
    return remade(good, { state: bytes, stateHash: state.arena.hash() });
  },
  'a hash that is not its own': ({ good }) => remade(good, { stateHash: '0'.repeat(32) }),
};

function flipped(bytes: Buffer, at: number): Uint8Array {
  const copy = Buffer.from(bytes);
  copy[at]! ^= 1 << (at % 8);
  return copy;
}

function whole(bytes: Uint8Array): StateSnapshot {
  const folder = mkdtempSync(join(tmpdir(), 'chimera-snapshot-'));
  try {
    writeFileSync(join(folder, 'x'), bytes);
    const snapshot = readSnapshot(join(folder, 'x'));
    if (typeof snapshot === 'string') throw new Error(snapshot);
    return snapshot;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const remade = (bytes: Uint8Array, changes: Partial<StateSnapshot>): Uint8Array =>
  encodeSnapshot({ ...whole(bytes), ...changes });

function same(found: string, wanted: string, what: string): void {
  if (found !== wanted) throw new Error(`${what}: ${found} instead of ${wanted}`);
}

export const restart: SoakCheck = {
  name: 'restart',
  holds: 'from every snapshot a restart comes to the state of a whole replay; a spoiled one is refused and told',
  unit: 'sessions',
  full: 200,
  run: restarts,
};
