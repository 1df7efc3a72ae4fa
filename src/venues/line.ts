/**
 * One subscription kept alive: connects with growing pauses, watches for silence, and before a venue's limit of 24 hours
 * hands over to a second connection without losing a message.
 */
import { Backoff } from './backoff.ts';
import type { FeedSocket, OpenSocket } from './network.ts';
import type { Schedule } from './schedule.ts';
import { SlidingLimit } from './sliding-limit.ts';

const SECOND_US = 1_000_000;
const LEAST_PAUSE_US = 250_000;
const MOST_PAUSE_US = 30 * SECOND_US;
/** A connection that held for so long was a good one: the next pause is short again. */
const GOOD_AFTER_US = 30 * SECOND_US;
const CONNECT_US = 10 * SECOND_US;
const PING_EVERY_US = 5 * SECOND_US;
/** Neither a message nor a pong for so long: nobody is there. */
const DEAD_AFTER_US = 15 * SECOND_US;
const LOOK_EVERY_US = 250_000;
/** Venues end a connection after 24 h; the second one is opened before that, at a moment of its own for each. */
const RENEW_AFTER_US = (23 * 3600 + 1800) * SECOND_US;
const RENEW_SPREAD_US = 1200 * SECOND_US;
/** How long both connections are heard before the first one goes: more than one can lag behind the other. */
const OVERLAP_US = 3 * SECOND_US;
/** A second connection that says nothing for so long is no good, and another one is tried after a pause. */
const MOST_OVERLAP_US = 30 * SECOND_US;
const RENEW_AGAIN_US = 30 * SECOND_US;
/** A venue that says of every connection that it will end it does not use up what connections there may be. */
const MOST_RENEWALS = 10;
const RENEWALS_WINDOW_US = 300 * SECOND_US;
/** What the second connection said meanwhile. */
const MOST_HEARD_BYTES = 32 * 2 ** 20;

export interface LineEvents {
  /** A connection stands, and what comes from now on is whole. */
  opened(): void;
  frame(bytes: Uint8Array): void;
  /** What comes until the next {@link opened} is lost. */
  lost(why: string): void;
}

export interface LineOptions {
  readonly url: string;
  readonly open: OpenSocket;
  readonly schedule: Schedule;
  /** A number in [0, 1): clients that were cut off together must not come back together. */
  readonly unit: () => number;
  /** Of all lines to the venue. */
  readonly connects: SlidingLimit;
  readonly events: LineEvents;
}

interface Connection {
  readonly socket: FeedSocket;
  readonly startedAtUs: number;
  openedAtUs: number;
  aliveAtUs: number;
  pingedAtUs: number;
  /** What it said while another one counts. */
  heard: Uint8Array[];
  heardBytes: number;
  gone: boolean;
}

export class Line {
  /** Connections that were begun. */
  connects = 0;
  readonly #options: LineOptions;
  readonly #backoff = new Backoff(LEAST_PAUSE_US, MOST_PAUSE_US);
  readonly #renewals = new SlidingLimit(MOST_RENEWALS, RENEWALS_WINDOW_US);
  readonly #renewAfterUs: number;
  #current: Connection | undefined;
  #next: Connection | undefined;
  #retry: (() => void) | undefined;
  #look: (() => void) | undefined;
  #failed = false;
  #renewNotBeforeUs = 0;
  #stopped = false;

  constructor(options: LineOptions) {
    this.#options = options;
    this.#renewAfterUs = RENEW_AFTER_US - Math.floor(options.unit() * RENEW_SPREAD_US);
  }

