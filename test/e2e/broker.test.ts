/** The broker adapter over real sockets: orders, stops, cancels and a lost reply at the exchange on this machine. */
import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BrokerReport } from '../../engine/domain/index.ts';
import { Credentials } from '../../src/brokers/credentials.ts';
import { type LiveVenue, openTrading } from '../../src/brokers/open-trading.ts';
import { OrderDesk } from '../../src/brokers/order-desk.ts';
import type { AccountReply, TradingVenue } from '../../src/brokers/trading-venue.ts';
import { systemClock } from '../../src/clock.ts';
import { readInstruments } from '../../src/venues/binance/instruments.ts';
import { BINANCE_MARKETS } from '../../src/venues/binance/market.ts';
import { realSchedule } from '../../src/venues/real-network.ts';
import type { VenueInstrument } from '../../src/venues/venue-instrument.ts';
import { startExchange, type TestExchange } from '../fixtures/exchange.ts';

let exchange: TestExchange;
beforeAll(async () => {
  exchange = await startExchange({ still: true });
});
afterAll(() => exchange.stop());

const MARKETS = {
  binance: { market: 'spot', symbol: 'BTC/USDT', order: '/api/v3/order', info: '/api/v3/exchangeInfo' },
  binanceusdm: { market: 'usdm', symbol: 'BTC/USDT:USDT', order: '/fapi/v1/order', info: '/fapi/v1/exchangeInfo' },
} as const;

/** A desk at the exchange, at the pace of real time. */
class Session {
  readonly clock = systemClock();
  readonly reports: BrokerReport[] = [];
  readonly notices: string[] = [];
  readonly venue: TradingVenue;
  readonly desk: OrderDesk;
  readonly instrument: VenueInstrument;
  readonly #timer: NodeJS.Timeout;

  constructor(name: LiveVenue, instrument: VenueInstrument, keys = exchange.keys) {
    this.instrument = instrument;
    this.venue = openTrading({
      venue: name,
      url: exchange.url,
      instruments: [instrument],
      credentials: new Credentials(keys.apiKey, keys.secret),
      schedule: realSchedule(this.clock),
      accountCurrency: 'USDT',
    });
    this.desk = new OrderDesk({
      runId: `e2e-${name}`,
      gateway: this.venue,
      nowUs: () => this.clock.nowUs(),
      report: (report) => this.reports.push(report),
    });
    this.#timer = setInterval(() => {
      this.venue.tick();
      this.desk.tick();
    }, 20);
  }

  open(): Promise<void> {
    return this.venue.open({
      update: (update) => this.desk.update(update),
      doubt: (why) => this.notices.push(why),
      notice: (_level, text) => this.notices.push(text),
    });
  }

  order(
    orderId: number,
    event: 'submit' | 'request-cancel',
    side: 1 | -1,
    limitTicks: number,
    triggerTicks?: number,
  ): void {
    this.desk.take({
      kind: 'order',
      seq: orderId,
      atUs: this.clock.nowUs(),
      orderId,
      decisionId: 1,
      instrument: 0,
      side,
      lots: 100,
      limitTicks,
      reduceOnly: triggerTicks !== undefined,
      clearance: 'policy',
      purpose: triggerTicks === undefined ? 'entry' : 'stop',
      event,
      from: 'intended',
      to: 'in-flight',
      ...(triggerTicks !== undefined && { triggerTicks }),
    });
  }

  async sees(orderId: number, kind: BrokerReport['kind'], withinMs = 8_000): Promise<void> {
    const found = () => this.reports.some((report) => report.orderId === orderId && report.kind === kind);
    for (let waited = 0; !found(); waited += 20) {
      if (waited >= withinMs) throw new Error(`no ${kind}: ${inspect(this.reports)} ${this.notices.join('; ')}`);
      await pause(20);
    }
  }

  account(): Promise<AccountReply> {
    return new Promise((resolve) => this.venue.account(this.clock.nowUs() - 3_600_000_000, resolve));
  }

  close(): void {
    clearInterval(this.#timer);
    this.venue.close();
  }
}

async function sessionAt(name: LiveVenue): Promise<Session> {
  const { symbol, info } = MARKETS[name];
  const body = await (await fetch(`${exchange.url}${info}`)).text();
  return new Session(name, readInstruments(BINANCE_MARKETS[name], body, [symbol])[0]!);
}

describe.each(['binance', 'binanceusdm'] as const)('the adapter of %s', (name) => {
  it('trades: fills by the stream, stops that wait, cancels, an order whose reply is lost, the account', async () => {
    const session = await sessionAt(name);
    try {
      await session.open();
      const { market, order } = MARKETS[name];
      const tick = Number(session.instrument.spec.tickSize);
      const ticks = (price: string, by = 0): number => Math.round(Number(price) / tick) + by;
      const { ask, bid } = exchange.best(market, 'BTCUSDT');
      session.order(1, 'submit', 1, ticks(ask, 50));
      await session.sees(1, 'filled');
      session.order(2, 'submit', 1, ticks(bid, -20_000));
      await session.sees(2, 'accepted');
      session.order(2, 'request-cancel', 1, 0);
      await session.sees(2, 'cancelled');
      session.order(3, 'submit', -1, 0, ticks(bid, -30_000));
      await session.sees(3, 'accepted');
      const before = await session.account();
      expect(before).toMatchObject({
        kind: 'account',
        account: { openOrders: [{ clientOrderId: `e2e-${name}-3`, conditional: true }] },
      });
      session.order(3, 'request-cancel', -1, 0);
      await session.sees(3, 'cancelled');
      const posts = exchange.count(`POST ${order}`);
      exchange.setFaults(`no-reply,path=POST ${order},count=1`, 'silent-user');
      session.order(4, 'submit', 1, ticks(bid, -20_000));
      await session.sees(4, 'lost');
      await session.sees(4, 'accepted');
      exchange.setFaults();
      session.order(4, 'request-cancel', 1, 0);
      await session.sees(4, 'cancelled');
      expect(exchange.count(`POST ${order}`) - posts).toBe(1);
      const after = await session.account();
      expect(after).toMatchObject({ kind: 'account', account: { openOrders: [], foreign: [] } });
      if (after.kind === 'account') {
        const filled = session.reports.flatMap((report) => (report.kind === 'filled' ? [report.executionId] : []));
        expect(new Set(after.account.executions.map(({ executionId }) => executionId))).toEqual(new Set(filled));
        expect(after.account.executions.every(({ clientOrderId }) => clientOrderId === `e2e-${name}-1`)).toBe(true);
      }
      const { clock, userStream } = session.venue.health();
      expect(userStream).toBe(true);
      expect(Math.abs(clock?.offsetUs ?? 1e9) + (clock?.uncertaintyUs ?? 0)).toBeLessThan(500_000);
      expect(session.venue.ackLatency().count).toBeGreaterThanOrEqual(3);
      expect(inspect([session.venue, session.notices, session.reports], { depth: 20, showHidden: true })).not.toContain(
        exchange.keys.secret,
      );
    } finally {
      session.close();
    }
  });

  it('does not open with a wrong secret, or to nobody, and says why in words without it', async () => {
    const { instrument } = await sessionAt(name);
    const wrong = new Session(name, instrument, { ...exchange.keys, secret: 'CANARYSECRETCANARYSECRET' });
    const message = await wrong.open().then(
      () => 'opened',
      (cause: Error) => cause.message,
    );
    wrong.close();
    expect(message).toMatch(/the secret does not belong to this key/);
    expect(message).not.toMatch(/CANARY|signature=/);
  });
});
