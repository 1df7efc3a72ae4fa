/**
 * Keeps the user stream open: a connection with its key or subscription, renewed in time, given up when nothing is heard
 * through it, and made again with growing pauses. Whatever may have been missed is told, so that the account is compared.
 */

import { Backoff } from '../../venues/backoff.ts';
import type { Schedule } from '../../venues/schedule.ts';
import type { SocketLink, Wire } from './wire.ts';

/** How one venue's stream is opened and kept. */
export interface StreamAccess {
  /** Finds out where to connect; a text for the log when it cannot be had now. */
  address(found: (url: string | undefined, why: string) => void): void;
  /** What is to be sent when the connection stands; undefined where the address alone opens the stream. */
  subscription(): string | undefined;
  /** Whether a frame answers the subscription: true it stands, false it was refused, undefined it is something else. */
  subscribed(text: string): boolean | undefined;
  /** Prolongs the right to listen; `done(false)` when it is lost. Undefined where nothing runs out. */
  readonly prolong: ((done: (kept: boolean) => void) => void) | undefined;
}

export interface StreamEvents {
  frame(text: string): void;
  /** The stream stands again after it did not. */
  restored(why: string): void;
  notice(level: 'info' | 'warn' | 'error', text: string): void;
}

export interface UserStreamOptions {
  readonly schedule: Schedule;
  readonly wire: Wire;
  readonly access: StreamAccess;
  readonly events: StreamEvents;
  /** 0–1: so that not everybody comes back at once. */
  readonly random: () => number;
}

const SECOND_US = 1_000_000;
const CONNECT_WITHIN_US = 15 * SECOND_US;
const PING_EVERY_US = 5 * SECOND_US;
/** A ping that is not answered and nothing else heard for this long: the connection is dead. */
const SILENT_AFTER_US = 12 * SECOND_US;
const PROLONG_EVERY_US = 30 * 60 * SECOND_US;
const PROLONG_AGAIN_US = 60 * SECOND_US;
/** The venue cuts every connection off after 24 hours. */
const RENEW_AFTER_US = 23 * 3600 * SECOND_US;
/** A connection that lasted this long was a good one: the next pause is the shortest. */
const PROVEN_AFTER_US = 60 * SECOND_US;
const NEVER = Number.POSITIVE_INFINITY;

export class UserStream {
  readonly #options: UserStreamOptions;
  readonly #pauses = new Backoff(SECOND_US, 30 * SECOND_US);
  #link: SocketLink | undefined;
  /** Of the try under way: what belongs to an earlier one is not heard. */
  #try = 0;
  #isLive = false;
  #isOver = false;
  #wasLive = false;
  #why = '';
  #heardAtUs = 0;
  #liveSinceUs = 0;
  #openBeforeUs = NEVER;
  #nextTryUs = NEVER;
  #nextPingUs = NEVER;
  #nextProlongUs = NEVER;

  constructor(options: UserStreamOptions) {
    this.#options = options;
  }

  get #nowUs(): number {
    return this.#options.schedule.nowUs();
  }

  /** It stands, and has been heard of within the time that a ping takes. */
  get isHeard(): boolean {
    return this.#isLive && this.#nowUs - this.#heardAtUs < SILENT_AFTER_US;
  }

  /** Since when it stands, in our time; undefined while it does not. */
  get liveSinceUs(): number | undefined {
    return this.#isLive ? this.#liveSinceUs : undefined;
  }

  /** What ended the last connection or try. */
  get lastEnd(): string {
    return this.#why;
  }

  open(): void {
    this.#connect();
  }

  close(): void {
    this.#isOver = true;
    this.#drop();
  }

  /** Gives the connection up and makes another: it stands, and yet something did not come through it. */
  renew(why: string): void {
    if (this.#isOver || !this.#isLive) return;
    this.#lost(why);
  }

  /** Does what is due by now. */
  tick(): void {
    if (this.#isOver) return;
    const nowUs = this.#nowUs;
    if (nowUs >= this.#nextTryUs) this.#connect();
    else if (nowUs >= this.#openBeforeUs) this.#lost('no answer');
    if (!this.#isLive) return;
    if (nowUs - this.#heardAtUs >= SILENT_AFTER_US) this.#lost('nothing was heard of it');
    else if (nowUs - this.#liveSinceUs >= RENEW_AFTER_US) this.#lost('it has been open for 23 hours');
    else {
      if (nowUs >= this.#nextPingUs) this.#ping();
      if (nowUs >= this.#nextProlongUs) this.#prolong();
    }
  }

  #connect(): void {
    const mine = ++this.#try;
    this.#nextTryUs = NEVER;
    this.#openBeforeUs = this.#nowUs + CONNECT_WITHIN_US;
    const { access, wire } = this.#options;
    const current = (): boolean => mine === this.#try && !this.#isOver;
    access.address((url, why) => {
      if (!current()) return;
      if (url === undefined) {
        this.#lost(why);
        return;
      }
      this.#link = wire.socket(url, {
        open: () => {
          if (!current()) return;
          const subscription = access.subscription();
          if (subscription === undefined) this.#live();
          else this.#link?.send(subscription);
        },
        message: (text) => {
          if (current()) this.#message(text);
        },
        alive: () => {
          if (current()) this.#heardAtUs = this.#nowUs;
        },
        closed: (reason) => {
          if (current()) this.#lost(reason);
        },
      });
    });
  }

  #message(text: string): void {
    this.#heardAtUs = this.#nowUs;
    if (!this.#isLive) {
      const subscribed = this.#options.access.subscribed(text);
      if (subscribed === true) this.#live();
      else if (subscribed === false) this.#lost('the venue refuses the subscription');
      return;
    }
    this.#options.events.frame(text);
  }

  #live(): void {
    const nowUs = this.#nowUs;
    this.#isLive = true;
    this.#openBeforeUs = NEVER;
    this.#heardAtUs = nowUs;
    this.#liveSinceUs = nowUs;
    this.#nextPingUs = nowUs + PING_EVERY_US;
    this.#nextProlongUs = this.#options.access.prolong === undefined ? NEVER : nowUs + PROLONG_EVERY_US;
    if (this.#wasLive) this.#options.events.restored(`the user stream was away: ${this.#why}`);
    this.#wasLive = true;
  }

  #ping(): void {
    this.#nextPingUs = this.#nowUs + PING_EVERY_US;
    this.#link?.ping();
  }

  #prolong(): void {
    const mine = this.#try;
    this.#nextProlongUs = this.#nowUs + PROLONG_AGAIN_US;
    this.#options.access.prolong?.((kept) => {
      if (mine !== this.#try || this.#isOver) return;
      if (kept) this.#nextProlongUs = this.#nowUs + PROLONG_EVERY_US;
      else this.#lost('its key has expired');
    });
  }

  /** Gives up what there is of a connection and plans the next. */
  #lost(why: string): void {
    const nowUs = this.#nowUs;
    this.#why = why;
    if (this.#isLive) {
      this.#options.events.notice('warn', `user stream: ${why}; connecting again`);
      if (nowUs - this.#liveSinceUs >= PROVEN_AFTER_US) this.#pauses.reset();
    }
    this.#drop();
    const pauseUs = this.#pauses.next();
    this.#nextTryUs = nowUs + Math.round(pauseUs * (0.75 + this.#options.random() / 2));
  }

  #drop(): void {
    this.#try++;
    this.#isLive = false;
    this.#openBeforeUs = NEVER;
    this.#nextTryUs = NEVER;
    this.#link?.terminate();
    this.#link = undefined;
  }
}
