/** Turns recorded market data into the inputs of a session: look at the files once, decide, read them again, write. */
import { SECOND_US } from '../../engine/domain/index.ts';
import { type BarPart, checkSeries, commonInterval, type SeriesCheck } from './bar-series.ts';
import { ClockSample } from './calibrate.ts';
import { DepthSequence } from './depth-sequence.ts';
import { Emitter } from './emitter.ts';
import { EventSource } from './event-source.ts';
import { ImportError } from './import-error.ts';
import { type InstrumentPlan, type PlannedInstrument, planInstruments } from './instruments.ts';
import { type InstrumentBook, loadInstruments } from './instruments-file.ts';
import { mergeSources } from './merge.ts';
import type { ProgressMeter } from './progress.ts';
import { holdsReadings, type MarketSpan, ReadingPlan, refuseAlone } from './readings.ts';
import { isDepth, Quantiser, type ReadyDepth } from './ready-event.ts';
import { maxShareOf, surveyFiles } from './survey-files.ts';
import { refuseBadShare } from './survey-limits.ts';
import type { SurveyedFile } from './surveyed-file.ts';
import { splitSymbol } from './symbols.ts';
import { quote, readSymbol } from './text.ts';
import type { ImportedFile, ImportedSeries, ImportHeader, ImportOptions, ImportResult, ImportSink } from './types.ts';

/** Length of the bars that a session of single trades and quotes is folded into unless the run says otherwise. */
const TICK_BAR_INTERVAL_US = SECOND_US;

/** What is known once all files have been read the first time. */
interface ImportPlan {
  /** In the order of their first record. */
  readonly files: readonly SurveyedFile[];
  readonly instruments: InstrumentPlan;
  readonly header: ImportHeader;
  /** Lines that hold a bar a second time. */
  readonly skipped: ReadonlyMap<SurveyedFile, ReadonlySet<number>>;
  /** By instrument; empty where there are no bars. */
  readonly series: readonly SeriesCheck[];
}

/**
 * Imports files into the sink that `openSink` gives once instruments, venue, clock offset and bar interval
 * are known. Throws {@link ImportError} when they cannot be one honest session; the sink is aborted then.
 */
