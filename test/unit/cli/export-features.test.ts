/** `chimera export SESSION --features`: the vectors that training sees, as files that are there whole or not at all. */
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
import { cursorOver, FEATURE_COUNT, FEATURE_SCHEMA_HASH, FEATURES } from '../../../engine/domain/index.ts';
import { BarCapture } from '../../../engine/training/capture.ts';
import { type FeatureExportArguments, runExportFeatures } from '../../../src/cli/export-features.ts';
import { type DataDir, openDataDir } from '../../../src/data-dir.ts';
import { EXIT } from '../../../src/exit-codes.ts';
import { recordBrainSession } from '../../fixtures/brain-session.ts';
import { recordMarket } from '../../fixtures/recorded-market.ts';
import { syntheticSession } from '../../fixtures/synthetic-session.ts';
import { segmentFiles, thrown } from '../logs/helpers.ts';

let dir: DataDir;
let printed: string[];
beforeEach(() => {
  dir = openDataDir(mkdtempSync(join(tmpdir(), 'chimera-features-')));
  printed = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => printed.push(String(text)) > 0);
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(dir.root, { recursive: true, force: true });
});

const out = (): string => join(dir.root, 'features');
const run = (options: Partial<FeatureExportArguments> = {}) =>
  runExportFeatures({ dataDir: dir.root, json: true, session: 's', format: 'csv', out: out(), ...options });

test('a row for each closed bar of each instrument, with the vectors that training captures', () => {
  recordBrainSession(dir.sessions);
  expect(run()).toBe(EXIT.done);
  const [head, ...lines] = readFileSync(join(out(), 'features.csv'), 'utf8').trimEnd().split('\r\n');
  expect(head).toBe(`time,instrument,${FEATURES.join()}`);
  const { config, records } = syntheticSession(2_500, { barIntervalUs: 100_000 }, 5);
  const capture = new BarCapture(config);
  for (const record of records) capture.fold(cursorOver(record));
  for (const [i, { symbol }] of config.instruments.entries()) {
    const { knownAtUs, features } = capture.bars(i);
    const own = lines.map((text) => text.split(',')).filter((cells) => cells[1] === symbol);
    expect(own.length).toBe(knownAtUs.length);
    expect(own.length).toBeGreaterThan(20);
    for (const [n, cells] of own.entries()) {
      expect(Date.parse(cells[0]!)).toBe(Math.floor(knownAtUs[n]! / 1000));
      const values = cells.slice(2).map((cell) => (cell === '' ? Number.NaN : Number(cell)));
      expect(values).toEqual([...features.slice(n * FEATURE_COUNT, (n + 1) * FEATURE_COUNT)]);
    }
  }
  const times = lines.map((text) => text.split(',')[0]!);
  expect([...times].sort()).toEqual(times);
  expect(JSON.parse(printed.join(''))).toMatchObject({ session: 's', format: 'csv', rows: lines.length });
});

test('the schema stands beside the table, and both are for the owner alone', () => {
  recordBrainSession(dir.sessions);
  run({ format: 'parquet' });
  expect(readdirSync(out()).sort()).toEqual(['features.json', 'features.parquet']);
  for (const name of readdirSync(out())) expect(statSync(join(out(), name)).mode & 0o777).toBe(0o600);
  const about = JSON.parse(readFileSync(join(out(), 'features.json'), 'utf8'));
  expect(about).toMatchObject({ session: 's', featureSchemaHash: FEATURE_SCHEMA_HASH, barIntervalUs: '100000' });
  expect(about.columns).toHaveLength(64);
  expect(about.columns[57]).toMatchObject({ unit: expect.any(String), meaning: expect.any(String) });
  const bytes = readFileSync(join(out(), 'features.parquet'));
  expect([bytes.subarray(0, 4).toString(), bytes.subarray(-4).toString()]).toEqual(['PAR1', 'PAR1']);
  expect(bytes.includes(FEATURE_SCHEMA_HASH)).toBe(true);
});

test('nothing is written over, and nothing is left of a session that cannot be folded', () => {
  const { directory } = recordBrainSession(dir.sessions);
  mkdirSync(out());
  expect(thrown(() => run())).toMatchObject({
    exitCode: EXIT.usage,
    message: expect.stringMatching(/choose another --out/),
  });
  rmSync(out(), { recursive: true });
  const first = segmentFiles(directory)[0]!;
  const bytes = readFileSync(first);
  bytes[200] = bytes[200]! ^ 1;
  writeFileSync(first, bytes);
  expect(thrown(() => run())).toMatchObject({ exitCode: EXIT.verification });
  expect(existsSync(out())).toBe(false);
  expect(readdirSync(dir.root).filter((name) => name.includes('partial'))).toEqual([]);
  expect(thrown(() => run({ session: 'nobody' }))).toMatchObject({ exitCode: EXIT.badInput });
});

test('a symbol that comes from outside moves no column, and no spreadsheet runs it', () => {
  recordMarket(dir.root, 'imported', 500);
  const manifest = join(dir.sessions, 'imported', 'manifest.json');
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"BTC/USDT:USDT"', '"=BTC,USDT"'));
  run({ session: 'imported' });
  expect(readFileSync(join(out(), 'features.csv'), 'utf8')).toMatch(/^[^,]+Z,"'=BTC,USDT",/m);
});
