/** What can be set about the doors of the exchange; the defaults are the venue's. */

export interface ServerSettings {
  /** How often the server pings, and after how long without a pong it ends a connection. */
  readonly pingEveryMs: number;
  readonly pongWithinMs: number;
  /** Connections end after this, however alive they are. */
  readonly connectionMs: number;
  /** Messages that a client may send in a second, by market; one that sends more is cut off. */
  readonly messagesPerSecond: { readonly spot: number; readonly usdm: number };
  readonly streamsPerConnection: number;
}

export const VENUE_SETTINGS: ServerSettings = {
  pingEveryMs: 180_000,
  pongWithinMs: 600_000,
  connectionMs: 86_400_000,
  messagesPerSecond: { spot: 5, usdm: 10 },
  streamsPerConnection: 1_024,
};
