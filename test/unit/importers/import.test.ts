/** Whole imports: files joined and merged, one calibration, what cannot be one session, nothing left behind. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { importFiles } from '../../../src/importers/import.ts';
import { importTexts, refusal, refusalOf, runImport, T0_MS, T0_US, writeFiles } from './helpers.ts';

const stream = (name: string, data: object) => JSON.stringify({ stream: name, data });
const at = (ms: number, frame: string) => `${T0_US + ms * 1000} ${frame}`;

/** A spot trade received at `ms` whose event time is `ahead` ms later. */
function trade(ms: number, id: number, symbol = 'BTCUSDT', ahead = 0): string {
  const times = { E: T0_MS + ms + ahead, T: T0_MS + ms + ahead };
  const data = { e: 'trade', s: symbol, t: id, p: '100', q: '1', m: true, M: true, ...times };
  return at(ms, stream(`${symbol.toLowerCase()}@trade`, data));
}

function depth(ms: number, first: number, last: number): string {
  const data = { e: 'depthUpdate', E: T0_MS + ms, s: 'BTCUSDT', U: first, u: last, b: [['99', '1']], a: [] };
  return at(ms, stream('btcusdt@depth', data));
}

const snapshot = (ms: number, id: number) =>
  at(ms, JSON.stringify({ lastUpdateId: id, bids: [['99', '1']], asks: [] }));
const ids = (run: Awaited<ReturnType<typeof importTexts>>) => run.inputs.map(({ values }) => values.id);

describe('several files', () => {
  test('parts of one stream are joined in time order, whatever order they are given in', async () => {
    const [first = '', second = ''] = writeFiles({
      'spot_20240808.jsonl': [snapshot(0, 10), depth(1, 11, 12), trade(2, 1)].join('\n'),
      'spot_20240809.jsonl.gz': [depth(1001, 13, 14), trade(1002, 2)].join('\n'),
    });
    const forward = await runImport([first, second]);
    const backward = await runImport([second, first]);
    expect(forward.inputs.map(({ kind }) => kind)).toEqual(['snapshot', 'depth', 'trade', 'depth', 'trade']);
    expect(forward.result.series[0]?.sequenceBreaks).toBe(0);
    expect(backward.bytes.equals(forward.bytes)).toBe(true);
    expect(backward.result).toEqual(forward.result);
  });

  test('a part that is missing between two is a break of sequence', async () => {
    const run = await importTexts({
      'a.jsonl': [snapshot(0, 10), depth(1, 11, 12)].join('\n'),
      'c.jsonl': depth(3000, 20, 21),
    });
    expect(run.inputs.map(({ kind }) => kind)).toEqual(['snapshot', 'depth', 'gap', 'depth']);
  });

  test('files that overlap in time are merged by received time, then by file, then by line', async () => {
    const run = await importTexts({
      'b.jsonl': [trade(5, 11, 'ETHUSDT'), trade(5, 12, 'ETHUSDT'), trade(9, 13, 'ETHUSDT')].join('\n'),
      'a.jsonl': [trade(1, 1), trade(5, 2), trade(5, 3), trade(9, 4)].join('\n'),
    });
    expect(ids(run)).toEqual([1, 2, 3, 11, 12, 4, 13]);
    expect(run.inputs.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test('any split of a recording gives the same session', async () => {
    const lines = Array.from({ length: 60 }, (_, i) => trade(i * 3, i + 1, i % 2 === 0 ? 'BTCUSDT' : 'ETHUSDT'));
    const whole = await importTexts({ 'x.jsonl': lines.join('\n') });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 59 }), fc.boolean(), async (cut, swap) => {
        const parts = writeFiles({
          'x1.jsonl': lines.slice(0, cut).join('\n'),
          'x2.jsonl': lines.slice(cut).join('\n'),
        });
        const joined = await runImport(swap ? parts.toReversed() : parts);
        expect(joined.bytes.equals(whole.bytes)).toBe(true);
      }),
      { numRuns: 15 },
    );
  });

  test('the clock offset is one for all files, and is not added where nobody recorded a receive time', async () => {
    const rows = Array.from({ length: 50 }, (_, i) => trade(i, i + 1, 'BTCUSDT', 1270));
    const plain = `1,100,1,100,${T0_MS + 1285},true,true\n`;
    const run = await importTexts({ 'x.jsonl': rows.join('\n'), 'ETHUSDT-trades.csv': plain });
    expect(run.header.recorderOffsetUs).toBe(1_270_000);
    const eth = run.inputs.find(({ instrument }) => instrument === 1);
    expect(eth).toMatchObject({ receivedAtUs: T0_US + 1_285_000, seq: 17 });
    expect(run.inputs[0]?.receivedAtUs).toBe(T0_US + 1_270_000);
  });
});

describe('time', () => {
  test('never runs backwards: a line a little late counts as received now', async () => {
    const run = await importTexts({ 'x.jsonl': [trade(0, 1), trade(100, 2), trade(40, 3), trade(120, 4)].join('\n') });
    expect(run.inputs.map(({ receivedAtUs }) => (receivedAtUs - T0_US) / 1000)).toEqual([0, 100, 100, 120]);
    expect(run.inputs[2]?.venueAtUs).toBe(T0_US + 40_000);
    expect(run.result).toMatchObject({ firstUs: T0_US, lastUs: T0_US + 120_000 });
  });

  test('a line that goes far back is bad', async () => {
    const lines = [trade(60_000, 1), trade(0, 2), trade(60_001, 3)];
    const run = await importTexts({ 'x.jsonl': lines.join('\n') }, { maxBadLineShare: 0.5 });
    expect(ids(run)).toEqual([1, 3]);
    expect(run.result.files[0]?.firstBad).toEqual([{ line: 2, reason: 'goes back in time by 60 s' }]);
  });
});

