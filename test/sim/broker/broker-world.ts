/**
 * An order desk at the Binance adapter at the model of the exchange, in virtual time: the product's own parts from the
 * engine's order events to the bytes on the wire and back.
 */
import type { BrokerReport, OrderEvent, Side } from '../../../engine/domain/index.ts';
import { Credentials } from '../../../src/brokers/credentials.ts';
import type { VenueGateway } from '../../../src/brokers/gateway.ts';
import { openTrading } from '../../../src/brokers/open-trading.ts';
import { OrderDesk } from '../../../src/brokers/order-desk.ts';
import type { AccountReply, TradingVenue } from '../../../src/brokers/trading-venue.ts';
import { Exchange } from '../../../src/exchange/model/exchange.ts';
import type { ExchangeMarket, ExchangeModel, LimitSettings } from '../../../src/exchange/model/port.ts';
import type { Schedule } from '../../../src/venues/schedule.ts';
import type { VenueInstrument } from '../../../src/venues/venue-instrument.ts';
import { Chance, VirtualTime } from '../world/virtual-time.ts';
import { bitcoin, listedFreely } from './listing.ts';
import { ModelWire } from './model-wire.ts';

export const KEY = 'CANARYKEY0123456789CANARYKEY0123456789CANARYKEY';
export const SECRET = 'CANARYSECRET0123456789CANARYSECRET0123456789';
const START_US = 1_800_000_000_000_000;
const RUN = '20261121-113000';
const TICK_US = 100_000;
/** Ticks of 0.1. */
export const MID_TICKS = 500_000;
const ACCOUNT = 'account';

export interface WorldOptions {
  readonly seed: number;
  readonly market: ExchangeMarket;
  readonly limits?: LimitSettings;
  /** Whether the venue lists its instrument as one that takes a cancel and an order in one request; on spot it does. */
  readonly replaces?: boolean;
  /** What is planted between desk and adapter. */
  readonly wrap?: (gateway: VenueGateway) => VenueGateway;
}

export interface WantedOrder {
  readonly side: Side;
  readonly lots: number;
  readonly limitTicks: number;
  readonly reduceOnly?: boolean;
  readonly triggerTicks?: number;
  readonly replaces?: number;
}

export interface Told {
  readonly atUs: number;
  readonly report: BrokerReport;
}

function instrument(market: ExchangeMarket, replaces: boolean): VenueInstrument {
  const isSpot = market === 'spot';
  const [tick, lot] = ['0.1', '0.001'];
  const spec = { ...bitcoin(isSpot ? 'spot' : 'linear', tick, lot, '5'), ...(replaces && { replacesOrders: true }) };
  const free = listedFreely(spec);
  const quantity = { least: lot, most: '9000', step: lot };
  const price = { least: tick, most: '1000000', step: tick };
  const rules = { ...free.rules, price, quantity, marketQuantity: quantity };
  return { ...free, rules: { ...rules, minNotional: '5', minNotionalForMarket: isSpot } };
}

export class BrokerWorld {
  readonly time = new VirtualTime(START_US);
  readonly chance: Chance;
  readonly model: ExchangeModel;
  readonly wire: ModelWire;
  readonly trading: TradingVenue;
  readonly desk: OrderDesk;
  readonly reports: Told[] = [];
  readonly notices: string[] = [];
  readonly doubts: Told['atUs'][] = [];
  /** What this machine's clock has jumped ahead by, as after a sleep; it never goes back. */
  aheadUs = 0;
  /** What the machine's wall clock was set forward by. */
  wallStepUs = 0;
  #nextOrder = 1;

  private constructor({ seed, market, limits, replaces = true, wrap = (gateway) => gateway }: WorldOptions) {
    this.chance = new Chance(seed);
    const isSpot = market === 'spot';
    const listed = instrument(market, isSpot && replaces);
    const { tickSize, lotSize, base, quote } = listed.spec;
    this.model = new Exchange({
      market,
      instruments: [{ symbol: 'BTCUSDT', base, quote, tickSize, lotSize }],
      accounts: [
        {
          id: ACCOUNT,
          apiKey: KEY,
          secret: SECRET,
          balances: isSpot ? { USDT: '1000000', BTC: '100' } : { USDT: '1000000' },
        },
      ],
      nowMs: START_US / 1000,
      seed,
      ...(limits !== undefined && { limits }),
      events: { userEvent: (_id, payload) => this.wire.tell(payload) },
    });
    this.wire = new ModelWire(this.model, this.time, this.chance);
    const schedule: Schedule = {
      nowUs: () => this.nowUs,
      after: (delayUs, task) => {
        let isOff = false;
        this.time.after(delayUs, () => {
          if (!isOff) task();
        });
        return () => {
          isOff = true;
        };
      },
    };
    this.trading = openTrading({
      venue: isSpot ? 'binance' : 'binanceusdm',
      url: 'http://127.0.0.1:1',
      instruments: [listed],
      credentials: new Credentials(KEY, SECRET),
      schedule,
      accountCurrency: 'USDT',
      wire: this.wire,
      wallUs: () => this.nowUs + this.wallStepUs,
      random: () => this.chance.between(0, 999) / 1000,
    });
    this.desk = new OrderDesk({
      runId: RUN,
      gateway: wrap(this.trading),
      nowUs: () => this.nowUs,
      report: (report) => this.reports.push({ atUs: this.time.nowUs, report }),
    });
    this.book(MID_TICKS);
  }

