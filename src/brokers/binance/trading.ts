/** Binance, spot or USD-M, as a venue to trade at: puts together requests, stream, clock and limits, and watches them. */
import { CommandError, EXIT } from '../../exit-codes.ts';
import { keepNewest } from '../../venues/keep-newest.ts';
import { NO_TIMES, type Quantiles } from '../../venues/latency.ts';
import type { CancelReply, OrderName, QueryReply, ReplaceReply, SubmitReply, VenueOrder } from '../gateway.ts';
import type { TradingOptions } from '../open-trading.ts';
import type { AccountReply, TradingHealth, TradingVenue, TradingVenueEvents } from '../trading-venue.ts';
import { AccountReader } from './account.ts';
import { type Api, ask, type Endpoint } from './api.ts';
import type { Parameters } from './client.ts';
import type { ClockSync } from './clock-sync.ts';
import { ASSET_MODE, DIALECTS, type Dialect, POSITION_MODE } from './dialect.ts';
import { explain } from './explain.ts';
import { Instruments } from './instruments.ts';
import { fieldsOf } from './json.ts';
import type { Limits } from './limits.ts';
import { lineTo } from './line.ts';
import { OrderNames } from './order-names.ts';
import { Orders } from './orders.ts';
import { Prices } from './prices.ts';
import type { Answer } from './replies.ts';
import { streamAccess } from './stream-access.ts';
import { type UserEvent, UserEvents } from './user-events.ts';
import { UserStream } from './user-stream.ts';
import type { Wire } from './wire.ts';
import { nodeWire } from './wire-node.ts';

const SECOND_US = 1_000_000;
/** A fill that REST has told must come through the stream within this, or the stream is dead. */
const STREAM_LAG_US = 5 * SECOND_US;
const STREAM_WITHIN_US = 20 * SECOND_US;
const LOOK_US = 20_000;
/** Executions of the stream that are remembered. */
const MOST_STREAMED = 10_000;
const COUNTDOWN: Endpoint = { name: 'fapiPrivatePostCountdownCancelAll', weight: 10 };

/** All parts, which are there once the venue is open. */
interface Parts {
  readonly api: Api;
  readonly clock: ClockSync;
  readonly limits: Limits;
  readonly prices: Prices;
  readonly orders: Orders;
  readonly account: AccountReader;
  readonly stream: UserStream;
}

export class BinanceTrading implements TradingVenue {
  readonly deadMan: ((instrument: number, afterUs: number) => void) | undefined;
  readonly replace: TradingVenue['replace'];
  readonly #options: TradingOptions;
  readonly #dialect: Dialect;
  readonly #wire: Wire;
  readonly #instruments: Instruments;
  readonly #names: OrderNames;
  #events: TradingVenueEvents | undefined;
  #parts: Parts | undefined;
  /** Executions that REST told first, by instrument and number: since when the stream owes them. */
  readonly #owed = new Map<string, number>();
  /** Executions of the stream, the newest. */
  readonly #streamed = new Set<string>();
  /** Said once each while it lasts. */
  #saidPaused = false;

  constructor(options: TradingOptions) {
    this.#options = options;
    this.#dialect = DIALECTS[options.venue];
    this.#wire = options.wire ?? nodeWire();
    this.#instruments = new Instruments(options.instruments);
    this.#names = new OrderNames(options.runId);
    this.deadMan =
      options.venue === 'binanceusdm' ? (instrument, afterUs) => this.#countDown(instrument, afterUs) : undefined;
    this.replace =
      this.#dialect.replace === undefined ? undefined : (old, order, reply) => this.#replace(old, order, reply);
  }

