/** A market as a venue has it: books that move at random and never cross, told in Binance's own frames, and what was true when. */
import type { VenueInstrument } from '../../../src/venues/venue-instrument.ts';
import { linearSpec, spotSpec } from '../../fixtures/engine-session.ts';
import type { Chance } from '../world/virtual-time.ts';

/** Levels on each side that are told in whole books; the market reaches no farther. */
const REACH = 40;
/** Levels of the best that are remembered as true. */
export const TRUE_LEVELS = 5;

export type Frame = {
  readonly stream: 'depth' | 'quote' | 'trade';
  readonly instrument: number;
  readonly text: string;
};

const RULES: VenueInstrument['rules'] = {
  price: { least: '0.1', most: '1000000', step: '0.1' },
  quantity: { least: '0.001', most: '1000', step: '0.001' },
  marketQuantity: { least: '0.001', most: '1000', step: '0.001' },
  minNotional: '5',
  minNotionalForMarket: false,
  priceBand: undefined,
};

export function modelInstruments(market: 'spot' | 'linear', count: number): VenueInstrument[] {
  return Array.from({ length: count }, (_, i) => {
    const base = ['BTC', 'ETH', 'SOL'][i % 3]!;
    const spec = market === 'spot' ? spotSpec(`${base}/USDT`) : linearSpec(`${base}/USDT:USDT`);
    return { spec: { ...spec, venueSymbol: `${base}USDT` }, rules: RULES, trading: true };
  });
}

const price = (ticks: number): string => (ticks / 10).toFixed(1);
const quantity = (lots: number): string => (lots / 1000).toFixed(3);

/** One instrument. */
export class ModelBook {
  updateId = 1000;
  tradeId = 1;
  /** Levels as they were at an update that was told: best five of each side. */
  readonly truths = new Map<number, string>();
  readonly #chance: Chance;
  readonly #symbol: string;
  readonly #instrument: number;
  readonly #futures: boolean;
  readonly #sides = [new Map<number, number>(), new Map<number, number>()] as const;
  readonly #changed = [new Set<number>(), new Set<number>()] as const;
  #middle = 100_000;
  #firstId = 0;
  #lastTold: number;

  constructor(chance: Chance, instrument: number, symbol: string, futures: boolean) {
    this.#chance = chance;
    this.#instrument = instrument;
    this.#symbol = symbol;
    this.#futures = futures;
    for (let i = 1; i <= REACH; i++) {
      this.#sides[0].set(this.#middle - i, chance.between(1, 5_000));
      this.#sides[1].set(this.#middle + i, chance.between(1, 5_000));
    }
    this.#lastTold = this.updateId;
  }

