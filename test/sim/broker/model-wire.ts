/**
 * The wire between the broker adapter and the model of the exchange, in virtual time: requests and frames travel, get
 * lost, come late, twice and out of order, as a test says.
 */
import type { HttpOutcome, HttpRequest, SocketEvents, SocketLink, Wire } from '../../../src/brokers/binance/wire.ts';
import type { ExchangeModel, ExchangeReply } from '../../../src/exchange/model/port.ts';
import type { Chance, VirtualTime } from '../world/virtual-time.ts';

/** What becomes of a request. `done`: the venue carries it out, whatever is heard of it. */
export type RequestFault =
  | { readonly kind: 'no-route' }
  | { readonly kind: 'no-reply' | 'reset'; readonly done: boolean }
  | { readonly kind: 'reply'; readonly done: boolean; readonly reply: ExchangeReply };

export interface SentRequest {
  readonly atUs: number;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: string;
}

const ADDRESS = '127.0.0.1';

export class ModelWire implements Wire {
  /** Every request that left, in order. */
  readonly sent: SentRequest[] = [];
  /** Replies and frames as they went over the wire. */
  readonly heard: string[] = [];
  /** What the venue's clock is ahead of ours. */
  skewMs = 0;
  /** What the venue's answer to the question for its time is wrong by. */
  clockLieMs = 0;
  /** Decides about each request when it leaves. */
  onRequest: (request: SentRequest) => RequestFault | undefined = () => undefined;
  /** Delays of the copies of a frame, µs; none when it is lost. */
  onFrame: (text: string) => readonly number[] = () => [this.travelUs()];
  /** User streams say nothing, while pings are answered. */
  isMute = false;
  /** Pings are not answered either. */
  isDeaf = false;
  /** Sockets cannot be opened. */
  refusesSockets = false;
  connects: number[] = [];
  readonly #model: ExchangeModel;
  readonly #time: VirtualTime;
  readonly #chance: Chance;
  readonly #links = new Set<ModelLink>();

  constructor(model: ExchangeModel, time: VirtualTime, chance: Chance) {
    this.#model = model;
    this.#time = time;
    this.#chance = chance;
  }