  /** connecting: for the first time, or on the way back · down: the last try failed. */
  get state(): 'connecting' | 'open' | 'down' {
    if (this.#current !== undefined && this.#current.openedAtUs > 0) return 'open';
    return this.#failed ? 'down' : 'connecting';
  }

  start(): void {
    this.#connect();
    this.#watch();
  }

  stop(): void {
    this.#stopped = true;
    this.#retry?.();
    this.#look?.();
    for (const connection of [this.#current, this.#next]) if (connection !== undefined) this.#drop(connection);
    this.#current = undefined;
    this.#next = undefined;
  }

  /** Gives the connection up and makes another one. */
  restart(why: string): void {
    if (this.#current !== undefined && !this.#stopped) this.#lose(this.#current, why);
  }

  /** The venue is about to end this connection: another one is opened beside it now. */
  renew(): void {
    if (this.#next !== undefined || this.#stopped || this.#current === undefined) return;
    const { schedule, connects } = this.#options;
    const nowUs = schedule.nowUs();
    if (connects.waitUs(nowUs) > 0 || this.#renewals.waitUs(nowUs) > 0) return;
    this.#renewals.take(nowUs);
    this.#next = this.#open();
  }

  #connect(): void {
    this.#retry = undefined;
    const { schedule, connects } = this.#options;
    const waitUs = connects.waitUs(schedule.nowUs());
    if (waitUs > 0) this.#retry = schedule.after(waitUs, () => this.#connect());
    else this.#current = this.#open();
  }

  #open(): Connection {
    const { open, schedule, connects, url } = this.#options;
    const nowUs = schedule.nowUs();
    connects.take(nowUs);
    this.connects++;
    const held: { connection: Connection | undefined } = { connection: undefined };
    const socket = open(url, {
      opened: () => held.connection !== undefined && this.#opened(held.connection),
      frame: (bytes) => held.connection !== undefined && this.#frame(held.connection, bytes),
      alive: () => {
        if (held.connection !== undefined) held.connection.aliveAtUs = schedule.nowUs();
      },
      closed: (why) => held.connection !== undefined && this.#lose(held.connection, why),
    });
    held.connection = {
      socket,
      startedAtUs: nowUs,
      openedAtUs: 0,
      aliveAtUs: nowUs,
      pingedAtUs: nowUs,
      heard: [],
      heardBytes: 0,
      gone: false,
    };
    return held.connection;
  }

  #opened(connection: Connection): void {
    if (connection.gone) return;
    const nowUs = this.#options.schedule.nowUs();
    connection.openedAtUs = nowUs;
    connection.aliveAtUs = nowUs;
    if (connection !== this.#current) return;
    this.#failed = false;
    this.#options.events.opened();
  }

  #frame(connection: Connection, bytes: Uint8Array): void {
    if (connection.gone) return;
    connection.aliveAtUs = this.#options.schedule.nowUs();
    if (connection === this.#current) {
      this.#options.events.frame(bytes);
      return;
    }
    connection.heard.push(bytes);
    connection.heardBytes += bytes.byteLength;
    if (connection.heardBytes > MOST_HEARD_BYTES) this.#handOver();
  }

  #lose(connection: Connection, why: string): void {
    if (connection.gone) return;
    this.#drop(connection);
    if (connection === this.#next) {
      this.#next = undefined;
      this.#renewNotBeforeUs = this.#options.schedule.nowUs() + RENEW_AGAIN_US;
      return;
    }
    if (connection !== this.#current) return;
    // The second connection was there before this one went: what it has heard goes on from here.
    if (this.#next !== undefined && this.#next.openedAtUs > 0) {
      this.#handOver();
      return;
    }
    const { schedule, events, unit } = this.#options;
    const wasOpen = connection.openedAtUs > 0;
    if (wasOpen && schedule.nowUs() - connection.openedAtUs >= GOOD_AFTER_US) this.#backoff.reset();
    this.#current = this.#next;
    this.#next = undefined;
    this.#failed = true;
    if (this.#current === undefined) {
      const pauseUs = Math.ceil(this.#backoff.next() * (0.5 + unit() / 2));
      this.#retry = schedule.after(pauseUs, () => this.#connect());
    }
    if (wasOpen) events.lost(why);
  }

  /** The second connection counts from now on, with what it has said so far. */
  #handOver(): void {
    const next = this.#next;
    if (next === undefined) return;
    this.#next = undefined;
    if (this.#current !== undefined) this.#drop(this.#current);
    this.#current = next;
    const { heard } = next;
    next.heard = [];
    next.heardBytes = 0;
    for (const bytes of heard) if (this.#current === next) this.#options.events.frame(bytes);
  }

  #drop(connection: Connection): void {
    connection.gone = true;
    connection.socket.drop();
  }

  #watch(): void {
    const { schedule } = this.#options;
    this.#look = schedule.after(LOOK_EVERY_US, () => {
      const nowUs = schedule.nowUs();
      if (this.#next !== undefined) this.#lookAt(this.#next, nowUs);
      if (this.#current !== undefined) this.#lookAt(this.#current, nowUs);
      this.#lookAtAges(nowUs);
      if (!this.#stopped) this.#watch();
    });
  }

  #lookAt(connection: Connection, nowUs: number): void {
    if (connection.openedAtUs === 0) {
      if (nowUs - connection.startedAtUs > CONNECT_US) this.#lose(connection, 'no connection in 10 s');
      return;
    }
    if (nowUs - connection.aliveAtUs > DEAD_AFTER_US) {
      this.#lose(connection, 'no sign of life for 15 s');
      return;
    }
    if (nowUs - connection.pingedAtUs < PING_EVERY_US) return;
    connection.pingedAtUs = nowUs;
    connection.socket.ping();
  }

  #lookAtAges(nowUs: number): void {
    const current = this.#current;
    if (current === undefined || current.openedAtUs === 0) return;
    const next = this.#next;
    if (next === undefined) {
      if (nowUs - current.openedAtUs > this.#renewAfterUs && nowUs >= this.#renewNotBeforeUs) this.renew();
      return;
    }
    if (next.openedAtUs === 0) return;
    const bothForUs = nowUs - next.openedAtUs;
    if (bothForUs >= OVERLAP_US && next.heard.length > 0) this.#handOver();
    else if (bothForUs >= MOST_OVERLAP_US) this.#lose(next, 'nothing comes over it');
  }
}