  static async open(options: WorldOptions): Promise<BrokerWorld> {
    const world = new BrokerWorld(options);
    await world.#begin();
    return world;
  }

  /** Time as this machine has it. */
  get nowUs(): number {
    return this.time.nowUs + this.aheadUs;
  }

  /** A wide and deep book around a price. */
  book(ticks: number): void {
    const levels = Array.from({ length: 5 }, (_, i) => [
      { side: 'bid' as const, priceTicks: ticks - 1 - i, lots: 5_000 },
      { side: 'ask' as const, priceTicks: ticks + 1 + i, lots: 5_000 },
    ]).flat();
    this.model.clearMarket('BTCUSDT', this.wire.venueMs);
    this.model.marketLevels('BTCUSDT', levels, this.wire.venueMs);
  }

  /** @returns the order's number. */
  submit(order: WantedOrder): number {
    const orderId = this.#nextOrder++;
    this.#order(orderId, order, 'submit');
    return orderId;
  }

  cancel(orderId: number): void {
    this.#order(orderId, { side: 1, lots: 1, limitTicks: 0 }, 'request-cancel');
  }

  #order(orderId: number, { triggerTicks, reduceOnly = false, ...wanted }: WantedOrder, event: OrderEvent): void {
    this.desk.take({
      kind: 'order',
      seq: this.#nextOrder,
      atUs: this.time.nowUs,
      orderId,
      decisionId: 1,
      instrument: 0,
      reduceOnly,
      clearance: 'policy',
      purpose: triggerTicks === undefined ? 'entry' : 'stop',
      event,
      from: 'intended',
      to: 'in-flight',
      ...wanted,
      ...(triggerTicks !== undefined && { triggerTicks }),
    });
  }

  reportsOf(orderId: number): readonly Told[] {
    return this.reports.filter(({ report }) => report.orderId === orderId);
  }

  /** Lots that the reports of fills add up to, each execution once. */
  get heldLots(): number {
    const fills = new Map<number, number>();
    for (const { report } of this.reports)
      if (report.kind === 'filled') fills.set(report.executionId, report.side * report.lots);
    return [...fills.values()].reduce((sum, lots) => sum + lots, 0);
  }

  account(sinceUs: number): Promise<AccountReply> {
    const answered = new Promise<AccountReply>((resolve) => this.trading.account(sinceUs, resolve));
    return this.until(answered);
  }

  /** Runs until the time, or until `done`. @returns whether it was done. */
  run(forUs: number, done: () => boolean = () => false): boolean {
    const untilUs = this.time.nowUs + forUs;
    while (this.time.nextAtUs <= untilUs) {
      this.time.step();
      if (done()) return true;
    }
    this.time.nowUs = Math.max(this.time.nowUs, untilUs);
    return done();
  }

  /** Lets time pass until a promise is settled. */
  async until<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const settle = (): void => {
      isSettled = true;
    };
    promise.then(settle, settle);
    for (let steps = 0; !isSettled && steps < 100_000; steps++) {
      await new Promise((resolve) => void setImmediate(resolve));
      if (!isSettled) this.time.step();
    }
    return promise;
  }

  async #begin(): Promise<void> {
    const opened = this.trading.open({
      update: (update) => this.desk.update(update),
      doubt: () => this.doubts.push(this.time.nowUs),
      notice: (_level, text) => this.notices.push(text),
    });
    // The first thing is to load ccxt, for which time here does not pass.
    while (this.time.nextAtUs === Number.POSITIVE_INFINITY) await new Promise((resolve) => void setImmediate(resolve));
    await this.until(opened);
    this.#plan();
    this.run(200_000);
  }

  #plan(): void {
    this.time.after(TICK_US, () => {
      this.trading.tick();
      this.desk.tick();
      this.model.tick(this.wire.venueMs);
      this.#plan();
    });
  }
}
