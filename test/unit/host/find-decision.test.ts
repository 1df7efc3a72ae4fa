/** One decision of a run found again: the same from any snapshot as from the start, with all that followed on it. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cursorOver, DEFAULT_POLICY, type EngineEvent } from '../../../engine/domain/index.ts';
import { createEngine, createState, NEXT_ID, step } from '../../../engine/index.ts';
import {
  encodeSnapshot,
  loadSession,
  readManifest,
  SessionWriter,
  SNAPSHOT_FOLDER,
  snapshotPath,
} from '../../../logs/index.ts';
import { type FoundDecision, findInFork, findInSession } from '../../../src/host/find-decision.ts';
import type { ReplayRun } from '../../../src/host/job.ts';
import { snapshotOf } from '../../../src/host/take-up.ts';
import { decisionBehind } from '../../../state/selectors.ts';
import { recordBrainSession } from '../../fixtures/brain-session.ts';
import { IMPORT_DRAFT, SOURCE } from '../../fixtures/journal-sample.ts';

const RUN: ReplayRun = {
  control: undefined,
  barIntervalUs: 100_000,
  seed: 5,
  startingCash: '10000',
  policy: DEFAULT_POLICY,
};

let sessions: string;
let directory: string;
/** All events of the recorded run, by one fold from its start. */
const events: EngineEvent[] = [];
let ids: number[];

/** Folds the recorded session; puts a snapshot beside it at each of these inputs. */
function foldWhole(snapshotsAt: readonly number[]): void {
  const { source } = loadSession(directory);
  const engine = createEngine(createState(readManifest(directory).config!));
  const input = cursorOver(new Uint8Array(8));
  mkdirSync(path.join(directory, SNAPSHOT_FOLDER), { recursive: true });
  for (let i = 0; i < source.count; i++) {
    source.seek(i, input);
    events.push(...structuredClone(step(engine, input)));
    if (snapshotsAt.includes(i + 1))
      writeFileSync(
        snapshotPath(directory, i + 1),
        encodeSnapshot(snapshotOf(engine.state, engine.state.arena.hash())),
      );
  }
}

beforeAll(() => {
  sessions = mkdtempSync(path.join(tmpdir(), 'chimera-find-'));
  ({ directory } = recordBrainSession(sessions, { inputs: 2_500 }));
  // The recording has a checkpoint every 200 inputs.
  foldWhole([400, 1_000, 1_600, 2_200]);
  ids = events.flatMap((event) => (event.kind === 'decision' ? [event.trace.decisionId] : []));
  expect(ids.length).toBeGreaterThan(30);
});

afterAll(() => rmSync(sessions, { recursive: true, force: true }));

const find = (decisionId: number): FoundDecision => findInSession(directory, readManifest(directory), RUN, decisionId);

const behind = (decisionId: number): EngineEvent[] =>
  events.filter((event) => event.kind !== 'decision' && decisionBehind(event) === decisionId);

describe('in a recorded run', () => {
  it('finds every decision with all that followed on it', () => {
    let followed = 0;
    for (const id of ids) {
      const { following } = find(id);
      expect(following?.decision).toEqual(events.find((e) => e.kind === 'decision' && e.trace.decisionId === id));
      expect([id, following?.events]).toEqual([id, behind(id)]);
      followed += following!.events.length;
    }
    expect(followed).toBeGreaterThan(50);
  });

  it('folds from the last snapshot before it, and no farther than it must', () => {
    const damaged = path.join(sessions, 'damaged');
    cpSync(directory, damaged, { recursive: true });
    const firstSegment = path.join(damaged, '000001.journal');
    const bytes = readFileSync(firstSegment);
    bytes[bytes.length >> 1] = bytes[bytes.length >> 1]! ^ 0x40;
    writeFileSync(firstSegment, bytes);
    const findThere = (id: number): FoundDecision => findInSession(damaged, readManifest(damaged), RUN, id);
    // Its first segment is not read for a late one, and the last not for an early one.
    const late = ids.at(-1)!;
    expect(findThere(late).following!.events).toEqual(behind(late));
    expect(() => findThere(ids[0]!)).toThrow(/000001/);
    expect(find(ids[0]!).state.control.seq[0]).toBeLessThan(find(late).state.control.seq[0]!);
  });

  it('does without a snapshot that is damaged, or of another state than the journal says', () => {
    const last = ids.at(-1)!;
    const whole = find(last).following!.events;
    for (const seq of [2_200, 1_600]) {
      const file = snapshotPath(directory, seq);
      const bytes = readFileSync(file);
      bytes[bytes.length - 9] = bytes[bytes.length - 9]! ^ 1;
      writeFileSync(file, bytes);
    }
    expect(find(last).following!.events).toEqual(whole);
    rmSync(path.join(directory, SNAPSHOT_FOLDER), { recursive: true });
    expect(find(last).following!.events).toEqual(whole);
  });

  it('finds none beyond its numbers, and tells them', () => {
    for (const unknown of [0, ids.at(-1)! + 1, 2 ** 40]) {
      const { following, firstId, state } = find(unknown);
      expect(following).toBeUndefined();
      expect([firstId, state.control.nextId[NEXT_ID.decision]! - 1]).toEqual([ids[0], ids.at(-1)]);
    }
  });

  it('refuses a run that this build does not replay to what was recorded', () => {
    const manifest = readManifest(directory);
    const config = { ...manifest.config!, seed: manifest.config!.seed + 1, startingCash: '999' };
    expect(() => findInSession(directory, { ...manifest, config }, RUN, ids.at(-1)!)).toThrow(
      /differs from what was recorded/,
    );
  });
});

describe('in other runs', () => {
  it('an import is folded under the run that was asked for', () => {
    const { source, manifest } = loadSession(directory);
    const writer = SessionWriter.create(sessions, 'imported', {
      ...IMPORT_DRAFT,
      instruments: manifest.instruments,
      source: SOURCE,
    });
    const input = cursorOver(new Uint8Array(8));
    for (let i = 0; i < source.count; i++) {
      source.seek(i, input);
      const { view, offset } = input;
      writer.append(new Uint8Array(view.buffer, view.byteOffset + offset, view.getUint32(offset, true)).slice());
    }
    writer.finish({});
    const folder = path.join(sessions, 'imported');
    const auto = findInSession(folder, readManifest(folder), RUN, 1).following!;
    const watched = findInSession(folder, readManifest(folder), { ...RUN, control: 'observe' }, 1).following!;
    expect([auto.decision.trace.verdict, watched.decision.trace.verdict]).toEqual(['proposed', 'observed']);
    expect([auto.events.length > 0, watched.events]).toEqual([true, []]);
  });

  it('a fork goes another way from its command on', () => {
    const session = loadSession(directory);
    const config = readManifest(directory).config!;
    const at = events.find((e) => e.kind === 'decision' && e.trace.verdict === 'proposed' && e.seq > 300)!;
    const command = { kind: 'set-control', mode: 'observe' } as const;
    const fork = {
      formatVersion: 2 as const,
      session: 's',
      build: 'test',
      config: { ...config, instruments: [...config.instruments] },
      commands: [{ index: at.seq - 1, atUs: at.atUs, command }],
      result: null,
    };
    const id = at.kind === 'decision' ? at.trace.decisionId : 0;
    expect(find(id).following!.decision.trace.verdict).toBe('proposed');
    const { following, firstId } = findInFork(directory, session, fork, id);
    expect([following?.decision.trace.verdict, firstId]).toEqual(['observed', ids[0]]);
    expect(findInFork(directory, session, fork, 2 ** 40).following).toBeUndefined();
  });
});
