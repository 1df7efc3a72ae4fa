/** Votes of a model in the shadow, counted from what recorded runs left on the disk. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { MODEL_ID_WORDS, modelIdWords, modelPlace } from '../../../engine/domain/index.ts';
import { createState } from '../../../engine/index.ts';
import {
  encodeSnapshot,
  makeDirectories,
  readManifest,
  SessionWriter,
  SNAPSHOT_FOLDER,
  type StateSnapshot,
  snapshotPath,
} from '../../../logs/index.ts';
import { openDataDir } from '../../../src/data-dir.ts';
import { snapshotOf } from '../../../src/host/take-up.ts';
import { evidenceFor, promotionReason, promotionRefusal } from '../../../src/models/promotion.ts';
import type { RecordedRun } from '../../../src/models/recorded-runs.ts';
import { openRegistry } from '../../../src/models/registry.ts';
import { shadowVotes } from '../../../src/models/shadow-votes.ts';
import { CONFIG, CONSOLE_DRAFT } from '../../fixtures/journal-sample.ts';
import { madeModel } from '../../fixtures/model-packages.ts';
import { temporaryFolder } from '../../fixtures/temporary.ts';

const MODEL = 'ab'.repeat(32);
const OTHER = 'cd'.repeat(32);
const PLACE = modelPlace('shadow', 'nhits');
const FIRST_US = Date.parse('2026-11-01T00:00:00Z') * 1000;

let sessions: string;
beforeEach(() => {
  sessions = temporaryFolder('shadow-votes');
});

/** A state after `seq` inputs in which the model in a place has taken so many sides. */
function stateWith(model: string, seq: number, [long, short]: readonly [number, number], place = PLACE): StateSnapshot {
  const state = createState(CONFIG);
  state.control.seq[0] = seq;
  state.control.nowUs[0] = FIRST_US + seq;
  state.models.id.set(modelIdWords(model), place * MODEL_ID_WORDS);
  state.watch.sideTaken.set([long, short], place * 2);
  return snapshotOf(state, state.arena.hash());
}

function session(
  name: string,
  snapshots: readonly StateSnapshot[],
  base?: StateSnapshot,
  createdAt?: string,
): RecordedRun {
  const startsFrom = base && { session: 'before', seq: base.seq, atUs: base.atUs, stateHash: base.stateHash };
  const draft = { ...CONSOLE_DRAFT, ...(createdAt && { createdAt }), ...(startsFrom && { startsFrom }) };
  const writer = SessionWriter.open(sessions, name, draft, base && { base: encodeSnapshot(base) });
  writer.abort();
  makeDirectories(join(writer.directory, SNAPSHOT_FOLDER));
  for (const each of snapshots) writeFileSync(snapshotPath(writer.directory, each.seq), encodeSnapshot(each));
  return { folder: writer.directory, manifest: readManifest(writer.directory), fromMs: 0, toMs: 0 };
}

test('both sides of all sessions count, by the latest snapshot that has the model', () => {
  const one = session('one', [
    stateWith(MODEL, 5, [3, 1]),
    stateWith(MODEL, 9, [30, 12]),
    stateWith(OTHER, 12, [2, 2]),
  ]);
  const two = session('two', [stateWith(MODEL, 4, [7, 1])]);
  expect([shadowVotes([one], MODEL), shadowVotes([one, two], MODEL), shadowVotes([one, two], OTHER)]).toEqual([
    42, 50, 4,
  ]);
});

test('a session that goes on from another one does not count its votes again', () => {
  const base = stateWith(MODEL, 100, [40, 10]);
  expect(shadowVotes([session('goes-on', [stateWith(MODEL, 160, [45, 12])], base)], MODEL)).toBe(7);
  expect(shadowVotes([session('anew', [stateWith(MODEL, 160, [2, 1])], base)], MODEL)).toBe(3);
});

test.each([
  ['votes of a model that serves', () => session('s', [stateWith(MODEL, 5, [9, 9], modelPlace('serve', 'nhits'))])],
  ['a session without snapshots', () => session('s', [])],
  [
    'a damaged snapshot',
    () => {
      const run = session('s', [stateWith(MODEL, 5, [9, 9])]);
      writeFileSync(snapshotPath(run.folder, 5), 'no');
      return run;
    },
  ],
  ['a state of another layout', () => session('s', [{ ...stateWith(MODEL, 5, [9, 9]), schemaHash: '0'.repeat(32) }])],
])('%s counts as none', (_, run) => {
  expect(shadowVotes([run()], MODEL)).toBe(0);
});

test('a promotion needs a day in the shadow and enough votes there, and tells both', () => {
  const dir = openDataDir(temporaryFolder('promotion'));
  sessions = dir.sessions;
  const { bytes, manifest } = madeModel('nhits');
  const registry = openRegistry(dir, { shipped: [] });
  const { id } = registry.add(bytes, manifest);
  registry.shadow(id);
  const begun = registry.events().at(-1)!.at;
  session('run', [stateWith(id, 5, [199, 0])], undefined, begun);
  const at = (hours: number) => {
    const toMs = Date.parse(begun) + hours * 3_600_000;
    // Not closed: it ends where its folder was written to last, which is now.
    const evidence = evidenceFor(dir, registry, registry.entry(id), toMs);
    return { ...evidence, shadowMs: hours * 3_600_000 };
  };
  expect(at(30)).toMatchObject({ shadowVotes: 199 });
  const told = 'it has been in the shadow of running engines for';
  expect(promotionRefusal(at(30))).toBe(
    `${told} 30.0 h of at least 24.0 h, and 199 of at least 200 votes there have an outcome`,
  );
  session('more', [stateWith(id, 5, [0, 1])], undefined, begun);
  expect(promotionRefusal(at(23))).toBe(
    `${told} 23.0 h of at least 24.0 h, and 200 of at least 200 votes there have an outcome`,
  );
  expect(promotionRefusal(at(24))).toBeUndefined();
  expect(promotionReason(at(24))).toContain('24.0 h in the shadow, 200 votes');
});
