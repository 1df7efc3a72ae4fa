/** What a client asks of a stream connection: SUBSCRIBE, UNSUBSCRIBE, LIST_SUBSCRIPTIONS and its properties. */
import { z } from 'zod';
import type { Topic } from '../market/topic.ts';
import type { Connection } from './connection.ts';

const requestSchema = z.object({
  method: z.string(),
  params: z.array(z.union([z.string(), z.boolean()])).optional(),
  id: z.union([z.int(), z.string().max(36), z.null()]).optional(),
});

export interface StreamSessionOptions {
  readonly connection: Connection;
  /** The stream of a name or listen key; undefined for one that never says anything. */
  readonly topicOf: (name: string) => Topic | undefined;
  readonly isCombined: boolean;
  readonly mostStreams: number;
}

export class StreamSession {
  readonly #options: StreamSessionOptions;
  readonly #streams = new Map<string, Topic | undefined>();
  #isCombined: boolean;

  constructor(options: StreamSessionOptions) {
    this.#options = options;
    this.#isCombined = options.isCombined;
  }

  subscribe(names: readonly string[]): void {
    for (const name of names) {
      if (this.#streams.has(name)) continue;
      if (this.#streams.size >= this.#options.mostStreams) {
        this.#options.connection.refuse('Too many streams');
        return;
      }
      const topic = this.#options.topicOf(name);
      this.#streams.set(name, topic);
      topic?.add(this.#options.connection, this.#isCombined);
    }
  }

  message(text: string): void {
    let raw: unknown;
    try {
      raw = JSON.parse(text);
    } catch {
      this.#refuse(3, 'Invalid JSON: expected value at line 1 column 1', null);
      return;
    }
    const parsed = requestSchema.safeParse(raw);
    if (!parsed.success) {
      this.#refuse(2, 'Invalid request: method, params and id are wanted', null);
      return;
    }
    const { method, params = [], id = null } = parsed.data;
    const names = params.filter((param) => typeof param === 'string');
    if (method === 'SUBSCRIBE') this.subscribe(names);
    else if (method === 'UNSUBSCRIBE') for (const name of names) this.#unsubscribe(name);
    else if (method === 'SET_PROPERTY') this.#combine(params[1] === true);
    else if (method !== 'LIST_SUBSCRIPTIONS' && method !== 'GET_PROPERTY') {
      this.#refuse(
        2,
        'Invalid request: unknown variant, expected one of SUBSCRIBE, UNSUBSCRIBE, LIST_SUBSCRIPTIONS',
        id,
      );
      return;
    }
    const result =
      method === 'LIST_SUBSCRIPTIONS' ? [...this.#streams.keys()] : method === 'GET_PROPERTY' ? this.#isCombined : null;
    this.#options.connection.answer(JSON.stringify({ result, id }));
  }

  close(): void {
    for (const topic of this.#streams.values()) topic?.remove(this.#options.connection);
    this.#streams.clear();
  }

  #unsubscribe(name: string): void {
    this.#streams.get(name)?.remove(this.#options.connection);
    this.#streams.delete(name);
  }

  #combine(isCombined: boolean): void {
    this.#isCombined = isCombined;
    for (const topic of this.#streams.values()) {
      topic?.remove(this.#options.connection);
      topic?.add(this.#options.connection, isCombined);
    }
  }

  #refuse(code: number, msg: string, id: string | number | null): void {
    this.#options.connection.answer(JSON.stringify({ error: { code, msg }, id }));
  }
}
