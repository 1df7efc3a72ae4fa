/** The verdict of CI over a report of the test runner: nothing failed, nothing skipped, something run. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

const PROJECT = path.resolve(import.meta.dirname, '../../..');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'chimera-report-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the script on a report of files, each given as the statuses of its tests and its own. */
function verdict(files: ReadonlyArray<{ readonly tests: readonly string[]; readonly status: string }>) {
  const testResults = files.map(({ tests, status }, i) => ({
    name: path.join(PROJECT, `test/file${i}.test.ts`),
    status,
    assertionResults: tests.map((outcome, n) => ({ fullName: `case ${n}`, status: outcome })),
  }));
  const report = path.join(folder, 'report.json');
  writeFileSync(report, JSON.stringify({ testResults }));
  return run(report);
}

function run(report: string) {
  const { status, stdout } = spawnSync(process.execPath, ['.ci/report.mjs', report], {
    cwd: PROJECT,
    encoding: 'utf8',
  });
  const lines = stdout.trimEnd().split('\n');
  return { status, last: lines.at(-1), before: lines.slice(0, -1) };
}

it('passes when every test passed', () => {
  const files = [
    { tests: ['passed', 'passed'], status: 'passed' },
    { tests: ['passed'], status: 'passed' },
  ];
  expect(verdict(files)).toEqual({ status: 0, last: '3 passed, 0 failed', before: [] });
});

it('fails on a failed test and names it', () => {
  const { status, last, before } = verdict([{ tests: ['passed', 'failed'], status: 'failed' }]);
  expect([status, last]).toEqual([1, '1 passed, 1 failed']);
  expect(before).toEqual(['failed: test/file0.test.ts › case 1']);
});

it.each(['skipped', 'pending', 'todo', 'disabled'])('fails on a test that is %s', (outcome) => {
  const { status, last, before } = verdict([{ tests: ['passed', outcome], status: 'passed' }]);
  expect([status, last]).toEqual([1, '1 passed, 0 failed, 1 skipped']);
  expect(before).toEqual(['skipped: test/file0.test.ts › case 1']);
});

it('fails on a file that could not be loaded, on no test at all and on no report', () => {
  const unloaded = verdict([
    { tests: ['passed'], status: 'passed' },
    { tests: [], status: 'failed' },
  ]);
  expect([unloaded.status, unloaded.last, unloaded.before]).toEqual([
    1,
    '1 passed, 1 failed',
    ['failed: test/file1.test.ts'],
  ]);
  expect(verdict([])).toMatchObject({ status: 1, last: '0 passed, 0 failed' });
  expect(run(path.join(folder, 'none.json'))).toMatchObject({ status: 1, last: '0 passed, 0 failed' });
});
