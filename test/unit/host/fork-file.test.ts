/** Forked runs on disk: saved, read back, and folded to the same state; damaged ones refused in one line. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DEFAULT_POLICY, type EngineConfig, InputEncoder } from '../../../engine/domain/index.ts';
import { Fold, SyntheticMarket, TimeTravel } from '../../../engine/index.ts';
import { openDataDir } from '../../../src/data-dir.ts';
import { CommandError } from '../../../src/exit-codes.ts';
import { loadFork, saveFork, sourceOfFork } from '../../../src/fork-file.ts';
import { Timeline } from '../../../src/host/timeline.ts';
import { MemorySource } from '../../fixtures/recorded.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'chimera-fork-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function session(): { config: EngineConfig; source: MemorySource } {
  const market = new SyntheticMarket({
    seed: 5,
    startUs: 1_700_000_000_000_000,
    symbols: ['BTC/USDT:USDT', 'ETH/USDT:USDT'],
  });
  const encoder = new InputEncoder();
  const records: Uint8Array[] = [];
  for (let seq = 1; seq <= 12_000; seq++) {
    const receivedAtUs = market.emit(encoder);
    encoder.stamp(seq, receivedAtUs);
    records.push(encoder.bytes().slice());
  }
  const config: EngineConfig = {
    runId: 'fork',
    seed: 3,
    accountCurrency: 'USDT',
    startingCash: '10000',
    control: 'manual',
    barIntervalUs: 1_000_000,
    bookLevels: 128,
    instruments: market.instruments,
    venue: 'paper',
    policy: DEFAULT_POLICY,
  };
  return { config, source: new MemorySource(records) };
}

test('a saved fork folds to the state that the console showed', () => {
  const dir = openDataDir(root);
  const { config, source } = session();
  const travel = new TimeTravel(source, config);
  while (travel.index(5_000));
  const opened = travel.events.slice(0, travel.events.count).find((e) => e.event.kind === 'proposal-opened');
  expect(opened).toBeDefined();
  const event = opened!.event;
  if (event.kind !== 'proposal-opened') throw new Error('no proposal');
  const { proposalId, decisionId, lots } = event.proposal;
  travel.seek(opened!.cursor);
  travel.fork({ kind: 'resize', proposalId, revision: 1, viewSeq: opened!.cursor, lots: lots - 1 });
  travel.fork({ kind: 'approve', proposalId, revision: 2, viewSeq: opened!.cursor });
  travel.seek(travel.cursor + 500);
  travel.fork({ kind: 'kill' });
  while (travel.index(5_000));
  travel.seek(travel.total);

  const commands = travel.commands.map((each) => ({ ...each, atUs: source.timeAt(each.index - 1) }));
  const draft = { session: 'some-session', config, commands, result: null };
  const name = saveFork(dir, draft);
  expect(name).toBe('some-session-fork-1');
  expect(saveFork(dir, draft)).toBe('some-session-fork-2');
  const fork = loadFork(dir, name, 'some-session');
  expect(() => loadFork(dir, name, 'another')).toThrow(/is a fork of some-session/);
  expect(fork.commands.map((c) => c.command.kind)).toEqual(['resize', 'approve', 'kill']);
  const fold = new Fold(sourceOfFork(source, fork), fork.config, () => {});
  fold.run(Number.MAX_SAFE_INTEGER);
  expect(fold.cursor).toBe(12_003);
  expect(fold.state.arena.hash()).toBe(travel.state.arena.hash());
  const sent = travel.events.slice(0, travel.events.count).find((e) => e.event.kind === 'order')!.event;
  expect(sent).toMatchObject({ event: 'submit', clearance: 'operator', decisionId, lots: lots - 1 });
  const followed = new Timeline(travel).following(decisionId, travel.total)?.events;
  expect(followed?.map(({ kind }) => kind).slice(0, 4)).toEqual([
    'proposal-opened',
    'proposal-resized',
    'proposal-closed',
    'order',
  ]);
  const plain = new Fold(source, config, () => {});
  plain.run(Number.MAX_SAFE_INTEGER);
  expect(plain.state.arena.hash()).not.toBe(fold.state.arena.hash());
});

test.each(['../x', 'missing', 'UPPER', ''])('a fork that is not there: %j', (name) => {
  expect(() => loadFork(openDataDir(root), name, 's')).toThrow(CommandError);
});

test('a damaged file is refused, and so is a command it could not hold', () => {
  const dir = openDataDir(root);
  const { config } = session();
  const name = saveFork(dir, {
    session: 's',
    config,
    commands: [{ index: 5, atUs: 1, command: { kind: 'kill' } }],
    result: null,
  });
  const path = join(dir.root, 'runs', `${name}.json`);
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.slice(0, -20));
  expect(() => loadFork(dir, name, 's')).toThrow(CommandError);
  writeFileSync(path, text.replace('"kill"', '"buy-everything"'));
  expect(() => loadFork(dir, name, 's')).toThrow(/commands\.0/);
});
