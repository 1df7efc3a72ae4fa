/**
 * Real recordings, each imported once: counts equal to those of the manifest, books equal to the published checkpoints,
 * decisions made, one hash, no decision on a gap.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { AT, cursorOver, type EngineEvent, parseGrid, parseOnGrid, RECORD } from '../../engine/domain/index.ts';
import { BOOK, COUNT, createEngine, createState, Fold, levelLots, levelPrice, step } from '../../engine/index.ts';
import { dataFolder, type RecordedSession, recordAt, recordedSession, without } from '../fixtures/recorded.ts';
import { decodeInput } from '../unit/importers/helpers.ts';
import { only, orderCheck } from './importers/data.ts';

const folder = dataFolder();
const FRAMES = 'b_orderbook/binance_raw_frames';

interface Checkpoints {
  readonly files: readonly string[];
  readonly dropped: number;
  readonly applied: number;
  readonly checkpoints: readonly Checkpoint[];
}

interface Checkpoint {
  readonly u: number;
  readonly bids: ReadonlyArray<readonly [string, string]>;
  readonly asks: ReadonlyArray<readonly [string, string]>;
}

const BOOKS = [
  'spot_btcusdt_20240808',
  'usdm_btcusdt_20230404',
  'usdm_btcusdt_20240808',
  'cm_btcusd_perp_20240808',
] as const;

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

if (folder === undefined) process.stderr.write('recorded-replay: skipped, the recordings are not in ../shared/data\n');

describe.skipIf(folder === undefined)('recordings', () => {
  const sessions = new Map<string, RecordedSession>();
  const checkpoints = new Map<string, Checkpoints>();

  beforeAll(async () => {
    for (const name of BOOKS) {
      const path = join(folder!, 'b_orderbook/book_checkpoints', `${name}_checkpoints.json`);
      const file: Checkpoints = JSON.parse(readFileSync(path, 'utf8'));
      checkpoints.set(name, file);
      // In the wrong order: a session does not depend on it.
      const paths = file.files.map((f) => join(folder!, FRAMES, f)).reverse();
      const inOrder = orderCheck();
      const keep = (_type: number, record: Uint8Array) => {
        inOrder(record);
        return true;
      };
      sessions.set(name, await recordedSession(name, paths, keep));
    }
  }, 60_000);

  test('COIN-M, two days joined: 26,847 + 17,948 depth, 19,136 + 29,219 quotes, 2,286 + 2,949 trades', () => {
    const { result } = sessions.get('cm_btcusd_perp_20240808')!;
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

  test('USD-M 2023, two days: 4,322 + 11,788 depth, 6,765 + 37,440 quotes, 2,197 + 10,738 trades', () => {
    const { result } = sessions.get('usdm_btcusdt_20230404')!;
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

  const spot = { snapshot: 1, depth: 3451 + 3044, quote: 28_040 + 45_134, trade: 9757 + 10_147 };
  const linear = { snapshot: 1, depth: 6551, quote: 66_089, trade: 21_313 };

  test.each([
    ['spot_btcusdt_20240808', spot],
    ['usdm_btcusdt_20240808', linear],
  ])('%s: %o, and the plainest book made of them equals every checkpoint', (name, counts) => {
    const expected = checkpoints.get(name)!;
    const { source, result } = sessions.get(name)!;
    expect(only(result)).toMatchObject({ counts, sequenceBreaks: 0 });
    for (const file of result.files) expect([file.records, file.badLines]).toEqual([file.lines, 0]);
    const { tickSize, lotSize } = result.instruments[0]!;
    const [tick, lot] = [parseGrid(tickSize)!, parseGrid(lotSize)!];
    const onGrid = (levels: Checkpoint['bids']) => levels.map(([p, q]) => [parseOnGrid(p, tick), parseOnGrid(q, lot)]);
    const byUpdate = new Map(expected.checkpoints.map((checkpoint) => [checkpoint.u, checkpoint]));
    const book = new PlainBook();
    const cursor = cursorOver(new Uint8Array(8));
    const found: number[] = [];
    let seeded = Number.POSITIVE_INFINITY;
    let [dropped, applied] = [0, 0];
    for (let i = 0; i < source.count; i++) {
      const record = recordAt(source, i, cursor);
      if (record[AT.type] !== RECORD.depth && record[AT.type] !== RECORD.snapshot) continue;
      const { kind, values, bids, asks } = decodeInput(record);
      const last = values.last as number;
      if (kind === 'snapshot') seeded = last;
      else if (name.startsWith('usdm') ? last < seeded : last <= seeded) {
        dropped++;
        continue;
      } else applied++;
      book.apply([bids, asks]);
      const checkpoint = kind === 'depth' ? byUpdate.get(last) : undefined;
      if (checkpoint === undefined) continue;
      found.push(last);
      expect([book.top(0), book.top(1)]).toEqual([onGrid(checkpoint.bids), onGrid(checkpoint.asks)]);
    }
    expect([dropped, applied]).toEqual([expected.dropped, expected.applied]);
    expect(found).toEqual(expected.checkpoints.map(({ u }) => u));
  });

  test.each(BOOKS)('%s: the ten best levels equal every checkpoint, and the book never breaks', (name) => {
    const { source, config } = sessions.get(name)!;
    const wanted = new Map(checkpoints.get(name)!.checkpoints.map((c) => [c.u, c]));
    const state = createState(config);
    const engine = createEngine(state);
    const input = cursorOver(new Uint8Array(8));
    let compared = 0;
    let gapped = 0;
    for (let i = 0; i < source.count; i++) {
      source.seek(i, input);
      step(engine, input);
      if (state.books.state[0] === BOOK.gap) gapped++;
      if (input.view.getUint8(input.offset + AT.type) !== RECORD.depth) continue;
      const u = state.books.lastUpdateId[0]!;
      const checkpoint = wanted.get(u);
      if (checkpoint === undefined || input.view.getFloat64(input.offset + AT.lastUpdateId, true) !== u) continue;
      wanted.delete(u);
      compared++;
      for (const [book, levels] of [checkpoint.bids, checkpoint.asks].entries()) {
        for (const [depth, [price, quantity]] of levels.entries()) {
          expect(levelPrice(state.books, book, depth)).toBe(parseOnGrid(price, state.instruments[0]!.tick));
          expect(levelLots(state.books, book, depth)).toBe(parseOnGrid(quantity, state.instruments[0]!.lot));
        }
      }
    }
    expect(compared).toBe(25);
    expect(gapped).toBe(0);
  });

  test.each([
    ['spot_btcusdt_20240808', 2],
    ['usdm_btcusdt_20230404', 10],
    ['usdm_btcusdt_20240808', 2],
  ] as const)('%s: decides, vetoes and fills; %d folds give one hash', (name, rounds) => {
    const { source, config } = sessions.get(name)!;
    const hashes = new Set<string>();
    for (let round = 0; round < rounds; round++) {
      const fold = new Fold(source, config, () => {});
      fold.run(source.count);
      hashes.add(fold.state.arena.hash());
      const { counts } = fold.state.account;
      expect(counts[COUNT.decisions]).toBeGreaterThan(0);
      expect(counts[COUNT.gateVetoes]).toBeGreaterThan(0);
      expect(counts[COUNT.fills]).toBeGreaterThan(0);
    }
    expect(hashes.size).toBe(1);
  });

  test('a coin-margined contract has a book and decisions, and never an order', () => {
    const { source, config } = sessions.get('cm_btcusd_perp_20240808')!;
    const events: EngineEvent[] = [];
    new Fold(source, config, (event) => events.push(event)).run(source.count);
    const decisions = events.flatMap((e) => (e.kind === 'decision' ? [e.trace] : []));
    expect(decisions.length).toBeGreaterThan(0);
    expect(decisions.every((d) => d.verdict === 'vetoed' && d.vetoedBy === 'tradable')).toBe(true);
    expect(events.some((e) => e.kind === 'order')).toBe(false);
  });

  test('one depth change left out: the book is a gap from there on, and nothing is proposed on it', () => {
    const session = sessions.get('usdm_btcusdt_20240808')!;
    const cursor = cursorOver(new Uint8Array(8));
    const depth: number[] = [];
    for (let i = 0; depth.length < 100; i++) {
      if (recordAt(session.source, i, cursor)[AT.type] === RECORD.depth) depth.push(i);
    }
    const holed = without(session, depth[99]!);
    const events: EngineEvent[] = [];
    new Fold(holed.source, holed.config, (event) => events.push(event)).run(holed.source.count);
    const gap = events.findIndex((e) => e.kind === 'book' && e.state === 'gap');
    expect(gap).toBeGreaterThanOrEqual(0);
    const after = events.slice(gap).flatMap((e) => (e.kind === 'decision' ? [e.trace] : []));
    expect(after.length).toBeGreaterThan(0);
    expect(after.every((d) => d.vetoedBy === 'book-whole')).toBe(true);
    expect(events.slice(gap).some((e) => e.kind === 'proposal-opened')).toBe(false);
  });
});
