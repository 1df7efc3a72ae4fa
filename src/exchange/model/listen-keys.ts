/** Keys of user streams: one for each account, good for an hour from the last time it was asked for or kept alive. */
import type { Core } from './core.ts';
import { FIXED } from './errors.ts';

const LIFE_MS = 60 * 60_000;

export class ListenKeys {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  /** The one there is, with its hour begun anew, or a new one. */
  open(accountId: string): string {
    const { listenKeys } = this.#core.state;
    for (const known of listenKeys.values()) {
      if (known.accountId !== accountId) continue;
      known.untilMs = this.#core.nowMs + LIFE_MS;
      return known.key;
    }
    const key = this.#core.randomName(64);
    listenKeys.set(key, { key, accountId, untilMs: this.#core.nowMs + LIFE_MS });
    return key;
  }

  /** Undefined names the account's only one, as USD-M does. */
  keepAlive(accountId: string, key: string | undefined): string {
    const found = this.#find(accountId, key);
    found.untilMs = this.#core.nowMs + LIFE_MS;
    return found.key;
  }

  close(accountId: string, key: string | undefined): void {
    this.drop(this.#find(accountId, key).key);
  }

  drop(key: string): void {
    const known = this.#core.state.listenKeys.get(key);
    if (known === undefined) return;
    this.#core.state.listenKeys.delete(key);
    this.#core.listenKeyGone(known.accountId, key);
  }

  accountOf(key: string): string | undefined {
    const known = this.#core.state.listenKeys.get(key);
    return known === undefined || known.untilMs <= this.#core.nowMs ? undefined : known.accountId;
  }

  tick(): void {
    for (const { key, accountId, untilMs } of [...this.#core.state.listenKeys.values()]) {
      if (untilMs > this.#core.nowMs) continue;
      this.#core.tell(accountId, { e: 'listenKeyExpired', E: this.#core.nowMs, listenKey: key });
      this.drop(key);
    }
  }

  #find(accountId: string, key: string | undefined) {
    for (const known of this.#core.state.listenKeys.values()) {
      const isIt = known.accountId === accountId && (key === undefined || known.key === key);
      if (isIt && known.untilMs > this.#core.nowMs) return known;
    }
    throw FIXED.noListenKey();
  }
}
