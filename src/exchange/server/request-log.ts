/** The requests that came in, for tests to look at: how many of each kind, and the latest of them. */

export interface LoggedRequest {
  readonly atMs: number;
  readonly method: string;
  /** Path, or the method of the WebSocket API. */
  readonly path: string;
  /** Parameters as they came, without the signature. */
  readonly query: string;
  /** 0 when no answer went out. */
  readonly status: number;
}

const KEPT = 10_000;
/** Whoever asks for ever new paths is counted as one. */
const MOST_NAMES = 500;

export class RequestLog {
  #entries: LoggedRequest[] = [];
  readonly #counts = new Map<string, number>();

  add(entry: LoggedRequest): void {
    this.#entries.push({ ...entry, query: entry.query.replace(/&?signature=[^&]*/, '') });
    if (this.#entries.length > 2 * KEPT) this.#entries = this.#entries.slice(-KEPT);
    const name = `${entry.method} ${entry.path}`;
    const counted = this.#counts.has(name) || this.#counts.size < MOST_NAMES ? name : 'others';
    this.#counts.set(counted, (this.#counts.get(counted) ?? 0) + 1);
  }

  /** The latest requests whose `METHOD path` holds this text, oldest first. */
  of(text = ''): readonly LoggedRequest[] {
    return this.#entries.filter(({ method, path }) => `${method} ${path}`.includes(text));
  }

  /** How often `METHOD path` came, from the beginning. */
  count(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  get counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}
