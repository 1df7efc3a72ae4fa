/** Orders by REST: each submit goes out once, and what comes back is told as what is certain of it, and no more. */
import { cleanText } from '../../../logs/index.ts';
import { keepNewest } from '../../venues/keep-newest.ts';
import { LatencyHistogram } from '../../venues/latency.ts';
import type { Schedule } from '../../venues/schedule.ts';
import type {
  Busy,
  CancelReply,
  OrderName,
  QueryReply,
  ReplaceReply,
  SubmitReply,
  VenueExecution,
  VenueGateway,
  VenueOrder,
} from '../gateway.ts';
import { breachOf } from '../order-rules.ts';
import type { Api } from './api.ts';
import type { Dialect, Request } from './dialect.ts';
import { TOO_MANY_ORDERS } from './error-codes.ts';
import { readExecution, toldByRest } from './executions.ts';
import { explainRefusal } from './explain.ts';
import { filledOf, type Instruments, type Traded } from './instruments.ts';
import { type Fields, fieldsOf, rowsOf, textOf, wholeOf } from './json.ts';
import type { Limits } from './limits.ts';
import type { OrderNames } from './order-names.ts';
import type { Prices } from './prices.ts';
import { halvesOf } from './replacement.ts';
import type { Answer, Purpose } from './replies.ts';
import { unpricedText } from './user-events.ts';

export interface OrdersOptions {
  readonly api: Api;
  readonly dialect: Dialect;
  readonly instruments: Instruments;
  readonly names: OrderNames;
  readonly limits: Limits;
  readonly prices: Prices;
  readonly schedule: Schedule;
  /** Executions that REST has told, each with the venue's time of it, µs. */
  readonly told: (executionId: number, instrument: number, venueUs: number) => void;
  readonly doubt: (why: string) => void;
  readonly notice: (level: 'info' | 'warn' | 'error', text: string) => void;
}

const OPEN = ['NEW', 'PARTIALLY_FILLED', 'PENDING_NEW', 'PENDING_CANCEL'];
const CLOSED = ['FILLED', 'CANCELED', 'REJECTED', 'EXPIRED', 'EXPIRED_IN_MATCH'];
/** Of orders that wait for their price: not one of these has become an order that trades. */
const WAITING = ['NEW', 'TRIGGERING', 'TRIGGERED'];
const GONE = ['CANCELED', 'EXPIRED', 'REJECTED', 'FINISHED'];
/** The most that the venue tells at once. */
const MOST_TRADES = 1_000;
const MOST_KNOWN = 4_096;
const HOLD_ORDERS_US = 10_000_000;
const UNKNOWN = { kind: 'unknown' } as const;

export class Orders implements VenueGateway {
  readonly ack = new LatencyHistogram();
  readonly #options: OrdersOptions;
  /** Every name that was sent or asked for, with the venue's number of what trades under it. */
  readonly #known = new Map<string, string | undefined>();
  readonly #byNumber = new Map<string, string>();

  constructor(options: OrdersOptions) {
    this.#options = options;
  }

  /** Whether an order of this name was sent or asked for in this life. */
  isOurs(clientOrderId: string): boolean {
    return this.#known.has(clientOrderId);
  }

  /** Whose order the venue means by a number, as far as we have heard. */
  nameOf(orderId: string): string | undefined {
    return this.#byNumber.get(orderId);
  }