describe('what cannot be one session', () => {
  const bars = `time,open,high,low,close,volume\n${T0_MS},1,1,1,1,1\n${T0_MS + 60_000},1,1,1,1,1\n`;

  test('bars beside single records', async () => {
    expect(await refusal({ 'BTCUSDT.csv': bars, 'x.jsonl': trade(0, 1) })).toBe(
      'BTCUSDT.csv: holds bars, but x.jsonl single records; a session is made of one or the other',
    );
  });

  test('two venues', async () => {
    const files = { 'ftx_BTCUSD.csv': bars, 'kraken_ETHUSD.csv': bars.replace(',1,1,1,1,1', ',2,2,2,2,2') };
    expect(await refusal(files)).toBe(
      'kraken_ETHUSD.csv: is of kraken, but ftx_BTCUSD.csv is of ftx; a session has one venue',
    );
  });

  test('the same records twice in different files', async () => {
    const first = [trade(0, 1), trade(1, 2), trade(2, 3)].join('\n');
    expect(await refusal({ 'a.jsonl': first, 'b.jsonl': [trade(2, 3), trade(3, 4)].join('\n') })).toBe(
      'b.jsonl, line 1: holds trades of "BTC/USDT" that a.jsonl holds too; import one of them',
    );
    const third = { 'a.jsonl': depth(0, 1, 5), 'b.jsonl': depth(9, 5, 7) };
    expect(await refusal(third)).toMatch(/holds depth changes of "BTC\/USDT" that a.jsonl holds too/);
  });

  test('a snapshot of no symbol beside streams of several', async () => {
    const eth = depth(2, 1, 2).replaceAll('BTC', 'ETH').replaceAll('btc', 'eth');
    expect(await refusal({ 'x.jsonl': [depth(1, 1, 2), eth, snapshot(3, 2)].join('\n') })).toBe(
      'x.jsonl, line 3: the record names no symbol, and neither does the file name; give --symbol',
    );
    const named = await importTexts(
      { 'x.jsonl': [depth(1, 1, 2), eth, snapshot(3, 2)].join('\n') },
      { symbol: 'ETHUSDT' },
    );
    expect(named.inputs.find(({ kind }) => kind === 'snapshot')?.instrument).toBe(1);
  });

  test('files with nothing in them to import', async () => {
    const mark = at(0, stream('btcusdt@markPrice', { e: 'markPriceUpdate' }));
    expect(await refusal({ 'x.jsonl': `${mark}\n${mark}\n` })).toBe('x.jsonl: holds nothing to import (markPrice 2)');
  });
});

describe('the share of bad lines', () => {
  const lines = [...Array.from({ length: 19 }, (_, i) => trade(i, i + 1)), 'nonsense'];

  test('at the limit is imported, above it is refused before anything is opened', async () => {
    const files = writeFiles({ 'x.jsonl': lines.join('\n') });
    const run = await runImport(files, { maxBadLineShare: 0.05 });
    expect(run.result.files[0]).toMatchObject({ lines: 20, records: 19, badLines: 1 });
    const { error, opened } = await refusalOf(files, { maxBadLineShare: 0.049 });
    expect(error.message).toBe(
      'x.jsonl, line 20: "nonsense" is no receive time followed by a frame; 1 bad line of 20 (5 %, more than 4.9 %)',
    );
    expect([error.file, error.line, error.exitCode, opened]).toEqual(['x.jsonl', 20, 3, false]);
  });

  test('is one in ten thousand by default', async () => {
    const many = Array.from({ length: 9999 }, (_, i) => trade(i, i + 1));
    const good = await importTexts({ 'x.jsonl': [...many, 'x'].join('\n') });
    expect(good.result.files[0]?.badLines).toBe(1);
    expect(await refusal({ 'x.jsonl': [...many.slice(1), 'x'].join('\n') })).toMatch(/1 bad line of 9,999 \(0.01 %/);
  });

  test('ten of the bad lines are told, the first by their number', async () => {
    const bad = [trade(0, 1), ...Array.from({ length: 30 }, () => 'x')].join('\n');
    const { result } = await importTexts({ 'x.jsonl': bad }, { maxBadLineShare: 1 });
    expect(result.files[0]?.badLines).toBe(30);
    expect(result.files[0]?.firstBad.map(({ line }) => line)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });
});

describe('the sink', () => {
  test('is opened once, with the header, before the first record; is not aborted when all goes well', async () => {
    const files = writeFiles({ 'x.jsonl': trade(0, 1) });
    const calls: string[] = [];
    const result = await importFiles({
      files,
      nowMs: () => 0,
      openSink: async (header) => {
        calls.push(`open ${header.instruments[0]?.symbol} ${header.barIntervalUs}`);
        return {
          append: (record: Uint8Array) => void calls.push(`append ${record.length}`),
          abort: () => void calls.push('abort'),
        };
      },
    });
    expect(calls).toEqual(['open BTC/USDT 1000000', 'append 64']);
    expect(result).toMatchObject({ inputs: 1, counts: { trade: 1 } });
    expect(result.files[0]).toMatchObject({
      bytes: trade(0, 1).length,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test('is aborted when it fails, and its own error comes through', async () => {
    const files = writeFiles({ 'x.jsonl': trade(0, 1) });
    let aborted = 0;
    const append = () => {
      throw new Error('no space left');
    };
    const failing = { append, abort: () => void aborted++ };
    await expect(importFiles({ files, nowMs: () => 0, openSink: () => failing })).rejects.toThrow('no space left');
    expect(aborted).toBe(1);
  });
});
