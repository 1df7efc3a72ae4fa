/** The way between a model venue and a feed in virtual time: connections that can fail, and messages that can suffer. */
import type { FeedSocket, HttpReply, Network, SocketEvents } from '../../../src/venues/network.ts';
import type { Schedule } from '../../../src/venues/schedule.ts';
import type { Chance, VirtualTime } from '../world/virtual-time.ts';
import { type Frame, ModelBook } from './model-market.ts';

const DEPTH_EVERY_US = 100_000;
const AWAY_EVERY_US = 1_000_000;
const LATENCY_US = 5_000;
const REST_LATENCY_US = 40_000;

/** What happens to one message on its way. `late` lets the next of its kind go first. */
export type Fate = 'arrives' | 'dropped' | 'twice' | 'late' | { readonly instead: string };

interface Connection {
  readonly streams: ReadonlySet<string>;
  readonly events: SocketEvents;
  /** How long a message takes. */
  readonly latencyUs: number;
  isOpen: boolean;
  /** Held back until the next one of the same instrument and kind has gone. */
  readonly held: Map<string, Uint8Array>;
}

export class ModelNetwork implements Network {
  readonly books: readonly ModelBook[];
  readonly schedule: Schedule;
  /** When connections were begun. */
  readonly connectsAtUs: number[] = [];
  /** Nobody answers: connections and requests fail. */
  isDown = false;
  /** Connections stand and pongs come, and nothing else. */
  isSilent = false;
  /** Of connections that are begun from now on. */
  latencyUs = LATENCY_US;
  /** Decides about one message; it is asked for each connection. */
  fateOf: (frame: Frame, connection: number) => Fate = () => 'arrives';
  /** Hears of each message that arrives, just before it does. */
  onArrival: (frame: Frame) => void = () => {};
  readonly #time: VirtualTime;
  readonly #connections: Connection[] = [];
  readonly #symbols: readonly string[];
  readonly #futures: boolean;

  constructor(time: VirtualTime, chance: Chance, symbols: readonly string[], market: 'spot' | 'linear') {
    this.#time = time;
    this.#symbols = symbols;
    this.#futures = market === 'linear';
    this.books = symbols.map((symbol, i) => new ModelBook(chance, i, symbol, this.#futures));
    this.schedule = {
      nowUs: () => time.nowUs,
      after: (delayUs, task) => {
        let called = false;
        time.after(delayUs, () => called || task());
        return () => {
          called = true;
        };
      },
    };
    for (const book of this.books) this.#plan(book, chance);
    this.#planDepth();
  }

  /** Every connection ends, as when a venue is restarted. */
  cut(): void {
    for (const connection of this.#connections) this.#close(connection, 'cut');
  }

  /** Connections that stand. */
  get standing(): number {
    return this.#connections.filter(({ isOpen }) => isOpen).length;
  }

  readonly open = (url: string, events: SocketEvents): FeedSocket => {
    this.connectsAtUs.push(this.#time.nowUs);
    const names = new URL(url).searchParams.get('streams')?.split('/') ?? [];
    const connection: Connection = {
      streams: new Set(names),
      events,
      latencyUs: this.latencyUs,
      isOpen: false,
      held: new Map(),
    };
    let dropped = false;
    this.#time.after(LATENCY_US * 2, () => {
      if (dropped) return;
      if (this.isDown) {
        events.closed('refused');
        return;
      }
      connection.isOpen = true;
      this.#connections.push(connection);
      events.opened();
    });
    return {
      ping: () => this.#time.after(LATENCY_US * 2, () => connection.isOpen && events.alive()),
      drop: () => {
        dropped = true;
        this.#forget(connection);
      },
    };
  };

  readonly get = (url: string, done: (reply: HttpReply | undefined) => void): (() => void) => {
    const symbol = new URL(url).searchParams.get('symbol') ?? '';
    const book = this.books[this.#symbols.indexOf(symbol)];
    let cancelled = false;
    this.#time.after(REST_LATENCY_US / 2, () => {
      const reply: HttpReply | undefined =
        this.isDown || book === undefined ? undefined : { status: 200, body: book.whole(), retryAfterUs: 0 };
      this.#time.after(REST_LATENCY_US / 2, () => cancelled || done(reply));
    });
    return () => {
      cancelled = true;
    };
  };

  /** Tells every connection something in words of its own. */
  announce(data: string): void {
    const bytes = Buffer.from(data);
    for (const connection of this.#connections) connection.events.frame(bytes);
  }

  /** Sends a message to everybody who listens to it. */
  send(frame: Frame): void {
    const suffix = { depth: 'depth@100ms', quote: 'bookTicker', trade: this.#futures ? 'aggTrade' : 'trade' };
    const name = `${this.#symbols[frame.instrument]!.toLowerCase()}@${suffix[frame.stream]}`;
    if (this.isSilent || this.isDown) return;
    for (const [i, connection] of [...this.#connections].entries()) {
      if (!connection.isOpen || !connection.streams.has(name)) continue;
      const fate = this.fateOf(frame, i);
      if (fate === 'dropped') continue;
      const data = typeof fate === 'object' ? fate.instead : frame.text;
      const bytes = Buffer.from(`{"stream":"${name}","data":${data}}`);
      this.#time.after(connection.latencyUs, () => this.#arrive(connection, name, { frame, bytes, fate }));
    }
  }

  #arrive(connection: Connection, name: string, told: { frame: Frame; bytes: Uint8Array; fate: Fate }): void {
    if (!connection.isOpen) return;
    if (told.fate === 'late') {
      connection.held.set(name, told.bytes);
      return;
    }
    this.onArrival(told.frame);
    connection.events.frame(told.bytes);
    if (told.fate === 'twice') connection.events.frame(told.bytes);
    const held = connection.held.get(name);
    connection.held.delete(name);
    if (held !== undefined && connection.isOpen) connection.events.frame(held);
  }

  #close(connection: Connection, why: string): void {
    if (!connection.isOpen) return;
    this.#forget(connection);
    connection.events.closed(why);
  }

  #forget(connection: Connection): void {
    connection.isOpen = false;
    const at = this.#connections.indexOf(connection);
    if (at >= 0) this.#connections.splice(at, 1);
  }

  #plan(book: ModelBook, chance: Chance): void {
    // Nobody could hear of it while the venue is away.
    this.#time.after(this.isDown ? AWAY_EVERY_US : chance.between(5_000, 70_000), () => {
      for (const frame of book.live(Math.floor(this.#time.nowUs / 1000))) this.send(frame);
      this.#plan(book, chance);
    });
  }

  #planDepth(): void {
    this.#time.after(this.isDown ? AWAY_EVERY_US : DEPTH_EVERY_US, () => {
      for (const book of this.books) {
        const frame = book.tell(Math.floor(this.#time.nowUs / 1000));
        if (frame !== undefined) this.send(frame);
      }
      this.#planDepth();
    });
  }
}
