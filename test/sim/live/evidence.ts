/** What is left of live sessions, from both sides: the journal's intents and state, the exchange's requests and trades. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { InstrumentSpec } from '../../../engine/domain/index.ts';
import { isLiveSlot, ORDER_CAPACITY } from '../../../engine/index.ts';
import { readManifest } from '../../../logs/index.ts';
import { openDataDir } from '../../../src/data-dir.ts';
import { mustE8 } from '../../../src/exchange/model/decimal.ts';
import type { ExchangeMarket } from '../../../src/exchange/model/port.ts';
import { foldJournal } from '../../../src/host/journal-fold.ts';
import { baseOf } from '../../../src/host/session-base.ts';
import type { TestExchange } from '../../fixtures/exchange.ts';
import { look } from './exchange-side.ts';

export interface LifeRecord {
  readonly name: string;
  readonly instruments: readonly InstrumentSpec[];
  /** Names of the orders that its journal wants sent. */
  readonly intents: ReadonlySet<string>;
  /** Names of those that were not over at its end. */
  readonly open: readonly string[];
  /** What it holds at its end, by instrument. */
  readonly lots: readonly number[];
  /** First difference between the recorded run and its replay. */
  readonly mismatch: string | undefined;
}

/** Whether any session was begun in the directory. */
export const isThere = (dataDir: string): boolean => readdirSync(openDataDir(dataDir).sessions).length > 0;

/** Folds what the disk has of a session. */
export function lifeOf(dataDir: string, name: string): LifeRecord {
  const directory = join(openDataDir(dataDir).sessions, name);
  const manifest = readManifest(directory);
  const { config, instruments } = manifest;
  if (config === undefined) throw new Error(`${name} is no run`);
  const nameOf = (orderId: number): string => `${config.runId}-${orderId}`;
  const intents = new Set<string>();
  const { state, mismatch } = foldJournal(directory, {
    config,
    recorded: true,
    start: baseOf(directory, manifest),
    onEvent: (event) => {
      if (event.kind === 'order' && event.event === 'submit') intents.add(nameOf(event.orderId));
    },
  });
  const open: string[] = [];
  for (let slot = 0; slot < ORDER_CAPACITY; slot++)
    if (isLiveSlot(state.orders, slot)) open.push(nameOf(state.orders.id[slot]!));
  return { name, instruments, intents, open, lots: [...state.positions.lots].slice(0, instruments.length), mismatch };
}

/** Takes an order in the place of another. */
const REPLACEMENT = '/api/v3/order/cancelReplace';

/** Where each market takes orders, and what it calls the name of one: when it is sent, and when it is asked for. */
const PATHS: Readonly<Record<ExchangeMarket, ReadonlyArray<readonly [path: string, sent: string, asked: string]>>> = {
  spot: [
    ['/api/v3/order', 'newClientOrderId', 'origClientOrderId'],
    [REPLACEMENT, 'newClientOrderId', 'cancelOrigClientOrderId'],
  ],
  usdm: [
    ['/fapi/v1/order', 'newClientOrderId', 'origClientOrderId'],
    ['/fapi/v1/algoOrder', 'clientAlgoId', 'clientAlgoId'],
  ],
};

/** Orders that came to the exchange since then, how many of them in the place of others, and those that were asked for. */
export function orderRequests(exchange: TestExchange, market: ExchangeMarket, sinceMs: number) {
  const posts: string[] = [];
  const asked = new Set<string>();
  let replacements = 0;
  for (const [wanted, sentName, askedName] of PATHS[market]) {
    for (const { atMs, method, path, query } of exchange.requests(wanted)) {
      if (atMs < sinceMs || path !== wanted) continue;
      const parameters = new URLSearchParams(query);
      if (path === REPLACEMENT) replacements++;
      if (method === 'POST') posts.push(parameters.get(sentName) ?? '');
      if (method === 'GET') asked.add(parameters.get(askedName) ?? '');
    }
  }
  return { posts, asked, replacements };
}

/** As the venue writes them. */
interface Trade {
  readonly qty: string;
  readonly commission: string;
  readonly commissionAsset: string;
  readonly isBuyer: boolean;
}

interface Position {
  readonly symbol: string;
  readonly positionAmt: string;
}

interface Balance {
  readonly asset: string;
  readonly free: string;
  readonly locked: string;
}

const lotsOf = (quantity: string, { lotSize }: InstrumentSpec): bigint =>
  mustE8(quantity, 'quantity') / mustE8(lotSize, 'lot');

/** What the trades of a spot account come to: each fee taken out of the base costs the lots that it touches. */
export function tradedLots(exchange: TestExchange, instruments: readonly InstrumentSpec[]) {
  const lots: number[] = [];
  let trades = 0;
  for (const spec of instruments) {
    const asked = { symbol: spec.venueSymbol, limit: 1000 };
    const rows = look<readonly Trade[]>(exchange, 'spot', '/api/v3/myTrades', asked);
    if (rows.length === 1000) throw new Error(`${spec.symbol}: more trades than one page has`);
    trades += rows.length;
    const lot = mustE8(spec.lotSize, 'lot');
    let sum = 0n;
    for (const { qty, commission, commissionAsset, isBuyer } of rows) {
      const traded = lotsOf(qty, spec);
      const fee = isBuyer && commissionAsset === spec.base ? mustE8(commission, 'fee') : 0n;
      sum += isBuyer ? traded - (fee + lot - 1n) / lot : -traded;
    }
    lots.push(Number(sum));
  }
  return { lots, trades };
}

/** What the venue has by its own account: on spot what its trades come to, else its positions. */
export function venueLots(exchange: TestExchange, market: ExchangeMarket, instruments: readonly InstrumentSpec[]) {
  if (market === 'spot') return tradedLots(exchange, instruments);
  const positions = look<readonly Position[]>(exchange, 'usdm', '/fapi/v3/positionRisk');
  const lots: number[] = [];
  let trades = 0;
  for (const spec of instruments) {
    const position = positions.find(({ symbol }) => symbol === spec.venueSymbol);
    lots.push(Number(lotsOf(position?.positionAmt ?? '0', spec)));
    const asked = { symbol: spec.venueSymbol, limit: 1000 };
    trades += look<readonly unknown[]>(exchange, 'usdm', '/fapi/v1/userTrades', asked).length;
  }
  return { lots, trades };
}

/** What a spot account owns of each base, in whole lots. */
export function ownedLots(exchange: TestExchange, instruments: readonly InstrumentSpec[]): number[] {
  const { balances } = look<{ balances: readonly Balance[] }>(exchange, 'spot', '/api/v3/account');
  return instruments.map((spec) => {
    const found = balances.find(({ asset }) => asset === spec.base);
    if (found === undefined) return 0;
    return Number((mustE8(found.free, 'free') + mustE8(found.locked, 'locked')) / mustE8(spec.lotSize, 'lot'));
  });
}
