/** Names of the signal producers, the gates and the states of a book: what stages share. */

export const PRODUCERS = [
  'rsi',
  'momentum',
  'ofi',
  'energy',
  'vacuum',
  'gaussian',
  'social',
  'whale',
  'funding',
] as const;
export type ProducerName = (typeof PRODUCERS)[number];
export const PRODUCER_COUNT = PRODUCERS.length;

/** The pre-trade gates, in the order in which they are asked. */
export const GATES = [
  'halted',
  'venue-ready',
  'tradable',
  'data-fresh',
  'book-whole',
  'price-known',
  'volatility-known',
  'short-allowed',
  'no-duplicate',
  'cooldown',
  'order-rate',
  'max-positions',
  'spread',
  'collar',
  'stop-not-reached',
  'reward',
  'order-size',
  'position-size',
  'leverage',
  'min-notional',
] as const;
export type GateName = (typeof GATES)[number];

export const BOOK_STATES = ['none', 'synced', 'gap'] as const;
/** none: no snapshot yet, quotes are used · synced: whole and continuous · gap: an update is missing. */
export type BookState = (typeof BOOK_STATES)[number];
