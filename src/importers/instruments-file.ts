/** Reads a file of instruments: exchangeInfo of Binance, markets of ccxt, or our own specifications. */
import { readFile, stat } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { type InstrumentKind, type InstrumentSpec, parseGrid, parseMoney } from '../../engine/domain/index.ts';
import { instrumentsSchema } from '../../logs/index.ts';
import { DecimalReader } from './decimals.ts';
import { asImportError } from './file-stream.ts';
import { ImportError } from './import-error.ts';
import { unifiedName } from './symbols.ts';
import { displayName, quote, readSymbol } from './text.ts';

const LARGEST_FILE = 64 * 2 ** 20;

const Filter = z.object({
  filterType: z.string(),
  tickSize: z.string().optional(),
  stepSize: z.string().optional(),
  minNotional: z.string().optional(),
  notional: z.string().optional(),
});

const BinanceSymbol = z.object({
  symbol: z.string(),
  baseAsset: z.string(),
  quoteAsset: z.string(),
  marginAsset: z.string().optional(),
  contractType: z.string().optional(),
  filters: z.array(Filter),
});

const ExchangeInfo = z.object({ symbols: z.array(BinanceSymbol) });

const Size = z.union([z.number(), z.string()]).nullish();

const CcxtMarket = z.object({
  id: z.string(),
  symbol: z.string(),
  base: z.string(),
  quote: z.string(),
  linear: z.boolean().nullish(),
  inverse: z.boolean().nullish(),
  precision: z.object({ amount: Size, price: Size }),
  limits: z.object({ cost: z.object({ min: Size }).nullish() }).nullish(),
  info: z.object({ filters: z.array(Filter).optional().catch(undefined) }).nullish(),
});

const CcxtMarkets = z.record(z.string(), CcxtMarket);

type Filters = readonly z.infer<typeof Filter>[];

/** Instruments by venue symbol. Their sizes are checked when one is taken. */
export class InstrumentBook {
  readonly name: string;
  readonly #specs = new Map<string, InstrumentSpec[]>();

  constructor(name: string, specs: readonly InstrumentSpec[]) {
    this.name = name;
    for (const spec of specs) {
      const known = this.#specs.get(spec.venueSymbol);
      if (known === undefined) this.#specs.set(spec.venueSymbol, [spec]);
      else known.push(spec);
    }
  }

  has(venueSymbol: string): boolean {
    return this.#specs.has(venueSymbol);
  }

  /** The one kind under which the symbol is listed, or undefined. */
  onlyKind(venueSymbol: string): InstrumentKind | undefined {
    const specs = this.#specs.get(venueSymbol) ?? [];
    return specs.length === 1 ? specs[0]?.kind : undefined;
  }

