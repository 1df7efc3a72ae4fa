/** CSV: quoting, times, and texts that a spreadsheet would run. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FACTS, type Table } from '../../../src/stores/brain-tables.ts';
import { csvHeader, csvRow } from '../../../src/stores/csv.ts';

const table: Table = {
  name: 't',
  columns: { name: 'text', amount: 'decimal', count: 'integer', share: 'real', at_us: 'us' },
  key: ['name'],
};
const line = (row: Partial<Record<'name' | 'amount' | 'count' | 'share' | 'at_us', string | number | null>>) =>
  csvRow(table, { name: null, amount: null, count: null, share: null, at_us: null, ...row });

test('the header names times without their unit', () => {
  expect(csvHeader(table)).toBe('name,amount,count,share,at\r\n');
  expect(csvHeader(FACTS.trades)).toBe('session,output,seq,at,decision_id,symbol,side,realised,fees,opened\r\n');
});

test('a row: numbers as they are, nothing for null, times to the microsecond', () => {
  const row = { name: 'a', amount: '-12.5000', count: -3, share: -0.25, at_us: 1_700_000_000_123_456 };
  expect(line(row)).toBe('a,-12.5000,-3,-0.25,2023-11-14T22:13:20.123456Z\r\n');
  expect(line({})).toBe(',,,,\r\n');
  expect(line({ at_us: 1_700_000_000_000_007 })).toBe(',,,,2023-11-14T22:13:20.000007Z\r\n');
});

test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '\rx', '=HYPERLINK("http://x","y")', '-', '=', "=cmd|' /C calc'!A0"])(
  '%j as a text is no formula',
  (text) => {
    const cell = line({ name: text }).slice(0, -6);
    expect(cell.replace(/^"/, '')).toMatch(/^'/);
  },
);

test('a decimal that is none is a text like any other', () => {
  expect(line({ amount: '-1+cmd' })).toBe(",'-1+cmd,,,\r\n");
  expect(line({ amount: '=1' })).toBe(",'=1,,,\r\n");
});

/** The plainest reader of RFC 4180. */
function parse(text: string): string[][] {
  const rows: string[][] = [];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    if (rows.length === 0) rows.push([]);
    rows.at(-1)!.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    if (end !== ',') rows.push([]);
  }
  return rows.slice(0, -1);
}

test('whatever is in a text comes back, and no cell begins like a formula', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: fc.constantFrom(...'=+-@,"\r\n\ta1 é') }), { minLength: 1 }), (names) => {
      const rows = parse(names.map((name) => line({ name })).join(''));
      expect(rows).toHaveLength(names.length);
      for (const [i, [cell]] of rows.entries()) {
        expect(cell).not.toMatch(/^[=+\-@\t\r]/);
        expect([names[i], `'${names[i]}`]).toContain(cell);
      }
    }),
    { numRuns: 200 },
  );
});