  best(side: 0 | 1): number {
    const prices = [...this.#sides[side].keys()];
    return side === 0 ? Math.max(...prices) : Math.min(...prices);
  }

  /** The best levels of both sides, as {@link truths} has them. */
  levels(): string {
    return ([0, 1] as const)
      .map((side) =>
        [...this.#sides[side]]
          .sort(([a], [b]) => (side === 0 ? b - a : a - b))
          .slice(0, TRUE_LEVELS)
          .map((level) => level.join('x'))
          .join(' '),
      )
      .join(' | ');
  }

  /** Something happens. @returns what is told of it at once. */
  live(atMs: number): Frame[] {
    const chance = this.#chance;
    const before = this.#quoteOf();
    this.updateId += chance.between(1, 3);
    this.#firstId ||= this.updateId;
    if (chance.is(0.3)) this.#move(chance.is(0.5) ? 1 : -1);
    else this.#set(chance.is(0.5) ? 0 : 1, chance.between(1, 12), chance.between(1, 5_000));
    const frames: Frame[] = [];
    if (this.#quoteOf() !== before) frames.push(this.#quote(atMs));
    if (chance.is(0.3)) frames.push(this.#trade(atMs));
    return frames;
  }

  /** The changes since the last time, if any; what is true then is kept. */
  tell(atMs: number): Frame | undefined {
    if (this.#firstId === 0) return undefined;
    const [bids, asks] = ([0, 1] as const).map((side) =>
      [...this.#changed[side]].map((ticks) => `["${price(ticks)}","${quantity(this.#sides[side].get(ticks) ?? 0)}"]`),
    );
    const times = this.#futures ? `"E":${atMs},"T":${atMs}` : `"E":${atMs}`;
    // On futures the first id says little; what counts is the last one of the event before.
    const ids = `"U":${this.#firstIdOf()},"u":${this.updateId}${this.#futures ? `,"pu":${this.#lastTold}` : ''}`;
    const text = `{"e":"depthUpdate",${times},"s":"${this.#symbol}",${ids},"b":[${bids}],"a":[${asks}]}`;
    this.#lastTold = this.updateId;
    this.#firstId = 0;
    for (const side of this.#changed) side.clear();
    this.truths.set(this.updateId, this.levels());
    return { stream: 'depth', instrument: this.#instrument, text };
  }

  /** The whole book, as a request gets it. */
  whole(): string {
    this.truths.set(this.updateId, this.levels());
    const [bids, asks] = ([0, 1] as const).map((side) =>
      [...this.#sides[side]]
        .sort(([a], [b]) => (side === 0 ? b - a : a - b))
        .map(([ticks, lots]) => `["${price(ticks)}","${quantity(lots)}"]`),
    );
    return `{"lastUpdateId":${this.updateId},"bids":[${bids}],"asks":[${asks}]}`;
  }

  /** Spot events chain by first and last; there are ids in between that changed nothing. */
  #firstIdOf(): number {
    return this.#futures ? this.#firstId : this.#lastTold + 1;
  }

  #set(side: 0 | 1, distance: number, lots: number): void {
    const ticks = this.#middle + (side === 0 ? -distance : distance);
    if (distance > 1 && this.#chance.is(0.2)) this.#sides[side].delete(ticks);
    else this.#sides[side].set(ticks, lots);
    this.#changed[side].add(ticks);
  }

  /** The middle goes on by a tick: what stood there is gone, and there is a new best on the other side. */
  #move(by: 1 | -1): void {
    const [gone, come] = by > 0 ? ([1, 0] as const) : ([0, 1] as const);
    this.#middle += by;
    this.#sides[gone].delete(this.#middle);
    this.#changed[gone].add(this.#middle);
    this.#set(come, 1, this.#chance.between(1, 5_000));
    if (!this.#sides[gone].has(this.#middle + by)) this.#set(gone, 1, this.#chance.between(1, 5_000));
    const far = this.#middle + by * REACH;
    this.#sides[gone].set(far, this.#chance.between(1, 5_000));
    this.#changed[gone].add(far);
    const left = this.#middle - by * (REACH + 1);
    if (this.#sides[come].delete(left)) this.#changed[come].add(left);
  }

  #quoteOf(): string {
    return ([0, 1] as const)
      .map((side) => {
        const ticks = this.best(side);
        const [at, much] = side === 0 ? ['b', 'B'] : ['a', 'A'];
        return `"${at}":"${price(ticks)}","${much}":"${quantity(this.#sides[side].get(ticks)!)}"`;
      })
      .join(',');
  }

  #quote(atMs: number): Frame {
    const times = this.#futures ? `,"T":${atMs},"E":${atMs}` : '';
    const event = this.#futures ? '"e":"bookTicker",' : '';
    const text = `{${event}"u":${this.updateId},"s":"${this.#symbol}",${this.#quoteOf()}${times}}`;
    return { stream: 'quote', instrument: this.#instrument, text };
  }

  #trade(atMs: number): Frame {
    const sold = this.#chance.is(0.5);
    const ticks = this.best(sold ? 0 : 1);
    const id = this.tradeId++;
    const of = `"p":"${price(ticks)}","q":"${quantity(this.#chance.between(1, 900))}"`;
    const text = this.#futures
      ? `{"e":"aggTrade","E":${atMs},"a":${id},"s":"${this.#symbol}",${of},"f":${id},"l":${id},"T":${atMs},"m":${sold}}`
      : `{"e":"trade","E":${atMs},"s":"${this.#symbol}","t":${id},${of},"T":${atMs},"m":${sold},"M":true}`;
    return { stream: 'trade', instrument: this.#instrument, text };
  }
}
