/** Which session a run goes on from when the newest one died before it had begun. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { cursorOver, InputEncoder, NO_INSTRUMENT } from '../../../engine/domain/index.ts';
import { createEngine, createState, step } from '../../../engine/index.ts';
import { encodeSnapshot, SessionWriter } from '../../../logs/index.ts';
import { type DataDir, dataDirAt } from '../../../src/data-dir.ts';
import { newestSession, successorOf, takeUp } from '../../../src/host/take-up.ts';
import { writeLongSession } from '../../fixtures/long-session.ts';

const roots: string[] = [];
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
});

/** A session of some inputs, and another one that goes on from it and dies after its first, `begun` or not. */
function twoLives(begun: boolean): { dir: DataDir; stateHash: string } {
  const root = mkdtempSync(join(tmpdir(), 'chimera-take-up-'));
  roots.push(root);
  const dir = dataDirAt(root);
  mkdirSync(dir.sessions, { recursive: true });
  const { config } = writeLongSession(dir.sessions, 'first', {
    inputs: 700,
    seed: 3,
    checkpointEvery: 500,
    dies: true,
  });
  const { base, manifest } = takeUp(dir, 'first');
  const {
    formatVersion: _,
    name: _name,
    inputs: _inputs,
    firstUs: _first,
    lastUs: _last,
    complete: _complete,
    ...draft
  } = manifest;
  const { seq, atUs, stateHash } = base;
  const startsFrom = { session: 'first', seq, atUs, stateHash };
  // The clock has been set back since the first one began.
  const later = { ...draft, startsFrom, createdAt: '2001-01-01T00:00:00.000Z' };
  const writer = SessionWriter.open(dir.sessions, 'second', later, { base: encodeSnapshot(base) });
  const engine = createEngine(createState(config));
  engine.state.arena.load(base.state);
  const encoder = new InputEncoder();
  encoder.gap(NO_INSTRUMENT, atUs, 'restart');
  encoder.stamp(seq + 1, atUs);
  writer.append(encoder.bytes());
  for (const event of step(engine, cursorOver(encoder.bytes().slice()))) writer.appendOutput(event);
  if (begun) writer.appendCheckpoint(seq + 1, atUs, engine.state.arena.hash());
  writer.sync();
  writer.abort();
  return { dir, stateHash: engine.state.arena.hash() };
}

it('the one before, where its begin is not recorded to its end: nothing of it has left', () => {
  const { dir } = twoLives(false);
  const taken = takeUp(dir, 'second');
  expect([taken.manifest.name, taken.base.seq]).toEqual(['first', 700]);
  expect(taken.notices[0]).toBe('second died before it had begun: first is taken up');
});

it('itself, as soon as that is on the disk', () => {
  const { dir, stateHash } = twoLives(true);
  const taken = takeUp(dir, 'second');
  expect([taken.manifest.name, taken.base.seq, taken.base.stateHash]).toEqual(['second', 701, stateHash]);
});

it('the one that no other goes on from, whatever the clock has said: a life is not lived twice', () => {
  const { dir } = twoLives(true);
  expect(newestSession(dir)).toBe('second');
  expect([successorOf(dir, 'first'), successorOf(dir, 'second')]).toEqual(['second', undefined]);
});

it('itself, folded from its begin, where a snapshot cannot be read', () => {
  const { dir } = twoLives(true);
  mkdirSync(join(dir.sessions, 'first', 'snapshots', '0000000000000500.snapshot'), { recursive: true });
  const taken = takeUp(dir, 'first');
  expect([taken.base.seq, taken.fromSeq]).toEqual([700, 0]);
  expect(taken.notices[0]).toMatch(/^the snapshot after input 500 of first is not used: /);
});