  async open(events: TradingVenueEvents): Promise<void> {
    this.#events = events;
    const parts = await this.#build(events);
    const { api, clock, limits, prices, stream } = parts;
    if (!(await new Promise<boolean>((resolve) => clock.measure(resolve)))) {
      const answer = await ask(api, this.#dialect.time, {}, 'check');
      if (answer.kind !== 'done') this.#refuse('no answer from the venue', answer);
    }
    const symbols = JSON.stringify(this.#instruments.all.map(({ symbol }) => symbol));
    // Without names spot tells of thousands of symbols; USD-M knows no names here.
    const only = this.#options.venue === 'binance' ? { symbols } : {};
    const info = await this.#must(api, 'the venue’s rules', this.#dialect.exchangeInfo, only);
    limits.configure(fieldsOf(info).rateLimits);
    await this.#must(api, 'the account', this.#dialect.account);
    if (this.#options.venue === 'binanceusdm') await this.#checkModes(api);
    this.#parts = parts;
    prices.tick();
    stream.open();
    await this.#streamStands(stream);
  }

  submit(order: VenueOrder, reply: (reply: SubmitReply) => void): void {
    if (this.#parts === undefined) reply({ kind: 'rejected' });
    else this.#parts.orders.submit(order, reply);
  }

  cancel(order: OrderName, reply: (reply: CancelReply) => void): void {
    if (this.#parts === undefined) reply({ kind: 'unknown' });
    else this.#parts.orders.cancel(order, reply);
  }

  query(order: OrderName, reply: (reply: QueryReply) => void): void {
    if (this.#parts === undefined) reply({ kind: 'unknown' });
    else this.#parts.orders.query(order, reply);
  }

  account(sinceUs: number, reply: (reply: AccountReply) => void): void {
    if (this.#parts === undefined) reply({ kind: 'unknown' });
    else void this.#parts.account.read(sinceUs).then(reply);
  }

  health(): TradingHealth {
    const { schedule } = this.#options;
    if (this.#parts === undefined) return { userStream: false, clock: undefined, limitUsed: 0, pausedUntilUs: 0 };
    const { stream, clock, limits } = this.#parts;
    const untilUs = limits.pausedUntilUs;
    const reading = clock.reading();
    return {
      userStream: stream.isHeard && this.#owed.size === 0,
      clock: reading === undefined ? undefined : { ...reading, rawOffsetUs: clock.rawOffsetUs },
      limitUsed: limits.used,
      pausedUntilUs: untilUs > clock.venueUs() ? schedule.nowUs() + (untilUs - clock.venueUs()) : 0,
    };
  }

  ackLatency(): Quantiles {
    return this.#parts?.orders.ack.quantiles() ?? NO_TIMES;
  }

  tick(): void {
    if (this.#parts === undefined) return;
    const { clock, stream, prices, limits } = this.#parts;
    clock.tick();
    prices.tick();
    this.#checkOwed(stream);
    stream.tick();
    this.#tellPause(limits.pausedUntilUs > clock.venueUs(), limits.isBanned);
  }

  close(): void {
    this.#parts?.stream.close();
    this.#parts = undefined;
    this.#wire.close();
  }

  #replace(old: OrderName, order: VenueOrder, reply: (reply: ReplaceReply) => void): void {
    if (this.#parts === undefined) reply({ cancelled: { kind: 'kept' }, submitted: { kind: 'rejected' } });
    else this.#parts.orders.replace(old, order, reply);
  }

  async #build(events: TradingVenueEvents): Promise<Parts> {
    const { venue, url, credentials, schedule, accountCurrency } = this.#options;
    const wallUs = this.#options.wallUs ?? (() => Date.now() * 1000);
    const notice = events.notice.bind(events);
    const line = await lineTo({ venue, url, credentials, schedule, wire: this.#wire, wallUs, notice });
    const { api, client, clock, limits } = line;
    const [dialect, instruments, names] = [this.#dialect, this.#instruments, this.#names];
    const prices = new Prices({ api, dialect, instruments, schedule, accountCurrency });
    const doubt = (why: string): void => events.doubt(why);
    const told = this.#told.bind(this);
    const common = { api, dialect, instruments, names, schedule, prices };
    const orders = new Orders({ ...common, limits, told, doubt, notice });
    const account = new AccountReader({ ...common, orders, clock });
    const read = new UserEvents(instruments, names, (asset) => prices.priceOf(asset));
    const stream: UserStream = new UserStream({
      schedule,
      wire: this.#wire,
      access: streamAccess(dialect, api, client),
      random: this.#options.random ?? Math.random,
      events: {
        frame: (text) => {
          for (const event of read.read(text)) this.#heard(event, orders, stream);
        },
        restored: (why) => {
          // What the old connection owed does not come through the new one.
          this.#owed.clear();
          doubt(why);
        },
        notice,
      },
    });
    return { api, clock, limits, prices, orders, account, stream };
  }

  #heard(event: UserEvent, orders: Orders, stream: UserStream): void {
    const events = this.#events;
    if (events === undefined) return;
    switch (event.kind) {
      case 'number':
        orders.learn(event.clientOrderId, event.orderId);
        return;
      case 'doubt':
        events.doubt(event.why);
        return;
      case 'notice':
        events.notice(event.level, event.text);
        return;
      case 'ended':
        stream.renew(event.why);
        return;
      case 'update': {
        const { update } = event;
        if (update.kind === 'execution') this.#streamedExecution(update.instrument, update.execution.executionId);
        events.update(update);
        if (update.kind === 'execution' && !orders.isOurs(update.clientOrderId))
          events.doubt(`a fill of order ${update.clientOrderId}, which this run has not sent`);
      }
    }
  }

  #streamedExecution(instrument: number, executionId: number): void {
    const key = `${instrument} ${executionId}`;
    this.#owed.delete(key);
    this.#streamed.add(key);
    keepNewest(this.#streamed, MOST_STREAMED);
  }

  /** What REST tells of a time in which the stream stood must have come through it too. */
  #told(executionId: number, instrument: number, venueUs: number): void {
    const parts = this.#parts;
    const since = parts?.stream.liveSinceUs;
    const key = `${instrument} ${executionId}`;
    if (parts === undefined || since === undefined || this.#streamed.has(key) || this.#owed.has(key)) return;
    if (venueUs - parts.clock.rawOffsetUs < since + SECOND_US) return;
    this.#owed.set(key, this.#options.schedule.nowUs());
  }

  #checkOwed(stream: UserStream): void {
    if (this.#owed.size === 0) return;
    const nowUs = this.#options.schedule.nowUs();
    if (![...this.#owed.values()].some((sinceUs) => nowUs - sinceUs >= STREAM_LAG_US)) return;
    this.#owed.clear();
    stream.renew('a fill that the venue tells when asked did not come through it');
  }

  #tellPause(isPaused: boolean, isBanned: boolean): void {
    if (isPaused && !this.#saidPaused) {
      const text = isBanned
        ? 'the venue has banned this address: orders, queries and cancels wait until it is over; nothing here can help it'
        : 'the venue wants fewer requests: until it says otherwise only cancels are sent';
      this.#events?.notice(isBanned ? 'error' : 'warn', text);
    }
    this.#saidPaused = isPaused;
  }

  #countDown(instrument: number, afterUs: number): void {
    const parts = this.#parts;
    if (parts === undefined) return;
    const { symbol } = this.#instruments.at(instrument);
    const parameters = { symbol, countdownTime: Math.max(0, Math.round(afterUs / 1000)) };
    parts.api.call(COUNTDOWN, parameters, 'query', (answer) => {
      if (answer.kind !== 'done')
        this.#events?.notice('warn', `the venue’s countdown for ${symbol} is not set: ${explain(answer)}`);
    });
  }

  async #checkModes(api: Api): Promise<void> {
    const { dualSidePosition } = fieldsOf(await this.#must(api, 'the position mode', POSITION_MODE));
    if (dualSidePosition !== false)
      throw new CommandError(EXIT.venue, 'the account is in hedge mode: set one-way mode at the venue (Position Mode)');
    const { multiAssetsMargin } = fieldsOf(await this.#must(api, 'the asset mode', ASSET_MODE));
    if (multiAssetsMargin !== false)
      throw new CommandError(EXIT.venue, 'the account is in multi-assets mode: set single-asset mode at the venue');
  }

  async #must(api: Api, what: string, endpoint: Endpoint, parameters: Parameters = {}): Promise<unknown> {
    const answer = await ask(api, endpoint, parameters, 'query');
    return answer.kind === 'done' ? answer.json : this.#refuse(`${what} cannot be had`, answer);
  }

  #refuse(what: string, answer: Exclude<Answer, { kind: 'done' }>): never {
    throw new CommandError(EXIT.venue, `${this.#options.venue}: ${what}: ${explain(answer)}`);
  }

  /** Waits until the user stream stands: no order is sent without. */
  #streamStands(stream: UserStream): Promise<void> {
    const { schedule } = this.#options;
    const untilUs = schedule.nowUs() + STREAM_WITHIN_US;
    return new Promise((resolve, reject) => {
      const look = (): void => {
        stream.tick();
        if (stream.liveSinceUs !== undefined) resolve();
        else if (schedule.nowUs() >= untilUs)
          reject(new CommandError(EXIT.venue, `the user stream does not open: ${stream.lastEnd || 'no answer'}`));
        else schedule.after(LOOK_US, look);
      };
      look();
    });
  }
}