  /** The venue has told the number of an order. */
  learn(clientOrderId: string, orderId: string): void {
    if (this.#known.has(clientOrderId)) this.#known.set(clientOrderId, orderId);
    this.#byNumber.set(orderId, clientOrderId);
    keepNewest(this.#byNumber, MOST_KNOWN);
  }

  submit(order: VenueOrder, reply: (reply: SubmitReply) => void): void {
    const { instruments, dialect } = this.#options;
    const traded = instruments.at(order.instrument);
    const name = this.#admitted(order, traded);
    if (name === undefined) {
      reply({ kind: 'rejected' });
      return;
    }
    this.#remember(order.clientOrderId);
    this.#sendOrder(dialect.order({ ...order, clientOrderId: name }, traded), (answer) =>
      reply(this.#submitted(order, name, answer)),
    );
  }

  /** As {@link VenueGateway.replace}; where the venue does not do that with this symbol nothing is sent. */
  replace(old: OrderName, order: VenueOrder, reply: (reply: ReplaceReply) => void): void {
    const { instruments, dialect, notice } = this.#options;
    const traded = instruments.at(order.instrument);
    const submitted = { kind: 'rejected' } as const;
    if (dialect.replace === undefined || traded.listed.spec.replacesOrders !== true) {
      notice('warn', `order ${order.clientOrderId} is not sent: ${traded.symbol} takes no replacements`);
      reply({ cancelled: { kind: 'unable' }, submitted });
      return;
    }
    const name = this.#admitted(order, traded);
    if (name === undefined) {
      reply({ cancelled: { kind: 'kept' }, submitted });
      return;
    }
    for (const { clientOrderId } of [old, order]) this.#remember(clientOrderId);
    const request = dialect.replace(this.#asVenue(old), { ...order, clientOrderId: name }, traded);
    this.#sendOrder(request, (answer) => {
      const { cancelled, submitted } = halvesOf(dialect.venue, answer);
      reply({
        cancelled: cancelled === undefined ? { kind: 'kept' } : withoutPause(this.#cancelled(old, traded, cancelled)),
        submitted: submitted === undefined ? { kind: 'rejected' } : this.#submitted(order, name, submitted),
      });
    });
  }

  cancel(name: OrderName, reply: (reply: CancelReply) => void): void {
    const { instruments, dialect } = this.#options;
    const traded = instruments.at(name.instrument);
    const orderId = this.#remember(name.clientOrderId);
    const elsewhere = this.#isElsewhere(name);
    const request =
      elsewhere && orderId !== undefined
        ? dialect.cancelByNumber(orderId, traded)
        : dialect.cancel(this.#asVenue(name), traded);
    this.#send(request, 'cancel', (answer) => reply(this.#cancelled(name, traded, answer)));
  }

  query(name: OrderName, reply: (reply: QueryReply) => void): void {
    const orderId = this.#remember(name.clientOrderId);
    const traded = this.#options.instruments.at(name.instrument);
    if (!this.#isElsewhere(name)) {
      const request = this.#options.dialect.query(this.#asVenue(name), traded);
      this.#send(request, 'query', (answer) => this.#queried(name, traded, answer, reply));
    } else if (orderId === undefined) this.#queryWaiting(name, traded, reply);
    else this.#queryNumber(name, traded, orderId, reply);
  }

  /** @returns its name at the venue; undefined for one that is not sent, which the operator is told. */
  #admitted(order: VenueOrder, traded: Traded): string | undefined {
    const { names, limits, prices, notice } = this.#options;
    const name = names.toVenue(order.clientOrderId);
    const against =
      (name === undefined ? 'its name does not fit the venue’s rule' : undefined) ??
      breachOf(order, traded.listed, prices.referenceTicks(traded)) ??
      limits.admitOrder(order.reduceOnly);
    if (against === undefined) return name;
    notice('warn', `order ${order.clientOrderId} is not sent: ${against}`);
    return undefined;
  }

  /** It waits for its price where the venue keeps such orders apart, under a number of their own. */
  #isElsewhere({ conditional }: OrderName): boolean {
    return conditional && this.#options.dialect.openConditional !== undefined;
  }

  #submitted(order: VenueOrder, name: string, answer: Answer): SubmitReply {
    const { clientOrderId } = order;
    if (answer.kind === 'done') {
      const fields = fieldsOf(answer.json);
      const told = textOf(fields.clientOrderId ?? fields.clientAlgoId);
      const orderId = textOf(fields.orderId);
      if (told !== name) return UNKNOWN;
      if (orderId !== undefined) this.learn(clientOrderId, orderId);
      return { kind: 'accepted' };
    }
    if (answer.kind === 'busy') return { kind: 'busy', retryAfterUs: answer.retryAfterUs };
    if (answer.kind !== 'refused') return UNKNOWN;
    if (answer.code === TOO_MANY_ORDERS) this.#options.limits.holdOrders(HOLD_ORDERS_US);
    this.#options.notice('warn', `order ${clientOrderId} was refused: ${explainRefusal(answer.code, answer.text)}`);
    return { kind: 'rejected' };
  }

