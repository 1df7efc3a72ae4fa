/** Lines, tables and bars: whatever goes in, nothing comes out wider than it may be. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LOOKS } from '../../../components/looks.ts';
import { balance, bar, spark } from '../../../components/text/bars.ts';
import {
  clipLine,
  fitLine,
  line,
  lineWidth,
  plainText,
  span,
  spread,
  wrapText,
} from '../../../components/text/line.ts';
import { type Column, formatTable, windowAround } from '../../../components/text/table.ts';
import { clipText, textWidth } from '../../../components/text/width.ts';

const anyText = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('币安人生', 'ÄÖ', '──', '▲', ''));
const anyLine = fc.array(anyText, { maxLength: 5 }).map((texts) => line(...texts));
const width = fc.integer({ min: 0, max: 30 });

describe('lines', () => {
  it('are cut and filled to exactly the width', () => {
    fc.assert(fc.property(anyLine, width, (styled, columns) => lineWidth(fitLine(styled, columns)) === columns));
    fc.assert(fc.property(anyLine, width, (styled, columns) => lineWidth(clipLine(styled, columns)) <= columns));
  });

  it('show that something is cut off', () => {
    expect(plainText(clipLine(line('abc', 'def'), 4))).toBe('abc…');
    expect(plainText(clipLine(line('abc', 'def'), 3))).toBe('ab…');
    expect(plainText(clipLine(line('abc', 'def'), 6))).toBe('abcdef');
    expect(clipText('币安人生', 4)).toBe('币…');
  });

  it('are spread to both edges, and the left one gives way', () => {
    expect(plainText(spread(line('left'), line('right'), 12))).toBe('left   right');
    expect(plainText(spread(line('left part'), line('right'), 12))).toBe('left … right');
    fc.assert(fc.property(anyLine, anyLine, width, (a, b, columns) => lineWidth(spread(a, b, columns)) <= columns));
  });

  it('are wrapped at words', () => {
    expect(wrapText('one two three', 7)).toEqual(['one two', 'three']);
    fc.assert(
      fc.property(anyText, fc.integer({ min: 2, max: 20 }), (text, columns) =>
        wrapText(text, columns).every((each) => textWidth(each) <= columns),
      ),
    );
  });

  it('hold clean text only', () => {
    expect(span('\u001b[2Jx').text).toBe('?[2Jx');
  });
});

describe('tables', () => {
  const columns: ReadonlyArray<Column<string>> = [
    { title: 'name', width: 6, align: 'left', rank: 1, grows: 40, cell: (row) => span(row) },
    { title: 'wide', width: 10, align: 'right', rank: 2, cell: () => span('1') },
    { title: 'small', width: 5, align: 'right', rank: 3, cell: () => span('2') },
  ];
  const text = (columnCount: number) => {
    const { head, rows } = formatTable(columns, ['abc'], columnCount);
    return [head, ...rows].map(plainText);
  };

  it('leave out what does not fit, and keep a narrower column that does', () => {
    expect(text(25)).toEqual(
      ['name         wide small', 'abc             1     2'].map((each) =>
        each.replace('name  ', 'name    ').replace('abc   ', 'abc     '),
      ),
    );
    expect(text(12)).toEqual(['name   small', 'abc        2']);
    expect(text(4)).toEqual(['name', 'abc ']);
  });

  it('show the chosen row', () => {
    expect(windowAround([1, 2, 3, 4, 5], 4, 3)).toEqual([3, 4, 5]);
    expect(windowAround([1, 2, 3, 4, 5], 0, 3)).toEqual([1, 2, 3]);
    expect(windowAround([1, 2, 3, 4, 5], 2, 3)).toEqual([2, 3, 4]);
    expect(windowAround([1, 2], 5, 3)).toEqual([1, 2]);
  });
});

describe('bars', () => {
  it('keep their width for any share', () => {
    const share = fc.double();
    fc.assert(fc.property(share, (value) => lineWidth(bar(value, 10, 'good')) === 10));
    fc.assert(fc.property(share, (value) => lineWidth(balance(value, 11)) === 11));
    expect(plainText(bar(0.5, 4, 'good'))).toBe('██░░');
    // Front and back of an alarm change places: its blocks would be holes.
    expect(LOOKS.dark[bar(1, 4, 'alarm')[0]!.style].attributes).not.toContain('7');
    expect(plainText(balance(-0.5, 9))).toBe('  ██│    ');
  });

  it('draw a spark of the last values', () => {
    expect(spark([1, 2, 3], 8).text).toBe('▁▅█');
    expect(spark([5, 5], 8).text).toBe('▄▄');
    expect(spark([1], 8).text).toBe('');
    expect(spark([9, 1, 2, Number.NaN], 2).text).toBe('▁█');
  });
});
