/** Frames of the user stream as what they mean: updates of orders, words about the stream itself, and reasons to doubt. */
import { cleanText } from '../../../logs/index.ts';
import { keepNewest } from '../../venues/keep-newest.ts';
import type { OrderName, VenueUpdate } from '../gateway.ts';
import { readExecution, toldByStream } from './executions.ts';
import { filledOf, type Instruments, type PriceOf, type Traded } from './instruments.ts';
import { type Fields, fieldsOf, isFields, parseJson, textOf } from './json.ts';
import type { OrderNames } from './order-names.ts';

export type UserEvent =
  | { readonly kind: 'update'; readonly update: VenueUpdate }
  /** The venue's number of an order of ours, which fills and trades are asked for by. */
  | { readonly kind: 'number'; readonly clientOrderId: string; readonly orderId: string }
  /** Something happened that no order of ours explains, or that does not fit: the account is to be compared. */
  | { readonly kind: 'doubt'; readonly why: string }
  | { readonly kind: 'notice'; readonly level: 'info' | 'warn' | 'error'; readonly text: string }
  /** The stream ends and must be opened anew. */
  | { readonly kind: 'ended'; readonly why: string };

/** Of spot `executionReport` and USD-M `ORDER_TRADE_UPDATE` alike. */
const CLOSED = ['CANCELED', 'EXPIRED', 'EXPIRED_IN_MATCH', 'FILLED', 'REJECTED'];
/** Waiting orders that came to trade, the newest of which are remembered. */
const MOST_TRIGGERED = 4_096;
/** Balance changes that orders of ours or the passing of time explain. */
const EXPLAINED = ['ORDER', 'FUNDING_FEE'];

export class UserEvents {
  readonly #instruments: Instruments;
  readonly #names: OrderNames;
  readonly #priceOf: PriceOf;
  /** From the number of an order that a waiting one became to the name of that one. */
  readonly #triggered = new Map<string, string>();

  constructor(instruments: Instruments, names: OrderNames, priceOf: PriceOf) {
    this.#instruments = instruments;
    this.#names = names;
    this.#priceOf = priceOf;
  }

  /** Never throws, whatever comes. */
  read(text: string): readonly UserEvent[] {
    const json = parseJson(text);
    if (!isFields(json)) return [doubt('a frame of the user stream does not read')];
    // By the WebSocket API events come in an envelope.
    const frame = isFields(json.event) ? json.event : json;
    switch (frame.e) {
      case 'executionReport':
        return this.#order(frame, frame);
      case 'ORDER_TRADE_UPDATE':
        return this.#order(fieldsOf(frame.o), frame);
      case 'ALGO_UPDATE':
        return this.#conditional(fieldsOf(frame.o));
      case 'ACCOUNT_UPDATE':
        return accountMoved(textOf(fieldsOf(frame.a).m) ?? '');
      case 'balanceUpdate':
        return [doubt(`the balance of ${cleanText(textOf(frame.a) ?? '?')} was changed from outside`)];
      case 'MARGIN_CALL':
        return [{ kind: 'notice', level: 'error', text: 'the venue makes a margin call' }];
      case 'ACCOUNT_CONFIG_UPDATE':
        return [
          { kind: 'notice', level: 'warn', text: 'the account was set otherwise at the venue (leverage or mode)' },
        ];
      case 'listenKeyExpired':
      case 'eventStreamTerminated':
      case 'serverShutdown':
        return [{ kind: 'ended', why: String(frame.e) }];
      default:
        return [];
    }
  }

