/** Parquet files, read back by a reader written from the format's documentation alone, and by hyparquet. */
import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { describe, expect, test } from 'vitest';
import { ParquetFile, type ParquetValue } from '../../../src/stores/parquet.ts';
import { temporaryFolder } from '../../fixtures/temporary.ts';

const READER = join(import.meta.dirname, '../../fixtures/read_parquet.py');
const succeeds = (...words: readonly string[]): boolean => spawnSync('python3', words).status === 0;
const hasPython = succeeds('--version');
if (!hasPython) process.stderr.write('parquet: skipped, there is no python3\n');

const NONE_OF_DOUBLES = [undefined, undefined, undefined];

const COLUMNS = [
  { name: 'time', kind: 'time' },
  { name: 'instrument', kind: 'text' },
  { name: 'full', kind: 'number' },
  { name: 'gaps', kind: 'number' },
  { name: 'none', kind: 'number' },
] as const;

/** Times beyond 2^50 µs, texts beyond ASCII, every double that is no number left out as the engine does. */
function rowAt(i: number): ParquetValue[] {
  const full = [0, -0.5, 1e-300, 1.7e308, 0.1 + 0.2, -1 / 3][i % 6]!;
  return [
    1_700_000_000_000_000 + i,
    i % 3 === 0 ? 'Ω/USDT' : 'BTC/USDT:USDT',
    full,
    i % 7 < 3 ? undefined : i / 7,
    undefined,
  ];
}

function write(rows: number): { readonly path: string; readonly table: Record<string, unknown[]> } {
  const parts: Uint8Array[] = [];
  const file = new ParquetFile(COLUMNS, (bytes) => parts.push(Uint8Array.from(bytes)));
  const all = Array.from({ length: rows }, (_, i) => rowAt(i));
  for (const row of all) file.row(row);
  file.finish({ session: 'müller', hash: 'ab12' });
  const path = join(temporaryFolder('parquet'), 'x.parquet');
  writeFileSync(path, Buffer.concat(parts));
  const table = Object.fromEntries(COLUMNS.map(({ name }, c) => [name, all.map((row) => row[c] ?? null)]));
  return { path, table };
}

describe.skipIf(!hasPython)('a file', () => {
  test.each([0, 1, 7, 8, 9, 20, 8_192, 20_000])('of %i rows reads back as it was written', (rows) => {
    const { path, table } = write(rows);
    const read = JSON.parse(execFileSync('python3', [READER, path], { encoding: 'utf8', maxBuffer: 2 ** 28 }));
    expect([read.rows, read.groups, read.metadata]).toEqual([
      rows,
      Math.ceil(rows / 8_192),
      { session: 'müller', hash: 'ab12' },
    ]);
    expect(read.table).toEqual(table);
  });
});

test('a library reads the same, with times as times', async () => {
  const { path, table } = write(20_000);
  const file = await asyncBufferFromFile(path);
  const fields = parquetSchema(await parquetMetadataAsync(file)).children.map(({ element }) => element);
  expect(fields.map(({ converted_type: type }) => type)).toEqual(['TIMESTAMP_MICROS', 'UTF8', ...NONE_OF_DOUBLES]);
  const rows = await parquetReadObjects({ file });
  const timeUs = (time: unknown): number => Number(time instanceof Date ? time.getTime() * 1_000 : time);
  const read = Object.fromEntries(COLUMNS.map(({ name }) => [name, rows.map((row) => row[name] ?? null)]));
  // A date has milliseconds.
  const wholeMs = (times: readonly unknown[] | undefined): number[] =>
    (times ?? []).map((time) => Math.floor(timeUs(time) / 1_000));
  expect({ ...read, time: wholeMs(read.time) }).toEqual({ ...table, time: wholeMs(table.time) });
});
