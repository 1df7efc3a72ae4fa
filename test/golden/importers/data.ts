/** Imports of the recorded data in `../shared/data`, which may lie elsewhere (CHIMERA_TEST_DATA) or be absent. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe } from 'vitest';
import { importFiles } from '../../../src/importers/import.ts';
import type { ImportedSeries, ImportOptions, ImportResult } from '../../../src/importers/types.ts';

export const DATA = resolve(process.env.CHIMERA_TEST_DATA ?? join(import.meta.dirname, '../../../../shared/data'));
const present = existsSync(join(DATA, 'MANIFEST.json'));
if (!present) console.warn(`no recorded data in ${DATA}: the golden imports are skipped (CHIMERA_TEST_DATA)`);

/** A block of tests that needs the data. */
export function describeData(name: string, tests: () => void): void {
  describe.skipIf(!present)(name, tests);
}

export const FRAMES = 'b_orderbook/binance_raw_frames/';
export const EXCHANGE_INFO = 'j_exchange_fixtures/exchangeInfo/';

export function paths(files: readonly string[]): string[] {
  return files.map((file) => join(DATA, file));
}

/** Imports files of the data; `take` sees each record. */
export async function importData(
  files: readonly string[],
  options: Partial<Omit<ImportOptions, 'files' | 'openSink'>> = {},
  take: (record: Uint8Array) => void = () => {},
): Promise<ImportResult> {
  const openSink = () => ({ append: take, abort: () => {} });
  return importFiles({ nowMs: () => 0, ...options, files: paths(files), openSink });
}

/** Fails unless sequence is 1, 2, 3, … and time never falls. */
export function orderCheck(): (record: Uint8Array) => void {
  let seq = 0;
  let atUs = 0;
  return (record) => {
    const view = new DataView(record.buffer, record.byteOffset, 32);
    const time = view.getFloat64(24, true);
    if (view.getFloat64(16, true) !== ++seq || !(time >= atUs)) throw new Error(`input ${seq} is out of order`);
    atUs = time;
  };
}

/** The series of an import of one instrument. */
export function only(result: ImportResult): ImportedSeries {
  const [series] = result.series;
  if (series === undefined || result.series.length > 1) throw new Error(`${result.series.length} instruments`);
  return series;
}
