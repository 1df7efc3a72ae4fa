/** What a test does at the exchange beside the host: it looks without costing anything, and stops the crowd. */
import type { ExchangeMarket } from '../../../src/exchange/model/port.ts';
import type { TestExchange } from '../../fixtures/exchange.ts';
import { type Parameters, signedQuery } from '../../fixtures/exchange-requests.ts';

/** Looks so far: each comes from an address that has taken nothing yet. */
let looks = 0;

/** What the account is told, at once and from another address: it takes nothing of the host's weight. */
export function look<T>(exchange: TestExchange, market: ExchangeMarket, path: string, parameters: Parameters = {}): T {
  const venue = exchange.exchange.venue(market);
  const { status, body } = venue.request({
    method: 'GET',
    path,
    query: signedQuery(exchange, parameters),
    body: '',
    headers: { 'x-mbx-apikey': exchange.keys.apiKey },
    remoteAddress: `aside ${++looks}`,
    atMs: venue.nowMs(),
  });
  if (status !== 200) throw new Error(`${path}: ${status} ${body}`);
  return JSON.parse(body);
}

/**
 * Each life seems to come from an address of its own, as if hours lay between them: a venue counts by minutes what lives
 * of seconds ask for.
 */
export function fromItsOwnAddress(exchange: TestExchange, market: ExchangeMarket, life: () => number): void {
  const { limits } = exchange.exchange.venue(market).model;
  const [take, headers] = [limits.take.bind(limits), limits.headers.bind(limits)];
  limits.take = (address, weight, atMs) => take(`${address} life ${life()}`, weight, atMs);
  limits.headers = (address, atMs) => headers(`${address} life ${life()}`, atMs);
}

/** The crowd does nothing any more, until the answer is called. */
export function freeze(exchange: TestExchange, market: ExchangeMarket): () => void {
  const venue = exchange.exchange.venue(market);
  const act = venue.act.bind(venue);
  venue.act = () => {};
  return () => {
    venue.act = act;
  };
}
