/** One session, one hash: in replay after replay, in other processes, without optimiser, clock or chance; and every leaf and byte counts. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { AT, cursorOver, type EngineConfig, InvariantError } from '../../engine/domain/index.ts';
import { createEngine, createState, type EngineState, Fold, step } from '../../engine/index.ts';
import { foldJournal } from '../../src/host/journal-fold.ts';
import { writeLongSession } from '../fixtures/long-session.ts';
import { type SyntheticSession, syntheticSession } from '../fixtures/synthetic-session.ts';
import { type Figures, repeatWith, type SoakCheck } from '../soak/check.ts';

export interface Outcome {
  readonly hash: string;
  /** SHA-256 over all events. */
  readonly events: string;
}

/** Folds a session in this process. */
export function foldHere({ source, config }: SyntheticSession): Outcome & { readonly state: EngineState } {
  const digest = createHash('sha256');
  const fold = new Fold(source, config, (event) => digest.update(JSON.stringify(event)));
  while (fold.run(3_333));
  return { hash: fold.state.arena.hash(), events: digest.digest('hex'), state: fold.state };
}

/** Ways in which another process may differ from this one: flags of Node, what is poisoned, environment. */
export const ELSEWHERE: Readonly<Record<string, readonly [readonly string[], string, NodeJS.ProcessEnv]>> = {
  'another process': [[], 'plain', {}],
  'without the optimiser': [['--no-opt'], 'plain', {}],
  'with clock, chance, locale, promises and timers poisoned': [[], 'poisoned', {}],
  'poisoned, without the optimiser, elsewhere': [
    ['--no-opt'],
    'poisoned',
    { TZ: 'Pacific/Kiritimati', LC_ALL: 'tr_TR.UTF-8' },
  ],
};

/** Folds the session of `inputs` and `seed` in a process of its own. Throws when that says anything else. */
export function foldElsewhere(name: string, inputs: number, seed: number): Outcome {
  const [flags, mode, env] = ELSEWHERE[name]!;
  const script = resolve('test/fixtures/deterministic-run.ts');
  const child = spawnSync(
    resolve('node_modules/node/bin/node'),
    [...flags, script, String(inputs), mode, String(seed)],
    { encoding: 'utf8', env: { ...process.env, ...env } },
  );
  if (child.status !== 0 || child.stderr !== '') throw new Error(`${name}: ${child.stderr.slice(0, 2000)}`);
  const { hash, events, unpoisoned } = JSON.parse(child.stdout) as Outcome & { readonly unpoisoned: readonly string[] };
  if (unpoisoned.length > 0) throw new Error(`${name}: ${unpoisoned.join(', ')} answered although poisoned`);
  return { hash, events };
}

/** Changes leaves of every column, `perColumn` of each at most, one by one. @returns how many; throws at one that does not count. */
export function everyLeafCounts(
  { arena }: { readonly arena: Pick<EngineState['arena'], 'hash' | 'columns'> },
  perColumn: number,
): number {
  const whole = arena.hash();
  const seen = new Set([whole]);
  let leaves = 0;
  for (const { name, array } of arena.columns()) {
    const apart = Math.max(1, Math.floor(array.length / perColumn));
    const places = new Set(array.length === 0 ? [] : [array.length - 1]);
    for (let i = 0; i < array.length; i += apart) places.add(i);
    for (const i of places) {
      const before = array[i]!;
      if (array instanceof BigInt64Array) array[i] = (before as bigint) + 1n;
      else array[i] = (before as number) === 0 ? 1 : 0;
      leaves++;
      const hash = arena.hash();
      if (seen.has(hash)) throw new Error(`${name}[${i}] does not count`);
      seen.add(hash);
      if (array instanceof BigInt64Array) array[i] = before as bigint;
      else array[i] = before as number;
    }
  }
  if (arena.hash() !== whole) throw new Error('the state was not put back');
  return leaves;
}

/**
 * Flips bits of a session's record `index`, of each byte behind its check sum as many as `masks` has, and steps it in
 * its place. @returns how many were folded and how many refused; throws at one that makes no difference.
 */
