/** The kill switch's long checks: every channel in every state, halts that outlive engines, flattens, late accepts. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { haltRestarts } from '../e2e/halt-restarts.ts';
import { breaches, CHANNELS, isCell, type KillFigures, killInState, STATES } from '../e2e/kill-matrix.ts';
import { flattenRaces, lateAccepts } from '../sim/kill-races.ts';
import type { Figures, SoakCheck } from './check.ts';
import { numbers } from './figures.ts';

/** Runs `act` with a folder of its own. */
async function inFolder<T>(act: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'chimera-soak-'));
  try {
    return await act(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const longest = (figures: readonly KillFigures[], pick: (each: KillFigures) => number | undefined): number =>
  Math.round(Math.max(0, ...figures.flatMap((each) => pick(each) ?? [])) * 10) / 10;

/** The worst of what was seen, of all channels but the command, and of the command, which has to be loaded first. */
function worst(figures: readonly KillFigures[]): Figures {
  const quick = figures.filter(({ channel }) => channel !== 'command');
  const command = figures.filter(({ channel }) => channel === 'command');
  return {
    kills: figures.length,
    withEntryAtWork: figures.filter(({ cancelMs }) => cancelMs !== undefined).length,
    withPosition: figures.filter(({ held }) => held > 0).length,
    longestToJournalMs: longest(quick, (each) => each.journaledMs),
    longestToCancelMs: longest(quick, (each) => each.cancelMs),
    longestToLastEntryMs: longest(quick, (each) => each.lastEntryMs),
    longestToNoneOpenMs: longest(quick, (each) => each.noneOpenMs),
    longestOfCommandMs: longest(command, (each) => each.journaledMs),
  };
}

const matrix: SoakCheck = {
  name: 'kill-matrix',
  holds:
    'a kill by any channel, console hung or terminal unread: no entry after 100 ms, cancels in 250 ms, none open in 5 s',
  unit: 'rounds of all channels in all states',
  full: 30,
  run: (count) =>
    inFolder(async (folder) => {
      const figures: KillFigures[] = [];
      for (let n = 0; n < count; n++) {
        for (const state of STATES) {
          const channels = CHANNELS.filter((channel) => isCell(channel, state));
          figures.push(...(await killInState(state, channels, { folder })));
        }
      }
      const wrong = figures.flatMap((each) => breaches(each));
      if (wrong.length > 0) throw new Error(wrong.join('; '));
      return worst(figures);
    }),
};

const restarts: SoakCheck = {
  name: 'halt-restarts',
  holds: 'a halt outlives every restart, shot or stopped, with or without the sessions',
  unit: 'restarts',
  full: 100,
  run: (count) =>
    inFolder(async (folder) => {
      writeFileSync(path.join(folder, 'HALT'), 'soak');
      const figures = await haltRestarts(folder, count);
      if (figures.halted !== count) throw new Error(`${count - figures.halted} of ${count} engines were not halted`);
      return { ...figures };
    }),
};

const flatten: SoakCheck = {
  name: 'flatten-races',
  holds: 'a flatten against partial fills, stops and late fills ends flat and never turns a position',
  unit: 'races',
  full: 1_000,
  run: (count, from) => numbers(flattenRaces(count, from)),
};

const late: SoakCheck = {
  name: 'late-accepts',
  holds: 'an accept that arrives after the kill is cancelled within a second',
  unit: 'seeds',
  full: 200,
  run: (count, from) => numbers(lateAccepts(count, from)),
};

export const killChecks: readonly SoakCheck[] = [matrix, restarts, flatten, late];
