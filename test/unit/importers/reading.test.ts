/** Bytes to lines and rows: gzip, ends of lines, lines without end, lists, bombs, files that are none. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { splitFields } from '../../../src/importers/csv.ts';
import { openDataFile } from '../../../src/importers/file-stream.ts';
import { importFiles } from '../../../src/importers/import.ts';
import { LineReader, LONGEST_LINE } from '../../../src/importers/line-reader.ts';
import { importTexts, refusal, refusalOf, writeFiles } from './helpers.ts';

async function linesOf(content: string | Uint8Array, framing: 'lines' | 'json-rows' = 'lines', name = 'x') {
  const lines: string[] = [];
  const unreadable: string[] = [];
  const [path = ''] = writeFiles({ [name]: content });
  const reader = new LineReader(await openDataFile(path), framing, {
    line: (text, line) => lines.push(`${line} ${text}`),
    unreadable: (line, reason) => unreadable.push(`${line} ${reason}`),
  });
  while (await reader.advance());
  return { lines, unreadable, count: reader.lines, tally: reader.tally };
}

describe('lines', () => {
  test('ends of lines of both kinds, a mark of the byte order, no last end', async () => {
    expect((await linesOf('a\r\nb\n\nc')).lines).toEqual(['1 a', '2 b', '3 ', '4 c']);
    expect((await linesOf(Buffer.from('\ufeffa\r\nb', 'utf8'))).lines).toEqual(['1 a', '2 b']);
  });

  test('lines over the ends of pieces, plain and packed', async () => {
    const rows = Array.from({ length: 60_000 }, (_, i) => `row ${i} ${'x'.repeat(i % 40)}`);
    const plain = await linesOf(rows.join('\n'));
    const packed = await linesOf(gzipSync(rows.join('\n')));
    expect(plain.lines).toEqual(rows.map((row, i) => `${i + 1} ${row}`));
    expect(packed.lines).toEqual(plain.lines);
    expect(packed.tally.unpackedBytes).toBe(plain.tally.bytes);
  });

  test('several packed members in one file are read as one', async () => {
    const { lines } = await linesOf(Buffer.concat([gzipSync('a\nb'), gzipSync('c\nd')]));
    expect(lines).toEqual(['1 a', '2 bc', '3 d']);
  });

  test('a line without end is counted once and not held', async () => {
    const long = 'x'.repeat(LONGEST_LINE * 3);
    const { lines, unreadable } = await linesOf(`a\n${long}\nb\n${long}`);
    expect(lines).toEqual(['1 a', '3 b']);
    expect(unreadable).toEqual(['2 the line is longer than 1 MiB', '4 the line is longer than 1 MiB']);
  });
});

describe('rows of a list', () => {
  test('with spaces and new lines', async () => {
    const { lines, unreadable } = await linesOf('[ [1, 2 ],\n[3,"4"]\n, [5]]\n', 'json-rows');
    expect(lines).toEqual(['1 1,2', '2 3,"4"', '3 5']);
    expect(unreadable).toEqual([]);
  });

  test.each([
    ['[[1],{"a":1},[2]]', ['2 is no row of a JSON list']],
    ['[[1],[2]', ['3 the list ends in the middle']],
    ['[[1],[2]] x', ['3 the list ends in the middle']],
    ['[[1]]]', ['2 is no row of a JSON list']],
    [`[[1],[${'2'.repeat(LONGEST_LINE * 2)}],[3]]`, ['2 the row is longer than 1 MiB']],
  ])('%.30s', async (text, reasons) => {
    expect((await linesOf(text, 'json-rows')).unreadable).toEqual(reasons);
  });
});

test('fields, also in quotes', () => {
  expect(splitFields('a,,b')).toEqual(['a', '', 'b']);
  expect(splitFields('a, b,c d')).toEqual(['a', 'b', 'c d']);
  expect(splitFields('"a,b","c ""d""",e')).toEqual(['a,b', 'c "d"', 'e']);
});

describe('files that are refused', () => {
  const frame = `1723161255000000 {"stream":"btcusdt@bookTicker","data":{"u":1,"s":"BTCUSDT","b":"1.1","B":"1","a":"1.2","A":"1"}}\n`;

  test('none, missing, a folder, an empty one, none given', async () => {
    expect((await refusalOf(['/nowhere/x.csv'])).error.message).toBe('x.csv: no such file');
    const [path = ''] = writeFiles({ 'empty.csv': '' });
    expect((await refusalOf([path])).error.message).toBe('empty.csv: is empty');
    const folder = join(dirname(path), 'folder');
    mkdirSync(folder);
    expect((await refusalOf([folder])).error.message).toBe('folder: is no regular file; files are read twice');
    expect((await refusalOf([])).error.message).toBe('import: no file is given');
  });

  test('one that is packed and cut off, or damaged', async () => {
    const packed = gzipSync(frame.repeat(2000));
    expect(await refusal({ 'x.gz': packed.subarray(0, packed.length - 20) })).toBe(
      'x.gz: the gzip stream ends early: the file is cut off',
    );
    const damaged = Buffer.from(packed);
    damaged.fill(0xff, packed.length >> 1, (packed.length >> 1) + 8);
    expect(await refusal({ 'x.gz': damaged })).toBe('x.gz: the gzip stream is damaged');
    expect(await refusal({ 'x.gz': Buffer.from([0x1f, 0x8b, 8]) })).toMatch(/^x.gz: the gzip stream/);
  });

  test('one that unpacks to a thousand times its size', async () => {
    const bomb = gzipSync(`${frame}${' '.repeat(24 << 20)}`, { level: 9 });
    expect((24 << 20) / bomb.length).toBeGreaterThan(1000);
    expect(await refusal({ 'x.gz': bomb })).toMatch(/^x.gz: unpacks to more than 1,000 times its size/);
  });

  test('one without any hope is not read to its end', async () => {
    const good = frame.repeat(3);
    expect(await refusal({ 'x.jsonl': `${good}${'x\n'.repeat(200_000)}` })).toMatch(
      /^x.jsonl, line 4: "x" is no receive time followed by a frame; 1\d\d,\d{3} bad lines of 1\d\d,\d{3} \(100 %/,
    );
    const header = 'time,open,high,low,close,volume,symbol\n';
    expect(await refusal({ 'x.csv': gzipSync(`${header}${'\n'.repeat(1_100_000)}`, { level: 1 }) })).toMatch(
      /^x.csv, line \d+: no record in the first 1,000,000 lines$/,
    );
    expect(await refusal({ 'x.jsonl': `${good}${'x'.repeat(66 << 20)}` })).toBe(
      'x.jsonl, line 4: the line is longer than 64 MiB; this is no recording',
    );
    const symbols = Array.from({ length: 1100 }, (_, i) => `1723161255000,1,1,1,1,1,A${i}USDT`).join('\n');
    expect(await refusal({ 'x.csv': header + symbols })).toMatch(/more than 1,000 symbols in one import/);
  });

  test('the same bytes twice, also under another name', async () => {
    const files = writeFiles({ 'a.jsonl': frame });
    const link = join(dirname(files[0]!), 'b.jsonl');
    symlinkSync(files[0]!, link);
    expect((await refusalOf([...files, link])).error.message).toBe('b.jsonl: holds the same bytes as a.jsonl');
  });

  test('one that changes between the two readings leaves nothing behind', async () => {
    const [path = ''] = writeFiles({ 'a.jsonl': frame.repeat(10) });
    let aborted = 0;
    const openSink = () => {
      writeFileSync(path, frame.repeat(20));
      return { append: () => {}, abort: () => void aborted++ };
    };
    await expect(importFiles({ files: [path], nowMs: () => 0, openSink })).rejects.toThrow(
      'a.jsonl: changed while it was read; import it again',
    );
    expect(aborted).toBe(1);
  });

  test('names are cleaned before they are shown', async () => {
    expect(await refusal({ 'a\u001b[31m\u202eb.csv': 'nonsense' })).toBe(
      'a\ufffd[31m\ufffdb.csv, line 1: no known format begins with "nonsense"',
    );
  });
});

test('progress tells bytes, lines, rate and what is left, and ends with everything', async () => {
  const frame = (id: number) =>
    `1723161255000000 {"stream":"btcusdt@bookTicker","data":{"u":${id},"s":"BTCUSDT","b":"1.1","B":"1","a":"1.2","A":"1"}}`;
  const text = Array.from({ length: 6000 }, (_, i) => frame(i)).join('\n');
  const told: { bytesRead: number; bytesTotal: number; lines: number; rate: number; etaMs: number }[] = [];
  let now = 0;
  await importTexts(
    { 'x.jsonl': text },
    { nowMs: () => (now += 1000), onProgress: (progress) => void told.push({ ...progress }) },
  );
  const last = told.at(-1)!;
  expect(last).toMatchObject({ bytesRead: text.length * 2, bytesTotal: text.length * 2, lines: 12_000, etaMs: 0 });
  expect(told.length).toBeGreaterThan(3);
  const first = told[0]!;
  expect(first.etaMs).toBe(Math.round(((first.bytesTotal - first.bytesRead) / first.bytesRead) * 1000));
  expect(first.rate).toBe(first.lines);
});
