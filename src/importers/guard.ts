/** Checks that hold for every format: clocks near one another, time and ids going forward, quotes not crossed. */
import { comparable, isZero } from './decimals.ts';
import type { DepthEvent, EventHandler, MarketEvent, QuoteEvent, TradeEvent } from './market-event.ts';
import { grouped, quote, spoken } from './text.ts';

const HOUR_US = 3_600_000_000;
/** A receive time farther than this from the venue's is no latency and no wrong clock: the line is wrong. */
const LARGEST_CLOCK_DISTANCE_US = HOUR_US;
/** Lines of one file may be this much out of order; what is farther back is wrong. */
const LARGEST_STEP_BACK_US = 5_000_000;

/** Lets events through that can be true, and reports the others as bad lines. One for each file and pass. */
export class EventGuard implements EventHandler {
  readonly #next: EventHandler;
  readonly #knowsSymbol: (symbol: string) => boolean;
  readonly #known = new Set(['']);
  readonly #tradeIds = new Map<string, number>();
  readonly #aggregateIds = new Map<string, number>();
  readonly #depthIds = new Map<string, number>();
  #latestUs = 0;

  constructor(next: EventHandler, knowsSymbol: (symbol: string) => boolean) {
    this.#next = next;
    this.#knowsSymbol = knowsSymbol;
  }

  event(event: MarketEvent): void {
    if (event.kind === 'quote' && (isZero(event.bidPrice) || isZero(event.askPrice))) {
      this.#next.ignore('one-sided quote');
      return;
    }
    const fault = this.#symbolFault(event.symbol) ?? clockFault(event) ?? this.#fault(event);
    if (fault === undefined) this.#next.event(event);
    else this.#next.bad(event.line, fault);
  }

  bad(line: number, reason: string): void {
    this.#next.bad(line, reason);
  }

  ignore(kind: string): void {
    this.#next.ignore(kind);
  }

  #symbolFault(symbol: string): string | undefined {
    if (this.#known.has(symbol)) return undefined;
    if (this.#knowsSymbol(symbol)) {
      this.#known.add(symbol);
      return undefined;
    }
    return `base and quote of the symbol ${quote(symbol)} are not known; give --instruments`;
  }

  #fault(event: MarketEvent): string | undefined {
    if (event.kind === 'bar') return undefined;
    const back = this.#latestUs - event.receivedUs;
    if (back > LARGEST_STEP_BACK_US) return `goes back in time by ${spoken(back)}`;
    const fault =
      event.kind === 'trade'
        ? this.#tradeFault(event)
        : event.kind === 'quote'
          ? quoteFault(event)
          : event.kind === 'reading'
            ? undefined
            : this.#depthFault(event);
    if (fault === undefined) this.#latestUs = Math.max(this.#latestUs, event.receivedUs);
    return fault;
  }

  #tradeFault(event: TradeEvent): string | undefined {
    const ids = event.aggregate ? this.#aggregateIds : this.#tradeIds;
    const last = ids.get(event.symbol);
    if (last !== undefined && event.tradeId <= last) {
      return event.tradeId === last ? `trade id ${last} a second time` : `trade id ${event.tradeId} after ${last}`;
    }
    ids.set(event.symbol, event.tradeId);
    return undefined;
  }

  #depthFault(event: DepthEvent): string | undefined {
    if (event.kind === 'snapshot') return undefined;
    const last = this.#depthIds.get(event.symbol);
    if (last !== undefined && event.lastUpdateId <= last) {
      return `depth update ${grouped(event.lastUpdateId)} after ${grouped(last)}`;
    }
    this.#depthIds.set(event.symbol, event.lastUpdateId);
    return undefined;
  }
}

function clockFault(event: MarketEvent): string | undefined {
  if (!event.recorded) return undefined;
  return (
    distanceFault(event.receivedUs, event.eventUs, 'event') ?? distanceFault(event.receivedUs, event.venueUs, 'venue')
  );
}

function distanceFault(receivedUs: number, venueUs: number | undefined, what: string): string | undefined {
  const distance = venueUs === undefined ? 0 : receivedUs - venueUs;
  if (Math.abs(distance) <= LARGEST_CLOCK_DISTANCE_US) return undefined;
  return `received ${spoken(distance)} ${distance > 0 ? 'after' : 'before'} its ${what} time`;
}

function quoteFault(event: QuoteEvent): string | undefined {
  const prices = comparable([event.bidPrice, event.askPrice]);
  if (prices === undefined) return 'a price of the quote is too large';
  const [bid = 0, ask = 0] = prices;
  return bid > ask ? `bid ${event.bidPrice} is above ask ${event.askPrice}` : undefined;
}
