/** Answers of the public REST endpoints, and how their parameters are read. */
import type { ExchangeReply } from '../model/port.ts';
import { microsecondsOf } from '../model/times.ts';
import type { Listing } from './listing.ts';
import type { Venue } from './venue.ts';

const JSON_HEADERS = { 'content-type': 'application/json;charset=UTF-8' };

/** Refuses a request in the venue's words. */
export class VenueError extends Error {
  readonly code: number;
  readonly status: number;

  constructor(code: number, msg: string, status = 400) {
    super(msg);
    this.code = code;
    this.status = status;
  }
}

export function jsonReply(body: string, status = 200): ExchangeReply {
  return { status, headers: JSON_HEADERS, body };
}

export function errorReply(code: number, msg: string, status = 400): ExchangeReply {
  return jsonReply(JSON.stringify({ code, msg }), status);
}

/** The parameters of one request. */
export class Parameters {
  readonly #values: URLSearchParams;
  readonly #venue: Venue;

  constructor(query: string, venue: Venue) {
    this.#values = new URLSearchParams(query);
    this.#venue = venue;
  }

  text(name: string): string | undefined {
    const value = this.#values.get(name);
    return value === null ? undefined : value;
  }

  /** The symbol that is asked for; it must be there. */
  listing(name = 'symbol'): Listing {
    return this.listingOr(name) ?? missing(name);
  }

  listingOr(name = 'symbol'): Listing | undefined {
    const symbol = this.text(name);
    return symbol === undefined ? undefined : this.#find(symbol);
  }

  /** One symbol, the list of `symbols`, or all; `isOne` tells which form the answer has. */
  listings(): { readonly listings: readonly Listing[]; readonly isOne: boolean } {
    const one = this.listingOr();
    const list = this.text('symbols');
    if (one !== undefined && list !== undefined)
      throw new VenueError(-1128, 'Combination of optional parameters invalid.');
    if (one !== undefined) return { listings: [one], isOne: true };
    if (list === undefined) return { listings: [...this.#venue.listings.values()], isOne: false };
    return { listings: symbolsOf(list).map((symbol) => this.#find(symbol)), isOne: false };
  }

  /** Between bounds; beyond `most` it is `most`. */
  limit(standard: number, most: number, least = 1): number {
    const value = this.whole('limit') ?? standard;
    if (value < least) throw new VenueError(-1130, "Data sent for parameter 'limit' is not valid.");
    return Math.min(value, most);
  }

  /** Milliseconds between which something is asked for; on spot they may be given in microseconds. */
  between(): { readonly startMs?: number; readonly endMs?: number } {
    const isFine = this.#venue.market === 'spot';
    const [start, end] = [this.whole('startTime'), this.whole('endTime')];
    return {
      ...(start !== undefined && { startMs: Math.ceil(microsecondsOf(start, isFine) / 1_000) }),
      ...(end !== undefined && { endMs: Math.floor(microsecondsOf(end, isFine) / 1_000) }),
    };
  }

  whole(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (!/^\d{1,20}$/.test(text))
      throw new VenueError(-1100, `Illegal characters found in parameter '${name}'; legal range is '^[0-9]{1,20}$'.`);
    const number = Number(text);
    if (!Number.isSafeInteger(number)) throw new VenueError(-1108, `Parameter '${name}' overflowed.`);
    return number;
  }

  #find(symbol: string): Listing {
    return this.#venue.listings.get(symbol) ?? refuseSymbol();
  }
}

export function missing(name: string): never {
  throw new VenueError(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);
}

function refuseSymbol(): never {
  throw new VenueError(-1121, 'Invalid symbol.');
}

function symbolsOf(text: string): string[] {
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list) && list.length > 0 && list.every((one) => typeof one === 'string')) return list;
  } catch {
    // Told below, like every text that is no list of symbols.
  }
  throw new VenueError(-1100, "Illegal characters found in parameter 'symbols'.");
}