export function everyByteCounts(
  { source, config }: { readonly source: SyntheticSession['source']; readonly config: EngineConfig },
  index: number,
  masks: readonly number[],
): { folded: number; refused: number } {
  const fold = new Fold(source, config, () => {});
  fold.run(index);
  const before = new Uint8Array(fold.state.arena.byteLength);
  fold.state.arena.save(before);
  const engine = createEngine(createState(config));
  const cursor = cursorOver(new Uint8Array(8));
  source.seek(index, cursor);
  const { view, offset } = cursor;
  const record = new Uint8Array(view.buffer, view.byteOffset + offset, view.getUint32(offset, true)).slice();
  const hashOf = (bytes: Uint8Array): string | undefined => {
    engine.state.arena.load(before);
    engine.state.outbox.take();
    try {
      step(engine, cursorOver(bytes));
      return engine.state.arena.hash();
    } catch (cause) {
      if (cause instanceof InvariantError || cause instanceof RangeError) return undefined;
      throw cause;
    }
  };
  const hashes = new Set([hashOf(record)]);
  const figures = { folded: 0, refused: 0 };
  for (let at: number = AT.type; at < record.byteLength; at++) {
    for (const mask of masks) {
      const mutant = record.slice();
      mutant[at]! ^= mask;
      const hash = hashOf(mutant);
      if (hash === undefined) figures.refused++;
      else {
        if (hashes.has(hash)) throw new Error(`bit ${mask} of byte ${at} of input ${index + 1} does not count`);
        hashes.add(hash);
        figures.folded++;
      }
    }
  }
  return figures;
}

/** The hash of a run as it was stepped and written, and of its replays from the disk. */
function liveAndReplayed(inputs: number, seed: number, replays: number): void {
  const root = mkdtempSync(join(tmpdir(), 'chimera-same-'));
  try {
    const { directory, config, stateHash } = writeLongSession(root, 's', { inputs, seed });
    for (let i = 0; i < replays; i++) {
      const { mismatch, stateHash: found } = foldJournal(directory, { config, recorded: true });
      if (mismatch !== undefined || found !== stateHash) throw new Error(`replay ${i + 1}: ${mismatch ?? found}`);
    }
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const REPLAYS = 10;
const INPUTS_PER_COUNT = 100_000;

/** The session of a seed with so many hundred thousand inputs. Throws at the first difference. */
export function sameEverywhere(count: number, seed: number): Figures {
  try {
    const inputs = count * INPUTS_PER_COUNT;
    liveAndReplayed(inputs, seed, REPLAYS);
    const session = syntheticSession(inputs, {}, seed);
    const first = foldHere(session);
    for (let i = 1; i < REPLAYS; i++) same(foldHere(session), first, `replay ${i + 1}`);
    for (const name of Object.keys(ELSEWHERE)) same(foldElsewhere(name, inputs, seed), first, name);
    const leaves = everyLeafCounts(first.state, Number.POSITIVE_INFINITY);
    let bytes = 0;
    for (let i = 0; i < 40; i++) {
      const index = (i * 7_919) % Math.min(inputs, 10_000);
      const { folded, refused } = everyByteCounts(session, index, [1, 2, 4, 8, 16, 32, 64, 128]);
      bytes += folded + refused;
    }
    return { inputs: inputs * 2, replays: REPLAYS * 2, processes: Object.keys(ELSEWHERE).length, leaves, bits: bytes };
  } catch (cause) {
    throw new Error(`${(cause as Error).message}; ${repeatWith('determinism', seed)}`, { cause });
  }
}

function same(found: Outcome, wanted: Outcome, where: string): void {
  if (found.hash !== wanted.hash || found.events !== wanted.events)
    throw new Error(`${where}: state ${found.hash}, events ${found.events} instead of ${wanted.hash} ${wanted.events}`);
}

export const determinism: SoakCheck = {
  name: 'determinism',
  holds: 'ten replays, other processes, no optimiser, no clock: one hash; any leaf or input bit changes it',
  unit: 'x 100,000 inputs',
  full: 10,
  run: sameEverywhere,
};