  /** The one venue of all listed instruments, or undefined. */
  onlyVenue(): string | undefined {
    const venues = new Set([...this.#specs.values()].flat().map((spec) => spec.venue));
    return venues.size === 1 ? [...venues][0] : undefined;
  }

  /** The instrument, or undefined when it is not listed. Refuses sizes that are no sizes. */
  find(venueSymbol: string, kind: InstrumentKind): InstrumentSpec | undefined {
    const spec = this.#specs.get(venueSymbol)?.find((candidate) => candidate.kind === kind);
    if (spec === undefined) return undefined;
    const sizes = parseGrid(spec.tickSize) !== undefined && parseGrid(spec.lotSize) !== undefined;
    if (!sizes || parseMoney(spec.minNotional) === undefined) {
      throw new ImportError(this.name, undefined, `tick, lot or least notional of ${quote(venueSymbol)} is no size`);
    }
    return spec;
  }
}

/** Loads the file; refuses it when it is none of the three kinds. */
export async function loadInstruments(path: string): Promise<InstrumentBook> {
  const name = displayName(path);
  const value = await readJson(path, name);
  const info = ExchangeInfo.safeParse(value);
  if (info.success) return book(name, info.data.symbols.map(fromBinance));
  const specs = instrumentsSchema.safeParse(value);
  if (specs.success) return book(name, specs.data);
  const markets = Array.isArray(value) ? z.array(CcxtMarket).safeParse(value) : CcxtMarkets.safeParse(value);
  if (markets.success) return book(name, Object.values(markets.data).map(fromCcxt));
  throw new ImportError(
    name,
    undefined,
    'is no exchangeInfo of Binance, no markets of ccxt and no list of instruments',
  );
}

async function readJson(path: string, name: string): Promise<unknown> {
  try {
    const { size } = await stat(path);
    if (size > LARGEST_FILE) throw new ImportError(name, undefined, 'is larger than 64 MiB: no list of instruments');
    const stored = await readFile(path);
    const gzip = stored[0] === 0x1f && stored[1] === 0x8b;
    const bytes = gzip ? gunzipSync(stored, { maxOutputLength: LARGEST_FILE }) : stored;
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw new ImportError(name, undefined, 'is no JSON');
    throw asImportError(name, error);
  }
}

/** Leaves out what cannot be named: an instrument whose symbol has signs that no symbol has. */
function book(name: string, specs: readonly InstrumentSpec[]): InstrumentBook {
  const usable = specs.filter((spec) => {
    const texts = [spec.symbol, spec.venueSymbol, spec.base, spec.quote];
    return texts.every((text) => readSymbol(text) === text) && /^[a-z0-9-]{1,30}$/.test(spec.venue);
  });
  if (usable.length === 0) throw new ImportError(name, undefined, 'lists no instrument whose symbol reads');
  return new InstrumentBook(name, usable);
}

function fromBinance(entry: z.infer<typeof BinanceSymbol>): InstrumentSpec {
  const { symbol, baseAsset: base, quoteAsset: quoteCurrency, marginAsset, contractType, filters } = entry;
  const contract = contractType !== undefined || marginAsset !== undefined;
  const kind = !contract ? 'spot' : marginAsset === base ? 'inverse' : 'linear';
  const delivery = /_(\d{6})$/.exec(symbol)?.[1];
  const parts = { venueSymbol: symbol, base, quote: quoteCurrency, kind, delivery } as const;
  return {
    symbol: unifiedName(parts, kind),
    venueSymbol: symbol,
    venue: 'binance',
    kind,
    base,
    quote: quoteCurrency,
    ...sizesOf(filters),
    inferred: false,
  };
}

function sizesOf(filters: Filters): Pick<InstrumentSpec, 'tickSize' | 'lotSize' | 'minNotional'> {
  const find = (...types: string[]) => filters.find((filter) => types.includes(filter.filterType));
  const least = find('NOTIONAL', 'MIN_NOTIONAL');
  return {
    tickSize: find('PRICE_FILTER')?.tickSize ?? '',
    lotSize: find('LOT_SIZE')?.stepSize ?? '',
    minNotional: least?.minNotional ?? least?.notional ?? '0',
  };
}

function fromCcxt(market: z.infer<typeof CcxtMarket>): InstrumentSpec {
  const kind = market.inverse === true ? 'inverse' : market.linear === true ? 'linear' : 'spot';
  const filters = market.info?.filters;
  const sizes = filters === undefined ? undefined : sizesOf(filters);
  const complete = sizes !== undefined && sizes.tickSize !== '' && sizes.lotSize !== '';
  return {
    symbol: market.symbol,
    venueSymbol: market.id,
    venue: complete ? 'binance' : 'ccxt',
    kind,
    base: market.base,
    quote: market.quote,
    ...(complete ? sizes : ccxtSizes(market)),
    inferred: false,
  };
}

/** Sizes as ccxt gives them (`precisionMode` TICK_SIZE, its default): doubles, written back as decimals. */
function ccxtSizes(market: z.infer<typeof CcxtMarket>): Pick<InstrumentSpec, 'tickSize' | 'lotSize' | 'minNotional'> {
  const decimals = new DecimalReader();
  const text = (size: z.infer<typeof Size>) =>
    size === null || size === undefined ? '' : (decimals.read(String(size)) ?? '');
  return {
    tickSize: text(market.precision.price),
    lotSize: text(market.precision.amount),
    minNotional: text(market.limits?.cost?.min) || '0',
  };
}