  #order(order: Fields, frame: Fields): readonly UserEvent[] {
    const symbol = cleanText(textOf(order.s) ?? '');
    const traded = this.#instruments.named(symbol);
    if (traded === undefined) return order.x === 'TRADE' ? [doubt(`a trade in ${symbol || 'no symbol'}`)] : [];
    const orderId = textOf(order.i) ?? '';
    const told = this.#nameOf(order, frame.e === 'executionReport');
    const clientOrderId = this.#triggered.get(orderId) ?? this.#names.fromVenue(told);
    // On spot one that waits for its price is an order like any other; on USD-M it was one elsewhere.
    const conditional = this.#triggered.has(orderId) || /STOP|TAKE_PROFIT/.test(textOf(order.o) ?? '');
    const name = { instrument: traded.index, clientOrderId, conditional };
    const events: UserEvent[] = [{ kind: 'number', clientOrderId, orderId }];
    const update = (update: Exclude<VenueUpdate, { kind: 'execution' }>['kind'], filledLots = 0): void => {
      events.push({
        kind: 'update',
        update: update === 'closed' ? { ...name, kind: update, filledLots } : { ...name, kind: update },
      });
    };
    if (order.x === 'NEW') update('accepted');
    if (order.x === 'TRADE') events.push(...this.#execution(order, traded, name));
    if (order.x === 'CALCULATED') events.push(doubt(`the venue liquidates ${symbol}`));
    if (order.X === 'REJECTED') update('rejected');
    if (CLOSED.includes(textOf(order.X) ?? '')) {
      const filledLots = filledOf(textOf(order.z), traded);
      if (filledLots === undefined) events.push(doubt(`order ${clientOrderId} ended with a quantity off the grid`));
      else update('closed', filledLots);
    }
    return events;
  }

  /** A cancel on spot has a name of its own, and the order's in `C`. */
  #nameOf(order: Fields, isSpot: boolean): string {
    const original = textOf(order.C);
    const own = textOf(order.c) ?? '';
    return cleanText(isSpot && original !== undefined && original !== '' ? original : own);
  }

  #execution(order: Fields, traded: Traded, name: OrderName): readonly UserEvent[] {
    const read = readExecution(toldByStream(order), traded, this.#priceOf);
    if ('misfit' in read) return [doubt(`${traded.symbol}: ${read.misfit}`)];
    const events: UserEvent[] = [];
    if (read.unpriced !== undefined) events.push({ kind: 'notice', level: 'error', text: unpricedText(read.unpriced) });
    const { execution } = read;
    events.push({ kind: 'update', update: { ...name, kind: 'execution', execution } });
    return events;
  }

  /** An order that waits for its price lives under another name than the one it becomes. */
  #conditional(order: Fields): readonly UserEvent[] {
    const traded = this.#instruments.named(cleanText(textOf(order.s) ?? ''));
    const name = textOf(order.caid);
    if (traded === undefined || name === undefined) return [];
    const clientOrderId = this.#names.fromVenue(cleanText(name));
    const became = textOf(order.ai) ?? '';
    const at = { instrument: traded.index, clientOrderId, conditional: true };
    const events: UserEvent[] = [];
    if (became !== '' && became !== '0') {
      this.#triggered.set(became, clientOrderId);
      keepNewest(this.#triggered, MOST_TRIGGERED);
      events.push({ kind: 'number', clientOrderId, orderId: became });
    }
    switch (order.X) {
      case 'NEW':
        return [...events, { kind: 'update', update: { ...at, kind: 'accepted' } }];
      case 'CANCELED':
      case 'EXPIRED':
      case 'REJECTED': {
        const filledLots = filledOf(textOf(order.aq) ?? '0', traded) ?? 0;
        // The first word on an order that never worked, or the last on one that did.
        if (order.X === 'REJECTED') events.push({ kind: 'update', update: { ...at, kind: 'rejected' } });
        return [...events, { kind: 'update', update: { ...at, kind: 'closed', filledLots } }];
      }
      case 'FINISHED': {
        const filledLots = filledOf(textOf(order.aq), traded);
        if (filledLots === undefined) return events;
        return [...events, { kind: 'update', update: { ...at, kind: 'closed', filledLots } }];
      }
      default:
        return events;
    }
  }
}

const doubt = (why: string): UserEvent => ({ kind: 'doubt', why });

export const unpricedText = (asset: string): string =>
  `a fee was taken in ${cleanText(asset)}, whose price is not known: it counts as 0, and the balance differs by it`;

function accountMoved(reason: string): readonly UserEvent[] {
  if (EXPLAINED.includes(reason)) return [];
  return [doubt(`the account was changed from outside (${cleanText(reason) || 'no reason told'})`)];
}