  get venueMs(): number {
    return Math.floor(this.#time.nowUs / 1000) + this.skewMs;
  }

  travelUs(): number {
    return this.#chance.between(1_000, 20_000);
  }

  requests(method: string, path: string): readonly SentRequest[] {
    return this.sent.filter((each) => each.method === method && each.path === path);
  }

  /** To be given to the model as what it tells of accounts. */
  tell(payload: Readonly<Record<string, unknown>>): void {
    const isSpot = this.#model.market === 'spot';
    const text = JSON.stringify(isSpot ? { subscriptionId: 0, event: payload } : payload);
    for (const link of this.#links) {
      if (!link.isListening || this.isMute) continue;
      for (const delayUs of this.onFrame(text)) this.#time.after(delayUs, () => link.frame(text));
    }
  }

  /** Ends every connection. */
  cut(): void {
    for (const link of [...this.#links]) link.end('cut');
  }

  http(request: HttpRequest, timeoutUs: number, done: (outcome: HttpOutcome) => void): void {
    const url = new URL(request.url);
    const { method, headers, body = '' } = request;
    const sent = { atUs: this.#time.nowUs, method, path: url.pathname, query: url.search.slice(1), body };
    this.sent.push(sent);
    const fault = this.onRequest(sent);
    const fail = (code: string, afterUs: number, left = true): void =>
      this.#time.after(afterUs, () => done({ kind: 'failed', code, left }));
    if (fault?.kind === 'no-route') {
      fail('ECONNREFUSED', 300, false);
      return;
    }
    const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    this.#time.after(this.travelUs(), () => {
      const isDone = fault === undefined || fault.done;
      const reply = isDone ? this.#answer(sent, lower) : undefined;
      if (fault?.kind === 'no-reply') fail('ETIMEDOUT', timeoutUs);
      else if (fault?.kind === 'reset') fail('ECONNRESET', this.travelUs());
      else if (fault?.kind === 'reply') this.#reply(fault.reply, done);
      else if (reply !== undefined) this.#reply(reply, done);
    });
  }

  socket(url: string, events: SocketEvents): SocketLink {
    this.connects.push(this.#time.nowUs);
    const link = new ModelLink(url, events, this, this.#model, this.#time);
    this.#links.add(link);
    link.onEnd = () => this.#links.delete(link);
    const { refusesSockets } = this;
    this.#time.after(this.travelUs(), () => (refusesSockets ? link.end('refused') : link.open()));
    return link;
  }

  close(): void {
    this.#links.clear();
  }

  #reply(reply: ExchangeReply, done: (outcome: HttpOutcome) => void): void {
    const headers = Object.fromEntries(
      Object.entries(reply.headers).map(([name, value]) => [name.toLowerCase(), value]),
    );
    this.#time.after(this.travelUs(), () => {
      this.heard.push(reply.body);
      done({ kind: 'reply', status: reply.status, headers, body: reply.body });
    });
  }

  #answer(sent: SentRequest, headers: Readonly<Record<string, string>>): ExchangeReply {
    const { method, path, query, body } = sent;
    const atMs = this.venueMs;
    const model = this.#model;
    if (model.serves(method, path)) {
      return model.request({ method: method as 'GET', path, query, body, headers, remoteAddress: ADDRESS, atMs });
    }
    const verdict = model.limits.take(ADDRESS, 1, atMs);
    return verdict.passed ? { status: 200, headers: verdict.headers, body: this.#public(path, query) } : verdict.reply;
  }

  /** What the server answers by itself. */
  #public(path: string, query: string): string {
    const symbol = new URLSearchParams(query).get('symbol') ?? '';
    if (path.endsWith('/time')) return JSON.stringify({ serverTime: this.venueMs + this.clockLieMs });
    if (path.endsWith('/exchangeInfo')) return JSON.stringify(this.#model.exchangeInfo(this.venueMs));
    const best = symbol === 'BNBUSDT' ? undefined : this.#model.levels(symbol, 'ask', 1)[0];
    const price = best === undefined ? '600.0' : (best.priceTicks / 10).toFixed(1);
    return JSON.stringify({ symbol, price, markPrice: price });
  }
}

class ModelLink implements SocketLink {
  isListening = false;
  onEnd: () => void = () => {};
  readonly #url: string;
  readonly #events: SocketEvents;
  readonly #wire: ModelWire;
  readonly #model: ExchangeModel;
  readonly #time: VirtualTime;
  #isOver = false;

  constructor(url: string, events: SocketEvents, wire: ModelWire, model: ExchangeModel, time: VirtualTime) {
    this.#url = url;
    this.#events = events;
    this.#wire = wire;
    this.#model = model;
    this.#time = time;
  }

  open(): void {
    if (this.#isOver) return;
    const key = new URL(this.#url).searchParams.get('listenKey');
    this.isListening = key !== null && this.#model.accountOfListenKey(key) !== undefined;
    if (key !== null && !this.isListening) this.end('401');
    else this.#events.open();
  }

  frame(text: string): void {
    if (this.#isOver) return;
    this.#wire.heard.push(text);
    this.#events.message(text);
  }

  send(text: string): void {
    const { id, params } = JSON.parse(text) as { id: string; params: Record<string, string | number> };
    const texts = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)]));
    this.#time.after(this.#wire.travelUs(), () => {
      const verdict = this.#model.logon(texts, ADDRESS, this.#wire.venueMs);
      this.isListening = 'accountId' in verdict;
      const answer = 'error' in verdict ? { id, ...verdict } : { id, status: 200, result: { subscriptionId: 0 } };
      this.#time.after(this.#wire.travelUs(), () => this.frame(JSON.stringify(answer)));
    });
  }

  ping(): void {
    if (this.#wire.isDeaf) return;
    this.#time.after(2 * this.#wire.travelUs(), () => {
      if (!this.#isOver) this.#events.alive();
    });
  }

  terminate(): void {
    this.#isOver = true;
    this.isListening = false;
    this.onEnd();
  }

  end(why: string): void {
    if (this.#isOver) return;
    this.terminate();
    this.#events.closed(why);
  }
}
