/** Raw frames: counts equal to those of the manifest, rebuilt books equal to the checkpoints. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseGrid, parseOnGrid, RECORD } from '../../../engine/domain/index.ts';
import { decodeInput } from '../../unit/importers/helpers.ts';
import { DATA, describeData, EXCHANGE_INFO, FRAMES, importData, only, orderCheck } from './data.ts';

describeData('raw frames', () => {
  test('COIN-M, two days joined in any order: 26,847 + 17,948 depth, 19,136 + 29,219 quotes, 2,286 + 2,949 trades', async () => {
    const files = [`${FRAMES}cm_btcusd_perp_20240809.jsonl.gz`, `${FRAMES}cm_btcusd_perp_20240808.jsonl.gz`];
    const result = await importData(files, {}, orderCheck());
    expect(
      result.files.map(({ name, lines, records, badLines, ignored }) => [name, lines, records, badLines, ignored]),
    ).toEqual([
      ['cm_btcusd_perp_20240808.jsonl.gz', 48_270, 48_270, 0, {}],
      ['cm_btcusd_perp_20240809.jsonl.gz', 50_116, 50_116, 0, {}],
    ]);
    expect(only(result)).toMatchObject({
      symbol: 'BTC/USD:BTC',
      counts: { depth: 26_847 + 17_948, quote: 19_136 + 29_219, trade: 2286 + 2949, snapshot: 1 },
      sequenceBreaks: 0,
      heldBack: 25,
    });
    expect(result.inputs).toBe(98_386);
    expect(result.instruments[0]).toMatchObject({ kind: 'inverse', tickSize: '0.1', lotSize: '1', inferred: true });
    // The recorder ran 1.26 s behind (median); 99 of 100 events are not received before they were sent.
    expect(result.recorderOffsetUs).toBe(1_272_770);
  });

  test('spot, with instruments: 3,451 depth, 28,040 quotes, 9,757 trades', async () => {
    const instrumentsFile = join(DATA, `${EXCHANGE_INFO}binance_spot_exchangeInfo_2021-10-12.json.gz`);
    const result = await importData([`${FRAMES}spot_btcusdt_20240808.jsonl.gz`], { instrumentsFile }, orderCheck());
    expect(only(result)).toMatchObject({
      symbol: 'BTC/USDT',
      counts: { depth: 3451, quote: 28_040, trade: 9757, snapshot: 1 },
      sequenceBreaks: 0,
      heldBack: 3,
    });
    expect(result.instruments[0]).toMatchObject({ minNotional: '10.00000000', lotSize: '0.00001000', inferred: false });
    // Three levels hold quantities from before the lot grew to 0.00001.
    expect(result.files[0]?.ignored).toEqual({ 'part of a quantity below a lot': 3 });
    expect(result.recorderOffsetUs).toBe(1_274_362);
  });

  test('spot, the day after alone: 3,044 depth, 45,134 quotes, 10,147 trades, and no book', async () => {
    const result = await importData([`${FRAMES}spot_btcusdt_20240809.jsonl.gz`], {}, orderCheck());
    expect(only(result).counts).toEqual({ depth: 3044, quote: 45_134, trade: 10_147 });
    expect(only(result)).toMatchObject({ sequenceBreaks: 0, heldBack: 0 });
  });

  test('USD-M 2023, two days: 4,322 + 11,788 depth, 6,765 + 37,440 quotes, 2,197 + 10,738 trades', async () => {
    const files = [`${FRAMES}usdm_btcusdt_20230404.jsonl.gz`, `${FRAMES}usdm_btcusdt_20230405.jsonl.gz`];
    const result = await importData(files, {}, orderCheck());
    const insurance = 1;
    expect(only(result)).toMatchObject({
      symbol: 'BTC/USDT:USDT',
      counts: { depth: 4322 + 11_788, quote: 6765 + 37_440, trade: 2197 + 10_738 - insurance, snapshot: 1 },
      sequenceBreaks: 0,
    });
    expect(result.files.map(({ lines, ignored }) => [lines, ignored])).toEqual([
      [13_384, { markPrice: 99 }],
      [60_381, { markPrice: 415, 'trade INSURANCE_FUND': insurance }],
    ]);
    expect(result.recorderOffsetUs).toBeLessThan(30_000);
  });
});

interface Checkpoints {
  readonly files: readonly string[];
  readonly dropped: number;
  readonly applied: number;
  readonly checkpoints: readonly { depth_event_index: number; u: number; bids: string[][]; asks: string[][] }[];
}

/** A book as plain as can be: a map a side. */
class PlainBook {
  readonly sides = [new Map<number, number>(), new Map<number, number>()];