export async function importFiles(options: ImportOptions): Promise<ImportResult> {
  const book = options.instrumentsFile === undefined ? undefined : await loadInstruments(options.instrumentsFile);
  const knowsSymbol = (symbol: string) => splitSymbol(symbol) !== undefined || book?.has(symbol) === true;
  const defaultSymbol = optionSymbol(options.symbol, knowsSymbol);
  const clock = new ClockSample();
  const { files, meter } = await surveyFiles({ ...options, symbol: defaultSymbol }, clock, knowsSymbol);
  const plan = planImport(files, book, options, clock.offsetUs());
  const sink = await options.openSink(plan.header);
  try {
    return await writeInputs(plan, sink, options, meter, knowsSymbol);
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

function optionSymbol(symbol: string | undefined, knowsSymbol: (symbol: string) => boolean): string | undefined {
  if (symbol === undefined) return undefined;
  const read = readSymbol(symbol);
  if (read !== undefined && knowsSymbol(read)) return read;
  throw new ImportError('--symbol', undefined, `base and quote of ${quote(symbol)} are not known`);
}

/** Bad lines that were found later than the survey: bars that stand twice, numbers off the grid. */
function refuseBadLines(files: readonly SurveyedFile[], options: ImportOptions): void {
  for (const { name, survey, lines } of files) refuseBadShare(name, survey, lines, maxShareOf(options));
}

function planImport(
  surveyed: readonly SurveyedFile[],
  book: InstrumentBook | undefined,
  options: ImportOptions,
  recorderOffsetUs: number,
): ImportPlan {
  const files = inTimeOrder(surveyed);
  refuseAlone(files);
  refuseMixture(files);
  const instruments = planInstruments(
    files.filter((file) => !holdsReadings(file)),
    book,
    options.market,
  );
  const { barIntervalUs, skipped, series } = planBars(files, instruments);
  refuseBadLines(files, options);
  const header = {
    venue: instruments.venue,
    instruments: instruments.instruments.map(({ spec }) => spec),
    accountCurrency: instruments.accountCurrency,
    barIntervalUs,
    recorderOffsetUs,
  };
  return { files, instruments, header, skipped, series };
}

/**
 * By first record, then by name: the order in which the files were given makes no difference. Readings go behind: of a bar
 * that closes at the moment a reading comes, it is not known yet.
 */
function inTimeOrder(files: readonly SurveyedFile[]): SurveyedFile[] {
  return [...files].sort(
    (a, b) =>
      Number(holdsReadings(a)) - Number(holdsReadings(b)) ||
      a.survey.times.low - b.survey.times.low ||
      (a.name < b.name ? -1 : 1) ||
      a.tally.bytes - b.tally.bytes,
  );
}

function refuseMixture(files: readonly SurveyedFile[]): void {
  const bars = files.find((file) => file.survey.bars > 0);
  const ticks = files.find((file) => file.survey.bars === 0 && !holdsReadings(file));
  if (bars === undefined || ticks === undefined) return;
  const reason = `holds bars, but ${ticks.name} single records; a session is made of one or the other`;
  throw new ImportError(bars.name, undefined, reason);
}

function planBars(files: readonly SurveyedFile[], plan: InstrumentPlan) {
  const skipped = new Map<SurveyedFile, Set<number>>();
  if (files.every((file) => file.survey.bars === 0)) {
    return { barIntervalUs: TICK_BAR_INTERVAL_US, skipped, series: [] };
  }
  const parts = plan.instruments.map((instrument) => barParts(instrument, files));
  const barIntervalUs = commonInterval(parts.flat());
  const series = parts.map((own) =>
    checkSeries(own, barIntervalUs, (part, line, reason) => {
      const file = files[part.order]!;
      const lines = skipped.get(file) ?? new Set<number>();
      skipped.set(file, lines.add(line));
      file.survey.bad(line, reason);
    }),
  );
  return { barIntervalUs, skipped, series };
}

function barParts(instrument: PlannedInstrument, files: readonly SurveyedFile[]): BarPart[] {
  return instrument.parts.map(({ file, survey }) => ({
    fileName: file.name,
    order: files.indexOf(file),
    times: survey.bars,
    namedIntervalUs: file.hints.timeFrameUs,
  }));
}

async function writeInputs(
  plan: ImportPlan,
  sink: ImportSink,
  options: ImportOptions,
  meter: ProgressMeter,
  knowsSymbol: (symbol: string) => boolean,
): Promise<ImportResult> {
  const { files } = plan;
  const onStale = (event: ReadyDepth) => files[event.file]?.survey.ignore('stale snapshot');
  const emitter = new Emitter(sink, plan.header.instruments.length, files.length, onStale);
  const nameOf = (file: number) => files[file]?.name ?? '';
  const sequences = plan.instruments.instruments.map(
    ({ parts }) =>
      new DepthSequence(
        emitter,
        parts.reduce((sum, { survey }) => sum + survey.snapshots, 0),
        nameOf,
      ),
  );
  const span = spanOf(plan);
  const sources = files.map((file, order) => sourceOf(plan, span, file, order, meter, knowsSymbol));
  await mergeSources(sources, (event, atUs) => {
    if (isDepth(event)) sequences[event.instrument]!.offer(event, atUs);
    else emitter.market(event, atUs);
  });
  for (const sequence of sequences) sequence.finish();
  refuseBadLines(files, options);
  meter.finish(files.at(-1)?.name ?? '');
  return {
    ...plan.header,
    files: files.map((file, order) => reportFile(file, emitter.records[order] ?? 0)),
    series: plan.instruments.instruments.map((instrument) => reportSeries(plan, instrument, emitter, sequences)),
    inputs: emitter.inputs,
    counts: emitter.totals(),
    firstUs: emitter.firstUs,
    lastUs: emitter.lastUs,
  };
}

/** From the first market record to the last one; a bar is known when it closes. */
function spanOf({ files, header }: ImportPlan): MarketSpan {
  const { recorderOffsetUs, barIntervalUs } = header;
  const market = files.filter((file) => !holdsReadings(file));
  const laterUs = ({ survey }: SurveyedFile): number => (survey.bars > 0 ? barIntervalUs : recorderOffsetUs);
  return {
    fromUs: Math.min(...market.map((file) => file.survey.times.low + laterUs(file))),
    toUs: Math.max(...market.map((file) => file.survey.times.high + laterUs(file))),
  };
}

function sourceOf(
  plan: ImportPlan,
  span: MarketSpan,
  file: SurveyedFile,
  order: number,
  meter: ProgressMeter,
  knowsSymbol: (symbol: string) => boolean,
): EventSource {
  const { recorderOffsetUs, barIntervalUs } = plan.header;
  const planned = plan.instruments.instruments;
  const indexOf = plan.instruments.indexOf.get(file) ?? new Map<string, number>();
  const quantisers = new Map(
    [...indexOf].map(([symbol, index]) => [
      symbol,
      new Quantiser(planned[index]!, order, recorderOffsetUs, barIntervalUs),
    ]),
  );
  const hasBars = file.survey.bars > 0;
  const isSorted = [...file.survey.symbols.values()].every(({ bars }) => bars.ascending);
  const firstUs = file.survey.times.low + (hasBars ? barIntervalUs : 0);
  return new EventSource(file, order, firstUs, {
    quantisers,
    readings: new ReadingPlan(file, order, planned, span),
    skippedLines: plan.skipped.get(file) ?? new Set(),
    leaveOutAggregates: (symbol) => planned[indexOf.get(symbol) ?? 0]?.singleTrades === true,
    sort: hasBars && !(isSorted && file.survey.symbols.size === 1),
    knowsSymbol,
    onRead: (read, bytes, lines) => meter.add(read.name, bytes, lines),
  });
}

function reportFile(file: SurveyedFile, records: number): ImportedFile {
  const { survey, tally, detection, decimals } = file;
  return {
    name: file.name,
    bytes: tally.bytes,
    sha256: tally.sha256,
    format: detection.format,
    lines: file.lines,
    records,
    badLines: survey.badLines.count,
    firstBad: survey.badLines.first,
    ignored: survey.ignored.toRecord(),
    denoised: decimals.denoised,
    notes: detection.layout.notes,
  };
}

function reportSeries(
  plan: ImportPlan,
  instrument: PlannedInstrument,
  emitter: Emitter,
  sequences: readonly DepthSequence[],
): ImportedSeries {
  const { index, spec } = instrument;
  const sequence = sequences[index];
  return {
    symbol: spec.symbol,
    counts: emitter.counts[index] ?? {},
    sequenceBreaks: sequence?.breaks ?? 0,
    heldBack: sequence?.heldBack ?? 0,
    missingBars: plan.series[index]?.missing ?? 0,
    overlappingBars: plan.series[index]?.overlapping ?? 0,
  };
}
