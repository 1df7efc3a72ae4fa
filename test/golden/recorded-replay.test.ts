/** Replay of real recordings: books equal to the published checkpoints, decisions made, one hash, no decision on a gap. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { AT, cursorOver, type EngineEvent, parseOnGrid, RECORD } from '../../engine/domain/index.ts';
import { BOOK, COUNT, createEngine, createState, Fold, levelLots, levelPrice, step } from '../../engine/index.ts';
import { dataFolder, type RecordedSession, recordedSession } from '../fixtures/recorded.ts';

const folder = dataFolder();
const FRAMES = 'b_orderbook/binance_raw_frames';

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

if (folder === undefined) process.stderr.write('recorded-replay: skipped, the recordings are not in ../shared/data\n');

describe.skipIf(folder === undefined)('recordings', () => {
  const sessions = new Map<string, RecordedSession>();
  const checkpoints = new Map<string, readonly Checkpoint[]>();

  beforeAll(async () => {
    for (const name of BOOKS) {
      const path = join(folder!, 'b_orderbook/book_checkpoints', `${name}_checkpoints.json`);
      const file = JSON.parse(readFileSync(path, 'utf8')) as { files: string[]; checkpoints: Checkpoint[] };
      checkpoints.set(name, file.checkpoints);
      const paths = file.files.map((f) => join(folder!, FRAMES, f));
      sessions.set(name, await recordedSession(name, paths, () => true));
    }
  }, 60_000);

  test.each(BOOKS)('%s: the ten best levels equal every checkpoint, and the book never breaks', (name) => {
    const { source, config } = sessions.get(name)!;
    const wanted = new Map(checkpoints.get(name)!.map((c) => [c.u, c]));
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
      expect(counts[COUNT.vetoes]).toBeGreaterThan(0);
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

  test('one depth change left out: the book is a gap from there on, and nothing is proposed on it', async () => {
    let depth = 0;
    const path = join(folder!, FRAMES, 'usdm_btcusdt_20240808.jsonl.gz');
    const holed = await recordedSession('holed', [path], (type) => type !== RECORD.depth || ++depth !== 100);
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