  apply(levels: readonly (readonly number[])[]): void {
    for (const [side, flat] of levels.entries()) {
      for (let i = 0; i < flat.length; i += 2) {
        if (flat[i + 1] === 0) this.sides[side]!.delete(flat[i]!);
        else this.sides[side]!.set(flat[i]!, flat[i + 1]!);
      }
    }
  }

  top(side: number): number[][] {
    const sign = side === 0 ? -1 : 1;
    return [...this.sides[side]!].sort(([a], [b]) => sign * (a - b)).slice(0, 10);
  }
}

describeData('books rebuilt from the inputs equal the checkpoints', () => {
  const spot = { snapshot: 1, depth: 3451 + 3044, quote: 28_040 + 45_134, trade: 9757 + 10_147 };
  const linear = { snapshot: 1, depth: 6551, quote: 66_089, trade: 21_313 };

  test.each([
    ['spot_btcusdt_20240808', spot],
    ['usdm_btcusdt_20240808', linear],
  ])('%s: %o', async (name, counts) => {
    const file = join(DATA, `b_orderbook/book_checkpoints/${name}_checkpoints.json`);
    const expected: Checkpoints = JSON.parse(readFileSync(file, 'utf8'));
    const book = new PlainBook();
    const byUpdate = new Map(expected.checkpoints.map((checkpoint) => [checkpoint.u, checkpoint]));
    const found: { u: number; tops: number[][][] }[] = [];
    let seeded = Number.POSITIVE_INFINITY;
    let dropped = 0;
    let applied = 0;
    const futures = name.startsWith('usdm');
    const result = await importData(
      expected.files.map((f) => FRAMES + f),
      {},
      (record) => {
        const type = record[8];
        if (type !== RECORD.depth && type !== RECORD.snapshot) return;
        const { kind, values, bids, asks } = decodeInput(record);
        const last = values.last as number;
        if (kind === 'snapshot') seeded = last;
        else if (futures ? last < seeded : last <= seeded) {
          dropped++;
          return;
        } else applied++;
        book.apply([bids, asks]);
        if (kind === 'depth' && byUpdate.has(last)) found.push({ u: last, tops: [book.top(0), book.top(1)] });
      },
    );
    expect([dropped, applied]).toEqual([expected.dropped, expected.applied]);
    expect(only(result)).toMatchObject({ counts, sequenceBreaks: 0 });
    for (const file of result.files) expect([file.records, file.badLines]).toEqual([file.lines, 0]);
    const { tickSize, lotSize } = result.instruments[0]!;
    const [tick, lot] = [parseGrid(tickSize)!, parseGrid(lotSize)!];
    const onGrid = (levels: string[][]) =>
      levels.map(([p = '', q = '']) => [parseOnGrid(p, tick), parseOnGrid(q, lot)]);
    expect(found.map(({ u }) => u)).toEqual(expected.checkpoints.map(({ u }) => u));
    for (const { u, tops } of found) {
      const { bids, asks } = byUpdate.get(u)!;
      expect(tops).toEqual([onGrid(bids), onGrid(asks)]);
    }
  });
});
