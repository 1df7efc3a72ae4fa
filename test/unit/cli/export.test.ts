/** `chimera export`: a session's tables as files, all or none, and texts in them that a spreadsheet would run. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type ExportArguments, runExport } from '../../../src/cli/export.ts';
import { type DataDir, openDataDir } from '../../../src/data-dir.ts';
import { EXIT } from '../../../src/exit-codes.ts';
import { FACT_TABLES } from '../../../src/stores/brain-tables.ts';
import { recordBrainSession } from '../../fixtures/brain-session.ts';
import { segmentFiles, thrown } from '../logs/helpers.ts';

let dir: DataDir;
let printed: string[];
beforeEach(() => {
  dir = openDataDir(mkdtempSync(join(tmpdir(), 'chimera-export-')));
  printed = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(dir.root, { recursive: true, force: true });
});

const run = (options: Partial<ExportArguments> = {}) =>
  runExport({ dataDir: dir.root, json: true, session: undefined, csv: undefined, rebuild: false, ...options });
const csv = (): string => join(dir.root, 'csv');

test('a file for each table, 0600 in a folder of 0700, with as many lines as rows', () => {
  const { counts } = recordBrainSession(dir.sessions);
  const mask = process.umask(0);
  try {
    expect(run({ session: 's', csv: csv() })).toBe(EXIT.done);
  } finally {
    process.umask(mask);
  }
  const { rows } = JSON.parse(printed.join('')) as { rows: Record<string, number> };
  expect(readdirSync(csv()).sort()).toEqual(FACT_TABLES.map(({ name }) => `${name}.csv`).sort());
  expect(statSync(csv()).mode & 0o777).toBe(0o700);
  for (const { name } of FACT_TABLES) {
    const file = join(csv(), `${name}.csv`);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8').split('\r\n')).toHaveLength(rows[name]! + 2);
  }
  expect(rows.fills).toBe(counts.fill);
  expect(readdirSync(dir.root).filter((name) => name.includes('partial'))).toEqual([]);
});

test('a symbol that a spreadsheet would run is a text', () => {
  const { directory } = recordBrainSession(dir.sessions, { inputs: 1_200 });
  const file = join(directory, 'manifest.json');
  writeFileSync(
    file,
    readFileSync(file, 'utf8').replace('"symbol": "BTC/USDT:USDT"', '"symbol": "=cmd|\' /C calc\'!A0"'),
  );
  run({ session: 's', csv: csv() });
  const decisions = readFileSync(join(csv(), 'decisions.csv'), 'utf8');
  expect(decisions).toContain(",'=cmd|' /C calc'!A0,");
  expect(decisions).not.toContain(',=cmd');
});

test.each([
  ['a session without a folder', { session: 's' }],
  ['a folder without a session', { csv: 'x' }],
])('%s is refused', (_name, options) => {
  expect(thrown(() => run(options))).toMatchObject({ exitCode: EXIT.usage });
});

test('what is there is not written over, and what cannot be exported leaves nothing', () => {
  const { directory } = recordBrainSession(dir.sessions, { inputs: 600 });
  mkdirSync(csv());
  expect(thrown(() => run({ session: 's', csv: csv() }))).toMatchObject({ exitCode: EXIT.usage, message: /exists/ });
  expect(readdirSync(csv())).toEqual([]);
  rmSync(csv(), { recursive: true });
  expect(thrown(() => run({ session: 'none', csv: csv() }))).toMatchObject({ exitCode: EXIT.badInput });
  expect(thrown(() => run({ session: 's', csv: join(dir.root, 'no', 'folder') }))).toMatchObject({
    exitCode: EXIT.fault,
  });
  const path = segmentFiles(directory)[0]!;
  const bytes = readFileSync(path);
  bytes[300]! ^= 1;
  writeFileSync(path, bytes);
  expect(thrown(() => run({ session: 's', csv: csv(), rebuild: true }))).toMatchObject({
    exitCode: EXIT.verification,
    message: expect.stringMatching(/^s cannot be exported: .*: at byte \d+: /),
  });
  expect(existsSync(csv())).toBe(false);
});
