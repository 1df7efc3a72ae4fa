/** How requests and frames travel between us and the venue, so that tests can put a model in its place. */

export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/**
 * failed: there is no whole reply. `left` is false only when the request certainly never left this machine, for no
 * connection came about. `code` is that of the system or of TLS, such as `ECONNREFUSED`.
 */
export type HttpOutcome =
  | {
      readonly kind: 'reply';
      readonly status: number;
      /** Names in lower case. */
      readonly headers: Readonly<Record<string, string | undefined>>;
      readonly body: string;
    }
  | { readonly kind: 'failed'; readonly code: string; readonly left: boolean };

export interface SocketEvents {
  open(): void;
  message(text: string): void;
  /** The other side has answered a ping, or pinged by itself. */
  alive(): void;
  /** Once, whatever the end. */
  closed(why: string): void;
}

export interface SocketLink {
  send(text: string): void;
  ping(): void;
  /** At once, without a goodbye; {@link SocketEvents.closed} is not called for it. */
  terminate(): void;
}

export interface Wire {
  /** Sends once, follows no redirect, and calls `done` once. */
  http(request: HttpRequest, timeoutUs: number, done: (outcome: HttpOutcome) => void): void;
  socket(url: string, events: SocketEvents): SocketLink;
  /** Lets idle connections go. */
  close(): void;
}
