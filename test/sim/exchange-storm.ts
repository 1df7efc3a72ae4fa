/**
 * The loopback exchange under faults drawn from a seed, with a client that trades all the while: whatever a client was
 * told holds afterwards, nothing is lost or done twice, and once the faults are gone the books join again.
 */
import { nextBelow, seedPrng } from '../../engine/kernel/prng.ts';
import type { FaultSpec } from '../../src/exchange/faults/fault-spec.ts';
import { startExchange, type TestExchange } from '../fixtures/exchange.ts';
import { ask } from '../fixtures/exchange-requests.ts';
import { openSocket } from '../fixtures/socket-client.ts';

const REQUESTS = 24;
const AT_ONCE = 6;
const PATIENCE_MS = 150;
const SYMBOL = 'BTCUSDT';

const FAULTS: readonly FaultSpec[] = [
  { kind: 'latency', ms: 20, jitter: 20, probability: 0.5 },
  { kind: 'latency', ms: 30, jitter: 30, when: 'after', probability: 0.5 },
  { kind: 'no-reply', probability: 0.2 },
  { kind: 'reset', probability: 0.2 },
  { kind: 'reset', when: 'after', probability: 0.2 },
  { kind: '503', probability: 0.2 },
  { kind: '504', when: 'after', probability: 0.2 },
  { kind: '-1007', when: 'after', probability: 0.2 },
  { kind: '429', probability: 0.2 },
  { kind: '-1021', probability: 0.2 },
  { kind: 'frame-latency', ms: 10, jitter: 10 },
  { kind: 'drop', probability: 0.2 },
  { kind: 'duplicate', probability: 0.2 },
  { kind: 'reorder', probability: 0.2 },
  { kind: 'corrupt-book', probability: 0.2 },
  { kind: 'silent' },
  { kind: 'cut' },
  { kind: 'down', for: 60 },
  { kind: 'clock', ms: 700 },
  { kind: 'listen-key-expiry' },
];

/** What the client knows of an order that it has sent. */
type Known = 'accepted' | 'refused' | 'unknown';

export interface StormOutcome {
  readonly struck: number;
  readonly accepted: number;
  readonly refused: number;
  readonly unknown: number;
  /** What does not hold, in words. */
  readonly faults: readonly string[];
}

/** `planted` stays in force when the others are gone: a fault that a client cannot tell from a broken exchange. */
export async function exchangeStorm(
  seed: number,
  rounds: number,
  ...planted: readonly FaultSpec[]
): Promise<StormOutcome> {
  const random = new Int32Array(4);
  seedPrng(random, seed);
  const limits = { weightPerMinute: 1_000_000, ordersPer10s: 10_000 };
  const exchange = await startExchange({ symbols: ['BTC/USDT'], seed, rate: 300, historyMs: 2_000, limits });
  try {
    const known = new Map<string, Known>();
    for (let round = 0; round < rounds; round++) {
      const drawn = Array.from({ length: 1 + nextBelow(random, 4) }, () => FAULTS[nextBelow(random, FAULTS.length)]!);
      exchange.setFaults(...drawn, ...planted);
      const socket = await openSocket(`${exchange.ws('spot')}/ws/btcusdt@depth@100ms`).catch(() => undefined);
      await trade(exchange, known, round, random);
      socket?.close();
    }
    exchange.setFaults(...planted);
    await untilBack(exchange);
    const faults = [...(await ordersOf(exchange, known)), ...(await bookOf(exchange)), ...booksOf(exchange)];
    const count = (what: Known): number => [...known.values()].filter((one) => one === what).length;
    const struck = Object.values(exchange.fired).reduce((sum, times) => sum + times, 0);
    return { struck, accepted: count('accepted'), refused: count('refused'), unknown: count('unknown'), faults };
  } finally {
    await exchange.stop();
  }
}

async function trade(exchange: TestExchange, known: Map<string, Known>, round: number, random: Int32Array) {
  const names = Array.from({ length: REQUESTS }, (_, i) => ({
    name: `r${round}-${i}`,
    isMarket: nextBelow(random, 3) === 0,
  }));
  for (let i = 0; i < names.length; i += AT_ONCE) {
    await Promise.all(
      names.slice(i, i + AT_ONCE).map(async ({ name, isMarket }) => {
        known.set(name, await place(exchange, name, isMarket));
      }),
    );
  }
}

async function place(exchange: TestExchange, newClientOrderId: string, isMarket: boolean): Promise<Known> {
  const limit = { type: 'LIMIT', timeInForce: 'GTC', price: '50000.00' };
  const order = {
    symbol: SYMBOL,
    side: 'BUY',
    quantity: '0.001',
    newClientOrderId,
    ...(isMarket ? { type: 'MARKET' } : limit),
  };
  try {
    const { status, body } = await ask(exchange, 'POST', '/api/v3/order', order, PATIENCE_MS);
    if (status === 200) return 'accepted';
    // A time-out of the venue says itself that nobody knows.
    return status >= 500 || body.code === -1007 ? 'unknown' : 'refused';
  } catch {
    return 'unknown';
  }
}

async function untilBack(exchange: TestExchange): Promise<void> {
  for (let i = 0; i < 100; i++) {
    const isBack = await fetch(`${exchange.url}/api/v3/ping`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isBack) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('the exchange does not come back');
}

/** What was told to the client holds; what is there was sent, and once. */
async function ordersOf(exchange: TestExchange, known: ReadonlyMap<string, Known>): Promise<string[]> {
  const { body } = await ask(exchange, 'GET', '/api/v3/allOrders', { symbol: SYMBOL, limit: 1_000 });
  const names: string[] = body.map(({ clientOrderId }: { clientOrderId: string }) => clientOrderId);
  const there = new Set(names);
  const faults = names.length === there.size ? [] : ['an order is there twice'];
  for (const name of there) if (!known.has(name)) faults.push(`${name} was never sent`);
  for (const [name, what] of known) {
    if (what === 'accepted' && !there.has(name)) faults.push(`${name} was accepted and is not there`);
    if (what === 'refused' && there.has(name)) faults.push(`${name} was refused and is there`);
  }
  return faults;
}

/** With the faults gone, a new client's changes join on. */
async function bookOf(exchange: TestExchange): Promise<string[]> {
  type Event = { readonly U: number; readonly u: number };
  const socket = await openSocket(`${exchange.ws('spot')}/ws/btcusdt@depth@100ms`);
  const events = socket.messages as readonly Event[];
  for (let i = 0; i < 250 && events.length < 8; i++) await new Promise((resolve) => setTimeout(resolve, 20));
  socket.close();
  if (events.length < 3) return ['the book’s stream stays silent'];
  return events.some(({ U }, i) => i > 0 && U !== events[i - 1]!.u + 1) ? ['changes of the book do not join on'] : [];
}

/** What the public side shows is what the model has. */
function booksOf(exchange: TestExchange): string[] {
  const venue = exchange.exchange.venue('spot');
  const { book } = venue.listings.get(SYMBOL)!;
  return (['bid', 'ask'] as const)
    .filter(
      (side) => JSON.stringify(book.levels(side, 5_000)) !== JSON.stringify(venue.model.levels(SYMBOL, side, 5_000)),
    )
    .map((side) => `the published ${side} side is not the model's`);
}
