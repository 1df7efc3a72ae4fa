/** How a request is answered: by which market, by whom there, and what faults make of it on the way. */
import type { FaultPlan } from '../faults/fault-plan.ts';
import { interferenceOf, latencyOf } from '../faults/request-faults.ts';
import { publicReply } from '../market/public-rest.ts';
import { errorReply, jsonReply } from '../market/rest-reply.ts';
import type { Venue } from '../market/venue.ts';
import type { ExchangeMarket, ExchangeReply, ExchangeRequest } from '../model/port.ts';
import type { RequestLog } from './request-log.ts';

/** What goes back: an answer, a connection that breaks, or nothing at all. */
export type Outcome =
  | { readonly kind: 'reply'; readonly reply: ExchangeReply }
  | { readonly kind: 'reset' }
  | { readonly kind: 'silence' };

export class Answers {
  readonly #venues: ReadonlyMap<ExchangeMarket, Venue>;
  readonly #plan: FaultPlan;
  readonly #log: RequestLog;
  /** After every request that may have changed an account. */
  readonly #changed: () => void;

  constructor(venues: ReadonlyMap<ExchangeMarket, Venue>, plan: FaultPlan, log: RequestLog, changed: () => void) {
    this.#venues = venues;
    this.#plan = plan;
    this.#log = log;
    this.#changed = changed;
  }

  /** `done` is called once, at once where no fault makes it wait. `name` is what faults know the request by. */
  answer(request: ExchangeRequest, name: string, done: (outcome: Outcome) => void): void {
    const waitMs = latencyOf(this.#plan, name, 'before');
    if (waitMs > 0) setTimeout(() => this.#take(request, name, done), waitMs);
    else this.#take(request, name, done);
  }

  #take(request: ExchangeRequest, name: string, done: (outcome: Outcome) => void): void {
    const before = interferenceOf(this.#plan, name, 'before');
    if (before !== undefined) {
      this.#ban(before, request);
      this.#finish(request, name, before, done);
      return;
    }
    const venue = this.#venueOf(request.path);
    // The time it is now, after whatever it has waited for.
    const reply =
      venue === undefined ? this.#elsewhere(request) : this.#reply(venue, { ...request, atMs: venue.nowMs() });
    const after = interferenceOf(this.#plan, name, 'after') ?? { kind: 'reply', reply };
    const waitMs = latencyOf(this.#plan, name, 'after');
    if (waitMs > 0) setTimeout(() => this.#finish(request, name, after, done), waitMs);
    else this.#finish(request, name, after, done);
  }

  #reply(venue: Venue, request: ExchangeRequest): ExchangeReply {
    if (!venue.model.serves(request.method, request.path)) return publicReply(venue, request) ?? unknownPath(request);
    const reply = venue.request(request);
    if (request.method !== 'GET') this.#changed();
    return reply;
  }

  /** Of markets that are not here clients only learn that nothing is listed there. */
  #elsewhere(request: ExchangeRequest): ExchangeReply {
    if (!/^\/(?:api\/v3|[fd]api\/v1)\/exchangeInfo$/.test(request.path)) return unknownPath(request);
    const lists = { rateLimits: [], exchangeFilters: [], symbols: [] };
    return jsonReply(JSON.stringify({ timezone: 'UTC', serverTime: request.atMs, ...lists }));
  }

  #finish(request: ExchangeRequest, name: string, outcome: Outcome, done: (outcome: Outcome) => void): void {
    const isApi = !name.includes(' ');
    this.#log.add({
      atMs: request.atMs,
      method: isApi ? 'WS' : request.method,
      path: isApi ? name : request.path,
      query:
        request.body === '' ? request.query : [request.query, request.body].filter((part) => part !== '').join('&'),
      status: outcome.kind === 'reply' ? outcome.reply.status : 0,
    });
    done(outcome);
  }

  /** A 418 on demand lasts: the address stays banned. */
  #ban(outcome: Outcome, { remoteAddress, path }: ExchangeRequest): void {
    if (outcome.kind !== 'reply' || outcome.reply.status !== 418) return;
    const venue = this.#venueOf(path);
    const seconds = Number(outcome.reply.headers['retry-after'] ?? 1);
    venue?.model.limits.ban(remoteAddress, venue.nowMs() + seconds * 1_000);
  }

  #venueOf(path: string): Venue | undefined {
    if (path.startsWith('/fapi/')) return this.#venues.get('usdm');
    if (path.startsWith('/api/')) return this.#venues.get('spot');
    // The wallet is of both: where there is no spot market, the other answers for it.
    return path.startsWith('/sapi/') ? (this.#venues.get('spot') ?? this.#venues.get('usdm')) : undefined;
  }
}

function unknownPath({ method, path }: ExchangeRequest): ExchangeReply {
  return errorReply(-5000, `Path ${path.replace(/[^\w/.-]/g, '')}, Method ${method} is invalid`, 404);
}
