/** Decides which instruments an import has: kind and name of each symbol, sizes from the venue or from the data. */
import { type InstrumentKind, type InstrumentSpec, prepareInstrument } from '../../engine/domain/index.ts';
import { ImportError } from './import-error.ts';
import type { InstrumentBook } from './instruments-file.ts';
import { type Span, SymbolSurvey } from './survey.ts';
import type { SurveyedFile } from './surveyed-file.ts';
import { type SymbolParts, splitSymbol, unifiedName } from './symbols.ts';
import { grouped, quote } from './text.ts';

const MOST_INSTRUMENTS = 1000;
/** Least worth of an order where the venue's own is not known. */
const ASSUMED_MIN_NOTIONAL = '5';
const UNKNOWN_VENUE = 'unknown';

/** One file's share in an instrument. */
export interface InstrumentPart {
  readonly file: SurveyedFile;
  readonly survey: SymbolSurvey;
}

export interface PlannedInstrument {
  readonly index: number;
  readonly spec: InstrumentSpec;
  /** In the order of the files. */
  readonly parts: readonly InstrumentPart[];
  /** True where single trades are there: the aggregated ones say the same again and are left out. */
  readonly singleTrades: boolean;
}

export interface InstrumentPlan {
  readonly venue: string;
  readonly accountCurrency: string;
  readonly instruments: readonly PlannedInstrument[];
  /** Index of the instrument, by file and symbol as the file writes it. */
  readonly indexOf: ReadonlyMap<SurveyedFile, ReadonlyMap<string, number>>;
}

interface Draft {
  readonly parts: SymbolParts;
  readonly kind: InstrumentKind;
  readonly shares: InstrumentPart[];
  readonly total: SymbolSurvey;
}

/** Plans the instruments of the files, which are in the order of the import. */
export function planInstruments(
  files: readonly SurveyedFile[],
  book: InstrumentBook | undefined,
  market: InstrumentKind | undefined,
): InstrumentPlan {
  const drafts = new Map<string, Draft>();
  const keys = new Map<SurveyedFile, Map<string, string>>();
  for (const file of files) keys.set(file, collect(file, drafts, book, market));
  if (drafts.size > MOST_INSTRUMENTS) {
    throw new ImportError(
      files[0]?.name ?? '',
      undefined,
      `more than ${grouped(MOST_INSTRUMENTS)} symbols in one import`,
    );
  }
  const venue = venueOf(files, book);
  const places = new Map([...drafts.keys()].map((key, index) => [key, index]));
  const instruments = [...drafts.values()].map((draft, index) => ({
    index,
    spec: specOf(draft, venue, book),
    parts: draft.shares,
    singleTrades: draft.shares.some(({ survey }) => !survey.trades.empty),
  }));
  for (const instrument of instruments) refuseOverlaps(instrument);
  const indexOf = new Map(
    [...keys].map(([file, names]) => [file, new Map([...names].map(([name, key]) => [name, places.get(key) ?? 0]))]),
  );
  return { venue, accountCurrency: accountCurrencyOf(instruments), instruments, indexOf };
}

/** Adds the symbols of a file to the drafts; returns the draft's key of each symbol. */
function collect(
  file: SurveyedFile,
  drafts: Map<string, Draft>,
  book: InstrumentBook | undefined,
  market: InstrumentKind | undefined,
): Map<string, string> {
  const keys = new Map<string, string>();
  nameNameless(file);
  for (const [symbol, survey] of file.survey.symbols) {
    const parts = splitSymbol(symbol) ?? listedParts(symbol, book);
    const kind = kindOf(file, symbol, parts, survey, book, market);
    const key = `${kind} ${parts.venueSymbol}`;
    keys.set(symbol, key);
    const draft = drafts.get(key) ?? { parts, kind, shares: [], total: new SymbolSurvey(survey.firstLine) };
    draft.shares.push({ file, survey });
    draft.total.absorb(survey);
    drafts.set(key, draft);
  }
  const nameless = file.namelessSymbol;
  if (nameless !== undefined) keys.set('', keys.get(nameless) ?? '');
  return keys;
}

/** Gives records without a symbol (bare snapshots) to the only symbol with depth, or refuses them. */
function nameNameless(file: SurveyedFile): void {
  const { symbols } = file.survey;
  const nameless = symbols.get('');
  if (nameless === undefined) return;
  const withDepth = [...symbols].filter(([symbol, survey]) => symbol !== '' && !survey.depth.empty);
  const name = withDepth.length === 1 ? withDepth[0]?.[0] : file.defaultSymbol;
  if (name === undefined) {
    throw new ImportError(
      file.name,
      nameless.firstLine,
      'the record names no symbol, and neither does the file name; give --symbol',
    );
  }
  symbols.delete('');
  const known = symbols.get(name);
  if (known === undefined) symbols.set(name, nameless);
  else known.absorb(nameless);
  file.namelessSymbol = name;
}

