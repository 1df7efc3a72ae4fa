/** The first pass over a file: what is in it, how fine its numbers are, and which lines are bad. */
import type { InstrumentKind } from '../../engine/domain/index.ts';
import type { ClockSample } from './calibrate.ts';
import { decimalsOf } from './decimals.ts';
import type { BarEvent, DepthEvent, EventHandler, MarketEvent } from './market-event.ts';
import type { BadLine } from './types.ts';

const REPORTED_BAD_LINES = 10;
const MOST_IGNORED_KINDS = 40;

/** Bad lines of a file: all counted, the first ones kept. */
export class BadLines {
  count = 0;
  readonly #first: BadLine[] = [];

  add(line: number, reason: string): void {
    this.count++;
    const last = this.#first[REPORTED_BAD_LINES - 1];
    if (last !== undefined && line >= last.line) return;
    const at = this.#first.findIndex((bad) => bad.line > line);
    this.#first.splice(at < 0 ? this.#first.length : at, 0, { line, reason });
    if (this.#first.length > REPORTED_BAD_LINES) this.#first.pop();
  }

  get first(): readonly BadLine[] {
    return this.#first;
  }
}

/** Counts by kind, with an end to the number of kinds. */
export class KindCounts {
  readonly #counts = new Map<string, number>();

  add(kind: string): void {
    const known = this.#counts.get(kind);
    if (known !== undefined) this.#counts.set(kind, known + 1);
    else if (this.#counts.size < MOST_IGNORED_KINDS) this.#counts.set(kind, 1);
    else this.#counts.set('other', (this.#counts.get('other') ?? 0) + 1);
  }

  toRecord(): Record<string, number> {
    return Object.fromEntries([...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

/** Lowest and highest of the numbers seen. */
export class Span {
  low = Number.POSITIVE_INFINITY;
  high = Number.NEGATIVE_INFINITY;

  add(low: number, high = low): void {
    if (low < this.low) this.low = low;
    if (high > this.high) this.high = high;
  }

  get empty(): boolean {
    return this.low > this.high;
  }

  /** Whether the two have more than an end in common; numbers that count things (`touching`) not even that. */
  overlaps(other: Span, touching: boolean): boolean {
    const low = Math.max(this.low, other.low);
    const high = Math.min(this.high, other.high);
    return touching ? low <= high : low < high;
  }
}

/** Open times of the bars of one symbol in one file, with the lines they stand on. */
export class BarTimes {
  openUs = new Float64Array(256);
  lines = new Uint32Array(256);
  count = 0;
  ascending = true;
  /** Length of a bar, where the records tell it. */
  intervalUs: number | undefined;

  add(bar: BarEvent): void {
    if (this.count === this.openUs.length) this.#grow();
    if (this.count > 0 && bar.openUs < this.openUs[this.count - 1]!) this.ascending = false;
    this.intervalUs ??= bar.intervalUs;
    this.openUs[this.count] = bar.openUs;
    this.lines[this.count++] = bar.line;
  }

  #grow(): void {
    const openUs = new Float64Array(this.count * 2);
    const lines = new Uint32Array(this.count * 2);
    openUs.set(this.openUs);
    lines.set(this.lines);
    this.openUs = openUs;
    this.lines = lines;
  }
}

/** What one file holds of one symbol. */
export class SymbolSurvey {
  readonly firstLine: number;
  readonly markets = new Set<InstrumentKind>();
  priceDecimals = 0;
  quantityDecimals = 0;
  readonly trades = new Span();
  readonly aggregates = new Span();
  readonly depth = new Span();
  readonly quoteTimes = new Span();
  snapshots = 0;
  readonly bars = new BarTimes();

  constructor(firstLine: number) {
    this.firstLine = firstLine;
  }

  price(text: string): void {
    const decimals = decimalsOf(text);
    if (decimals > this.priceDecimals) this.priceDecimals = decimals;
  }

  quantity(text: string): void {
    const decimals = decimalsOf(text);
    if (decimals > this.quantityDecimals) this.quantityDecimals = decimals;
  }

  levels(flat: readonly string[]): void {
    for (let i = 0; i < flat.length; i += 2) {
      this.price(flat[i]!);
      this.quantity(flat[i + 1]!);
    }
  }

  /** Takes over what another survey found. */
  absorb(other: SymbolSurvey): void {
    for (const market of other.markets) this.markets.add(market);
    this.priceDecimals = Math.max(this.priceDecimals, other.priceDecimals);
    this.quantityDecimals = Math.max(this.quantityDecimals, other.quantityDecimals);
    this.snapshots += other.snapshots;
  }
}

/** What one file holds. */
export class FileSurvey implements EventHandler {
  readonly badLines = new BadLines();
  readonly ignored = new KindCounts();
  readonly symbols = new Map<string, SymbolSurvey>();
  /** Symbols of readings, each with the line it first stands on. */
  readonly readings = new Map<string, number>();
  /** Times as recorded, before calibration. */
  readonly times = new Span();
  events = 0;
  bars = 0;
  /** Price levels in snapshots and differences. */
  levels = 0;
  readonly #clock: ClockSample;

  constructor(clock: ClockSample) {
    this.#clock = clock;
  }

  bad(line: number, reason: string): void {
    this.badLines.add(line, reason);
  }

  ignore(kind: string): void {
    this.ignored.add(kind);
  }

  event(event: MarketEvent): void {
    this.events++;
    this.times.add(event.receivedUs);
    if (event.recorded && event.eventUs !== undefined) this.#clock.add(event.eventUs - event.receivedUs);
    if (event.kind === 'reading') {
      if (!this.readings.has(event.symbol)) this.readings.set(event.symbol, event.line);
      return;
    }
    let symbol = this.symbols.get(event.symbol);
    if (symbol === undefined) {
      symbol = new SymbolSurvey(event.line);
      this.symbols.set(event.symbol, symbol);
    }
    if (event.market !== undefined) symbol.markets.add(event.market);
    switch (event.kind) {
      case 'trade':
        symbol.price(event.price);
        symbol.quantity(event.quantity);
        (event.aggregate ? symbol.aggregates : symbol.trades).add(event.tradeId);
        return;
      case 'quote':
        symbol.price(event.bidPrice);
        symbol.price(event.askPrice);
        symbol.quantity(event.bidQuantity);
        symbol.quantity(event.askQuantity);
        symbol.quoteTimes.add(event.receivedUs);
        return;
      case 'depth':
      case 'snapshot':
        this.#depth(symbol, event);
        return;
      case 'bar':
        this.#bar(symbol, event);
        return;
    }
  }

  #depth(symbol: SymbolSurvey, event: DepthEvent): void {
    this.levels += (event.bids.length + event.asks.length) / 2;
    symbol.levels(event.bids);
    symbol.levels(event.asks);
    if (event.kind === 'snapshot') symbol.snapshots++;
    else symbol.depth.add(event.firstUpdateId, event.lastUpdateId);
  }

  #bar(symbol: SymbolSurvey, event: BarEvent): void {
    symbol.price(event.open);
    symbol.price(event.high);
    symbol.price(event.low);
    symbol.price(event.close);
    symbol.quantity(event.volume);
    symbol.bars.add(event);
    this.bars++;
  }
}
