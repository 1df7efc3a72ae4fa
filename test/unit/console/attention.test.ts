/** Calls to the operator: at most one in two seconds, a kill before all else, and none where none is wanted. */
import { expect, it } from 'vitest';
import { callOperator } from '../../../src/console/attention.ts';
import type { NotifyWay } from '../../../src/terminal/calling.ts';
import { consoleRig } from '../../fixtures/console-rig.ts';
import { engineView, proposalView, replayView } from '../../fixtures/console-view.ts';

function calling(ways: readonly NotifyWay[] = ['osc9']) {
  const rig = consoleRig();
  const titles: string[] = [];
  const said: Array<readonly [atMs: number, text: string]> = [];
  const output = {
    title: (title: string) => titles.push(title),
    say: (text: string) => said.push([rig.timers.now() - 10_000, text]),
  };
  const stop = callOperator({ store: rig.store, timers: rig.timers, output, ways, insideTmux: false });
  /** A view, and the time after it. */
  const see = (changes: Parameters<typeof engineView>[0], forMs = 200): void => {
    rig.port.view(engineView(changes));
    rig.timers.advance(forMs);
  };
  return { rig, titles, said, see, stop };
}

const waiting = (...ids: readonly number[]) => ({ proposals: ids.map((proposalId) => proposalView({ proposalId })) });

it('comes at once, and those after it in one call two seconds later', () => {
  const { said, see } = calling();
  see(waiting(1), 300);
  expect(said).toHaveLength(1);
  expect(said[0]?.[1]).toBe('\x1b]9;(1) Chimera PAPER: BUY 0.012 BTC/USDT waits, 13.2 s left\x1b\\');
  see(waiting(1, 2), 300);
  see(waiting(1, 2, 3), 300);
  expect(said).toHaveLength(1);
  see(waiting(1, 2, 3), 3_000);
  expect(said).toHaveLength(2);
  expect(said[1]![0] - said[0]![0]).toBe(2_000);
  expect(said[1]?.[1]).toBe('\x1b]9;(3) Chimera PAPER: BUY 0.012 BTC/USDT waits, 13.2 s left, and 1 more\x1b\\');
  see(waiting(1, 2, 3, 4), 300);
  expect(said).toHaveLength(3);
});

it('tells of a kill first, and does not lose it behind a proposal', () => {
  const { said, see } = calling();
  see(waiting(1), 300);
  see(waiting(1, 2), 300);
  see({ ...waiting(1, 2), kill: 'blocking', halted: 'halt-file' }, 3_000);
  expect(said).toHaveLength(2);
  expect(said[1]?.[1]).toContain('KILL by the HALT file: entries are blocked, and 1 more');
});

it('storms of proposals ring no more often than that', () => {
  const { said, see } = calling(['bell']);
  for (let id = 1; id <= 100; id++) see(waiting(id), 100);
  expect(said.every(([, text]) => text === '\x07')).toBe(true);
  for (let i = 1; i < said.length; i++) expect(said[i]![0] - said[i - 1]![0]).toBeGreaterThanOrEqual(2_000);
  expect(said.length).toBeGreaterThanOrEqual(5);
});

it('is not made by a replay, nor where none is wanted; the title is kept all the same', () => {
  const replay = calling();
  replay.see({ ...waiting(1), replay: replayView({ playing: true }) }, 5_000);
  expect([replay.said, new Set(replay.titles)]).toEqual([[], new Set(['Chimera replay'])]);
  const none = calling([]);
  none.see(waiting(1, 2), 5_000);
  expect([none.said, new Set(none.titles)]).toEqual([[], new Set(['(2) Chimera PAPER'])]);
});

it('stops when the console goes', () => {
  const { said, see, stop } = calling();
  see(waiting(1), 300);
  see(waiting(1, 2), 300);
  stop();
  see(waiting(1, 2, 3), 5_000);
  expect(said).toHaveLength(1);
});
