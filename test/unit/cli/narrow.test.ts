/** Tables on a terminal of 80 columns: nothing wider, names and ids whole, and on a pipe each row one line. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SessionWriter } from '../../../logs/index.ts';
import { listLines } from '../../../src/cli/model-report.ts';
import { runModelsList } from '../../../src/cli/models.ts';
import { runPolicyShow } from '../../../src/cli/policy.ts';
import { runSessions } from '../../../src/cli/sessions.ts';
import { type DataDir, openDataDir } from '../../../src/data-dir.ts';
import { appendSample, CONSOLE_DRAFT } from '../../fixtures/journal-sample.ts';
import { temporaryFolder } from '../../fixtures/temporary.ts';

let dir: DataDir;
let written: string[];
beforeEach(() => {
  dir = openDataDir(temporaryFolder('narrow'));
  written = [];
});
afterEach(() => vi.restoreAllMocks());

function on(columns: number | undefined): void {
  written.length = 0;
  const stdout = { isTTY: columns !== undefined, columns, write: (text: string) => written.push(text) > 0 };
  vi.spyOn(process, 'stdout', 'get').mockReturnValue(stdout as unknown as typeof process.stdout);
}
const lines = (): string[] => written.join('').trimEnd().split('\n');
const widest = (): number => Math.max(...lines().map((line) => line.length));

describe('the models', () => {
  const list = (columns: number | undefined): string[] => {
    on(columns);
    runModelsList({ dataDir: join(dir.root, 'none'), json: false });
    return lines();
  };

  it('have two lines each where one is too wide, both of them whole', () => {
    const rows = list(80);
    expect(widest()).toBeLessThanOrEqual(80);
    expect(rows[0]).toMatch(/^KIND +NAME +STATE +ON +VERDICT$/);
    expect(rows[1]).toMatch(/^depth-trees +shipped-depth-trees +serving +simulated +\w/);
    expect(rows[2]).toMatch(/^ {4}AUC 0\.\d{3} {2}loss 0\.\d{3} of 0\.\d{3} {2}long \S+ % t \S+ {2}short \S+ % t \S+$/);
  });

  it('have one on a wide terminal and on a pipe', () => {
    expect(list(200)[1]).toBe(list(undefined)[1]);
    expect(lines()[0]).toMatch(/^KIND .* LOG LOSS .* VERDICT$/);
  });

  it('that were never judged, or cannot be read, have no second line', () => {
    const place = ['nhits', 'a-name', 'challenger', 'elsewhere', 'not known'];
    const damaged = ['nhits', 'b-name', 'challenger', 'its manifest is damaged: it ends too soon'];
    const unjudged = [...place, '-', '-', '-', '-', '-', '-', '-', 'not judged'];
    expect(listLines([unjudged, damaged], 60).map((line) => line.trim().split(/ +/)[1])).toEqual([
      'NAME',
      'a-name',
      'b-name',
    ]);
  });
});

it('figures of policy keep their columns: what a long value means is in the next row', () => {
  on(80);
  runPolicyShow({ dataDir: dir.root, json: false, version: undefined });
  expect(widest()).toBeLessThanOrEqual(80);
  const at = lines().findIndex((line) => line.includes('decision.strategies '));
  expect(lines()[at]).toMatch(/ confluence,momentum-volume,ensemble$/);
  const meaningAt = (line: string | undefined, word: string): number => line?.indexOf(word) ?? -1;
  const usual = meaningAt(
    lines().find((line) => line.includes('signal.rsiOversold ')),
    'RSI below',
  );
  expect(meaningAt(lines()[at + 1], 'strategies that')).toBe(usual);
  on(undefined);
  runPolicyShow({ dataDir: dir.root, json: false, version: undefined });
  expect(lines().find((line) => line.includes('decision.strategies '))).toContain('ensemble  strategies that');
});

it('sessions have name, inputs and time in one line, and what came of them in the next', async () => {
  const name = 'a-session-with-a-name-that-is-long';
  const writer = SessionWriter.open(dir.sessions, name, CONSOLE_DRAFT);
  appendSample(writer, 1, 10);
  writer.finish({ result: { equity: '10012.34', equityChange: '12.34', trades: 3, wins: 2 } });
  on(80);
  await runSessions({ dataDir: dir.root, json: false });
  expect(lines()[0]).toMatch(new RegExp(`^${name} console +10 inputs`));
  expect(lines().at(-1)).toMatch(/^ {4}result \+12\.34 \w+, 3 trades {2}\S/);
  expect(widest()).toBeLessThanOrEqual(80);
  on(undefined);
  await runSessions({ dataDir: dir.root, json: false });
  expect(lines()).toHaveLength(1);
});