function listedParts(symbol: string, book: InstrumentBook | undefined): SymbolParts {
  const kind = book?.onlyKind(symbol);
  const spec = kind === undefined ? undefined : book?.find(symbol, kind);
  return { venueSymbol: symbol, base: spec?.base ?? symbol, quote: spec?.quote ?? '', kind, delivery: undefined };
}

/** What the symbol's form says, else the records, the caller, the file name, the list of instruments; else spot. */
function kindOf(
  file: SurveyedFile,
  symbol: string,
  parts: SymbolParts,
  survey: SymbolSurvey,
  book: InstrumentBook | undefined,
  market: InstrumentKind | undefined,
): InstrumentKind {
  if (parts.kind !== undefined) return parts.kind;
  if (survey.markets.size > 1) {
    const kinds = [...survey.markets].sort().join(' and ');
    throw new ImportError(file.name, survey.firstLine, `holds ${kinds} records of ${symbol}; import them one by one`);
  }
  const [recorded] = survey.markets;
  return recorded ?? market ?? file.hints.market ?? book?.onlyKind(parts.venueSymbol) ?? 'spot';
}

function specOf(draft: Draft, venue: string, book: InstrumentBook | undefined): InstrumentSpec {
  const { parts, kind, total } = draft;
  const listed = book?.find(parts.venueSymbol, kind);
  if (listed !== undefined) return { ...listed, venue };
  return {
    symbol: unifiedName(parts, kind),
    venueSymbol: parts.venueSymbol,
    venue,
    kind,
    base: parts.base,
    quote: parts.quote,
    tickSize: powerOfTen(total.priceDecimals),
    lotSize: powerOfTen(total.quantityDecimals),
    minNotional: kind === 'inverse' ? '0' : ASSUMED_MIN_NOTIONAL,
    inferred: true,
  };
}

/** 10^-decimals as text. */
function powerOfTen(decimals: number): string {
  return decimals === 0 ? '1' : `0.${'1'.padStart(decimals, '0')}`;
}

/** The one venue of all files; a file that does not tell goes along with the others. */
function venueOf(files: readonly SurveyedFile[], book: InstrumentBook | undefined): string {
  let found: { venue: string; file: SurveyedFile } | undefined;
  for (const file of files) {
    if (file.venue === undefined) continue;
    if (found !== undefined && found.venue !== file.venue) {
      const reason = `is of ${file.venue}, but ${found.file.name} is of ${found.venue}; a session has one venue`;
      throw new ImportError(file.name, undefined, reason);
    }
    found ??= { venue: file.venue, file };
  }
  return found?.venue ?? book?.onlyVenue() ?? UNKNOWN_VENUE;
}

/** Quote currency of the first instrument that can be traded, else of the first. */
function accountCurrencyOf(instruments: readonly PlannedInstrument[]): string {
  const tradable = instruments.find(
    ({ index, spec }) => prepareInstrument(spec, index, spec.quote).untradable === undefined,
  );
  return (tradable ?? instruments[0])?.spec.quote ?? '';
}

/** Refuses two files that hold the same trades, depth changes or quotes: the session would have them twice. */
function refuseOverlaps(instrument: PlannedInstrument): void {
  const { parts, spec } = instrument;
  const spans: ReadonlyArray<readonly [string, boolean, (survey: SymbolSurvey) => Span]> = [
    ['trades', true, (survey) => survey.trades],
    ['aggregated trades', true, (survey) => survey.aggregates],
    ['depth changes', true, (survey) => survey.depth],
    ['quotes', false, (survey) => survey.quoteTimes],
  ];
  for (const [what, touching, span] of spans) {
    const filled = parts.filter(({ survey }) => !span(survey).empty);
    for (const [i, later] of filled.entries()) {
      const earlier = filled.slice(0, i).find((other) => span(other.survey).overlaps(span(later.survey), touching));
      if (earlier === undefined) continue;
      const reason = `holds ${what} of ${quote(spec.symbol)} that ${earlier.file.name} holds too; import one of them`;
      throw new ImportError(later.file.name, later.survey.firstLine, reason);
    }
  }
}