  #cancelled({ clientOrderId }: OrderName, traded: Traded, answer: Answer): CancelReply {
    if (answer.kind === 'busy') return { kind: 'busy', retryAfterUs: answer.retryAfterUs };
    if (answer.kind === 'no-order') return { kind: 'no-order' };
    if (answer.kind === 'refused') {
      this.#options.notice('error', `cancel of ${clientOrderId}: ${explainRefusal(answer.code, answer.text)}`);
      return UNKNOWN;
    }
    if (answer.kind !== 'done') return UNKNOWN;
    const fields = fieldsOf(answer.json);
    // Of an order that waits for its price the venue says no more than that it has gone.
    if (fields.clientAlgoId !== undefined && textOf(fields.code) === '200') return { kind: 'cancelled', filledLots: 0 };
    const filledLots = filledOf(textOf(fields.executedQty), traded);
    if (filledLots === undefined || !CLOSED.includes(textOf(fields.status) ?? '')) return UNKNOWN;
    return { kind: 'cancelled', filledLots };
  }

  #queryNumber(name: OrderName, traded: Traded, orderId: string, reply: (reply: QueryReply) => void): void {
    const request = this.#options.dialect.queryByNumber(orderId, traded);
    this.#send(request, 'query', (answer) => this.#queried(name, traded, answer, reply));
  }

  #queryWaiting(name: OrderName, traded: Traded, reply: (reply: QueryReply) => void): void {
    const request = this.#options.dialect.query(this.#asVenue(name), traded);
    this.#send(request, 'query', (answer) => {
      if (answer.kind !== 'done') {
        reply(queryFailed(answer));
        return;
      }
      const fields = fieldsOf(answer.json);
      const became = textOf(fields.actualOrderId) ?? '';
      if (became !== '' && became !== '0') {
        this.learn(name.clientOrderId, became);
        this.#queryNumber(name, traded, became, reply);
        return;
      }
      const status = textOf(fields.algoStatus) ?? '';
      if (WAITING.includes(status)) reply({ kind: 'open', filledLots: 0, executions: [] });
      else if (GONE.includes(status)) reply({ kind: 'closed', filledLots: 0, executions: [] });
      else reply(UNKNOWN);
    });
  }

  #queried(name: OrderName, traded: Traded, answer: Answer, reply: (reply: QueryReply) => void): void {
    if (answer.kind !== 'done') {
      if (answer.kind === 'refused')
        this.#options.notice('error', `query of ${name.clientOrderId}: ${explainRefusal(answer.code, answer.text)}`);
      reply(queryFailed(answer));
      return;
    }
    const fields = fieldsOf(answer.json);
    const status = textOf(fields.status) ?? '';
    const filledLots = filledOf(textOf(fields.executedQty), traded);
    const orderId = textOf(fields.orderId);
    const kind = OPEN.includes(status) ? 'open' : CLOSED.includes(status) ? 'closed' : undefined;
    if (kind === undefined || filledLots === undefined || orderId === undefined) {
      this.#options.doubt(
        `order ${name.clientOrderId}: the venue tells of it what does not read (${cleanText(status)})`,
      );
      reply(UNKNOWN);
      return;
    }
    this.learn(name.clientOrderId, orderId);
    if (filledLots === 0) reply({ kind, filledLots, executions: [] });
    else this.#askTrades(traded, orderId, kind, filledLots, reply);
  }

  #askTrades(
    traded: Traded,
    orderId: string,
    kind: 'open' | 'closed',
    filledLots: number,
    reply: (reply: QueryReply) => void,
  ): void {
    const parameters = { symbol: traded.symbol, orderId, limit: MOST_TRADES };
    this.#send({ endpoint: this.#options.dialect.trades, parameters }, 'query', (answer) => {
      if (answer.kind !== 'done') {
        reply(queryFailed(answer));
        return;
      }
      const executions = this.#executions(rowsOf(answer.json), traded);
      if (executions === undefined) reply(UNKNOWN);
      else reply({ kind, filledLots, executions });
    });
  }

  /** Undefined when one of them does not read: then the order is not understood. */
  #executions(rows: readonly Fields[] | undefined, traded: Traded): readonly VenueExecution[] | undefined {
    const executions: VenueExecution[] = [];
    const { prices, doubt, notice, told } = this.#options;
    if (rows === undefined) {
      doubt(`${traded.symbol}: the venue's trades of an order are no list`);
      return undefined;
    }
    for (const row of rows) {
      const read = readExecution(toldByRest(row), traded, (asset) => prices.priceOf(asset));
      if ('misfit' in read) {
        doubt(`${traded.symbol}: ${read.misfit}`);
        return undefined;
      }
      if (read.unpriced !== undefined) notice('error', unpricedText(read.unpriced));
      executions.push(read.execution);
      told(read.execution.executionId, traded.index, (wholeOf(row.time) ?? 0) * 1000);
    }
    return executions;
  }

  #sendOrder(request: Request, reply: (answer: Answer) => void): void {
    const { schedule } = this.#options;
    const sentUs = schedule.nowUs();
    this.#send(request, 'submit', (answer) => {
      const isAnswered = answer.kind === 'done' || answer.kind === 'refused' || answer.kind === 'halves';
      if (isAnswered) this.ack.record(schedule.nowUs() - sentUs);
      reply(answer);
    });
  }

  #send({ endpoint, parameters }: Request, purpose: Purpose, reply: (answer: Answer) => void): void {
    this.#options.api.call(endpoint, parameters, purpose, reply);
  }

  #asVenue(name: OrderName): OrderName {
    return { ...name, clientOrderId: this.#options.names.toVenue(name.clientOrderId) ?? name.clientOrderId };
  }

  /** @returns the venue's number of the order, once it has been told. */
  #remember(clientOrderId: string): string | undefined {
    if (!this.#known.has(clientOrderId)) {
      this.#known.set(clientOrderId, undefined);
      keepNewest(this.#known, MOST_KNOWN);
    }
    return this.#known.get(clientOrderId);
  }
}

function queryFailed(answer: Exclude<Answer, { kind: 'done' }>): QueryReply {
  if (answer.kind === 'no-order') return { kind: 'absent' };
  return answer.kind === 'busy' ? { kind: 'busy', retryAfterUs: answer.retryAfterUs } : UNKNOWN;
}

/** Of half a request nobody says when it may be tried again: the other half tells. */
const withoutPause = (reply: CancelReply): Exclude<CancelReply, Busy> => (reply.kind === 'busy' ? UNKNOWN : reply);
