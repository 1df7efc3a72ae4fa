/** Sockets and requests as a feed needs them: the real ones are thin, and tests put their own in their place. */

/** What one connection tells. After {@link SocketEvents.closed}, and after `drop`, it tells nothing more. */
export interface SocketEvents {
  opened(): void;
  /** One message, as its bytes; they are not written to afterwards. */
  frame(bytes: Uint8Array): void;
  /** A ping or pong of the other side. */
  alive(): void;
  closed(why: string): void;
}

export interface FeedSocket {
  ping(): void;
  /** Ends it at once, without a goodbye. */
  drop(): void;
}

export type OpenSocket = (url: string, events: SocketEvents) => FeedSocket;

export interface HttpReply {
  readonly status: number;
  readonly body: string;
  /** What `Retry-After` asks for, else 0. */
  readonly retryAfterUs: number;
}

/** Asks once. `done` hears the reply, or undefined when there was none; not after the returned function was called. */
export type HttpGet = (url: string, done: (reply: HttpReply | undefined) => void) => () => void;

export interface Network {
  readonly open: OpenSocket;
  readonly get: HttpGet;
}
