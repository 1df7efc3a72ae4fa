/** Whoever follows the venue's rules — snapshot, then changes that join on — has the book that the venue has. */
import { describe, expect, it } from 'vitest';
import type { ExchangeMarket } from '../../../../src/exchange/model/port.ts';
import { type CaughtFrame, VenueRig } from '../../../fixtures/exchange-venue.ts';

type Level = readonly [price: string, quantity: string];

interface DepthEvent {
  readonly U: number;
  readonly u: number;
  readonly pu?: number;
  readonly b: readonly Level[];
  readonly a: readonly Level[];
}

interface Snapshot {
  readonly lastUpdateId: number;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

/** A client's book, kept by the rules of the documentation. */
class ClientBook {
  readonly bids = new Map<string, string>();
  readonly asks = new Map<string, string>();
  updateId: number;
  #isFirst = true;

  constructor({ lastUpdateId, bids, asks }: Snapshot) {
    this.updateId = lastUpdateId;
    for (const [price, quantity] of bids) this.bids.set(price, quantity);
    for (const [price, quantity] of asks) this.asks.set(price, quantity);
  }

  /** Throws when the event does not join on. */
  take(event: DepthEvent): void {
    if (event.u <= this.updateId) return;
    const joins = this.#isFirst
      ? event.U <= this.updateId + 1
      : event.pu === undefined
        ? event.U === this.updateId + 1
        : event.pu === this.updateId;
    if (!joins) throw new Error(`gap between ${this.updateId} and ${event.U}`);
    this.#isFirst = false;
    this.updateId = event.u;
    for (const [side, levels] of [
      [this.bids, event.b],
      [this.asks, event.a],
    ] as const)
      for (const [price, quantity] of levels) {
        if (Number(quantity) === 0) side.delete(price);
        else side.set(price, quantity);
      }
  }

  sides(): Array<Array<readonly [string, string]>> {
    const sorted = (side: Map<string, string>) => [...side].sort(([a], [b]) => Number(a) - Number(b));
    return [sorted(this.bids), sorted(this.asks)];
  }
}

const eventsOf = (frames: readonly CaughtFrame[]) => frames.map(({ payload }) => payload as DepthEvent);

function snapshotOf(rig: VenueRig, market: ExchangeMarket): Snapshot {
  return JSON.parse(rig.get(market, '/depth?symbol=BTCUSDT&limit=1000').body);
}

describe.each([
  ['spot', 'btcusdt@depth'],
  ['spot', 'btcusdt@depth@100ms'],
  ['usdm', 'btcusdt@depth'],
  ['usdm', 'btcusdt@depth@0ms'],
  ['usdm', 'btcusdt@depth@100ms'],
  ['usdm', 'btcusdt@depth@500ms'],
] as const)('%s %s', (market, stream) => {
  it('gives the book of the venue, whenever the snapshot was taken', () => {
    const rig = new VenueRig();
    const frames = rig.listen(market, stream);
    rig.run(1_730);
    const book = new ClientBook(snapshotOf(rig, market));
    rig.run(3_000);
    for (const event of eventsOf(frames)) book.take(event);
    // Changes since the last event are told with the next one.
    const late = frames.length;
    rig.run(1_000);
    for (const event of eventsOf(frames.slice(late))) book.take(event);
    expect(frames.length).toBeGreaterThan(3);
    const now = snapshotOf(rig, market);
    if (book.updateId === now.lastUpdateId) expect(book.sides()).toEqual(new ClientBook(now).sides());
    else expect(stream).not.toContain('@0ms');
    expect(book.updateId).toBeGreaterThan(now.lastUpdateId - 200);
  });

  it('is broken by an event that is left out', () => {
    const rig = new VenueRig();
    const book = new ClientBook(snapshotOf(rig, market));
    const frames = rig.listen(market, stream);
    rig.run(4_000);
    const events = eventsOf(frames);
    events.splice(1, 1);
    expect(() => {
      for (const event of events) book.take(event);
    }).toThrow('gap');
  });
});

describe('a book after all changes were told', () => {
  it.each(['spot', 'usdm'] as const)('is the same on %s', (market) => {
    const rig = new VenueRig();
    const frames = rig.listen(market, 'btcusdt@depth@100ms');
    const book = new ClientBook(snapshotOf(rig, market));
    rig.run(2_000);
    // The moment of an event: the snapshot then is what it leads to.
    const before = frames.length;
    for (let i = 0; i < 40 && frames.length === before; i++) rig.run(50);
    const now = snapshotOf(rig, market);
    for (const event of eventsOf(frames)) book.take(event);
    expect(book.updateId).toBe(now.lastUpdateId);
    expect(book.sides()).toEqual(new ClientBook(now).sides());
  });
});
