/** Who hears of an account: streams by listen key, and subscriptions of the WebSocket API. */

import { Topic } from '../market/topic.ts';
import type { UserEvents } from '../market/venue.ts';
import type { ExchangeMarket } from '../model/port.ts';
import type { Connection } from './connection.ts';

interface KeyStream {
  readonly accountId: string;
  readonly topic: Topic;
}

interface ApiSubscription {
  readonly accountId: string;
  readonly connection: Connection;
  readonly id: number;
}

export class Users implements UserEvents {
  readonly #market: ExchangeMarket;
  readonly #byKey = new Map<string, KeyStream>();
  readonly #subscriptions = new Set<ApiSubscription>();

  constructor(market: ExchangeMarket) {
    this.#market = market;
  }

  /** Listen keys that a stream was opened for. */
  get listenKeys(): string[] {
    return [...this.#byKey.keys()];
  }

  /** The stream of a listen key of an account. */
  topic(listenKey: string, accountId: string): Topic {
    const known = this.#byKey.get(listenKey);
    if (known !== undefined) return known.topic;
    const topic = new Topic(listenKey, 'user');
    this.#byKey.set(listenKey, { accountId, topic });
    return topic;
  }

  subscribe(connection: Connection, accountId: string, id: number): void {
    this.#subscriptions.add({ accountId, connection, id });
  }

  /** Ends one subscription of a connection, or all. */
  unsubscribe(connection: Connection, id?: number): void {
    for (const subscription of this.#subscriptions)
      if (subscription.connection === connection && (id === undefined || subscription.id === id))
        this.#subscriptions.delete(subscription);
  }

  userEvent(accountId: string, payload: Readonly<Record<string, unknown>>): void {
    const text = JSON.stringify(payload);
    const faultName = `user@${this.#market}:${String(payload.e)}`;
    for (const stream of this.#byKey.values())
      if (stream.accountId === accountId) stream.topic.publish(text, faultName);
    for (const subscription of this.#subscriptions)
      if (subscription.accountId === accountId) tell(subscription, faultName, text);
  }

  /** Tells who listens by this key that it has expired. */
  expire(listenKey: string, nowMs: number): void {
    const text = JSON.stringify({ e: 'listenKeyExpired', E: nowMs, listenKey });
    this.#byKey.get(listenKey)?.topic.publish(text, `user@${this.#market}:listenKeyExpired`);
  }

  listenKeyGone(listenKey: string): void {
    this.#byKey.delete(listenKey);
  }

  /** Ends the subscriptions of the WebSocket API, as the venue does when it ends a stream by itself. */
  terminate(nowMs: number): void {
    const text = JSON.stringify({ e: 'eventStreamTerminated', E: nowMs });
    for (const subscription of this.#subscriptions) tell(subscription, `user@${this.#market}:terminated`, text);
    this.#subscriptions.clear();
  }
}

function tell({ connection, id }: ApiSubscription, faultName: string, event: string): void {
  connection.frame(faultName, 'user', Buffer.from(`{"subscriptionId":${id},"event":${event}}`));
}
