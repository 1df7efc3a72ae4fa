/** A model of the registry in lines for people: the list's columns, and the whole report of one. */
import { FEATURE_SCHEMA_HASH } from '../../engine/domain/index.ts';
import type { PackageHeader } from '../../engine/index.ts';
import type { ModelJudgement, ModelManifest, ModelReport, ModelSeries } from '../models/manifest.ts';
import { shortId } from '../models/model-files.ts';
import { type Evidence, shadowText } from '../models/promotion.ts';
import type { ModelEvent } from '../models/registry-file.ts';
import { shortVerdict, verdictOf } from '../models/verdict.ts';

export const percent = (value: number | undefined, digits = 3): string =>
  value === undefined ? '-' : `${value > 0 ? '+' : ''}${(value * 100).toFixed(digits)} %`;
const figure = (value: number | undefined, digits = 3): string => (value === undefined ? '-' : value.toFixed(digits));

/** Where bars came from, in a word. */
export const marketOf = (simulated: boolean | undefined): string =>
  simulated === undefined ? 'not known' : simulated ? 'simulated' : 'recorded';

const utc = (iso: string): string => `${iso.slice(0, 16).replace('T', ' ')} UTC`;
const day = (us: number): string => new Date(us / 1000).toISOString().slice(0, 16).replace('T', ' ');

const PLACE_HEAD: readonly string[] = ['KIND', 'NAME', 'STATE', 'TRAINED', 'ON'];
const FIGURES_HEAD: readonly string[] = ['AUC', 'LOG LOSS', 'BASE', 'MEAN LONG', 't', 'MEAN SHORT', 't'];
const LIST_HEAD: readonly string[] = [...PLACE_HEAD, ...FIGURES_HEAD, 'VERDICT'];

/** One model as the cells of a row; a text in the place of the manifest says why it cannot be read. */
export function listCells(
  { kind, name, state }: { readonly kind: string; readonly name: string; readonly state: string },
  manifest: ModelManifest | string,
): readonly string[] {
  if (typeof manifest === 'string') return [kind, name, state, manifest];
  const { metrics, trainedAt, simulated, source } = manifest;
  const place = [kind, name, state, source === 'imported' ? 'elsewhere' : trainedAt.slice(0, 10), marketOf(simulated)];
  if (metrics === undefined) return [...place, '-', '-', '-', '-', '-', '-', '-', shortVerdict(undefined)];
  const { chances, long, short } = metrics;
  return [
    ...place,
    ...[figure(chances?.areaUnderCurve), figure(chances?.logLoss), figure(chances?.baseLogLoss)],
    ...[percent(long.meanReturn), figure(long.tStatistic, 1), percent(short.meanReturn), figure(short.tStatistic, 1)],
    shortVerdict(metrics),
  ];
}

/** The list in lines of so many columns: a row for each model; where one is too wide two, without the day of its training. */
export function listLines(models: readonly (readonly string[])[], columns: number): string[] {
  const whole = tableLines([LIST_HEAD, ...models]);
  // One that cannot be read has its reason in its row, which breaks wherever it must.
  if (whole.every((line, row) => line.length <= columns || models[row - 1]?.length === SHORT_ROW)) return whole;
  const short = (row: readonly string[]): readonly string[] =>
    row.length === SHORT_ROW ? row : [...row.slice(0, SHORT_ROW - 1), row[PLACE_HEAD.length - 1]!, row.at(-1)!];
  const [head = '', ...lines] = tableLines([short(LIST_HEAD), ...models.map(short)]);
  return [head, ...lines.flatMap((line, row) => [line, ...figuresLine(models[row]!)])];
}

/** Kind, name and state, and behind them why a model cannot be read. */
const SHORT_ROW = 4;

function figuresLine(cells: readonly string[]): string[] {
  const [area, loss, base, long, longT, short, shortT] = cells.slice(PLACE_HEAD.length);
  if (base === undefined || area === '-') return [];
  return [`    AUC ${area}  loss ${loss} of ${base}  long ${long} t ${longT}  short ${short} t ${shortT}`];
}

/** Rows whose cells stand under one another. */
function tableLines(rows: readonly (readonly string[])[]): string[] {
  const width = rows[0]!.length;
  const widths = rows[0]!.map((_, column) =>
    Math.max(...rows.filter((row) => row.length === width).map((row) => row[column]!.length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** What the report of a model is made of. */
export interface ReportParts {
  readonly evidence: Evidence;
  /** Why it may not be promoted now; undefined where it may. */
  readonly refusal: string | undefined;
  /** Of its package. */
  readonly header: PackageHeader;
  /** What was done with it. */
  readonly events: readonly ModelEvent[];
  /** Names of models by their ids. */
  readonly nameOf: (id: string) => string;
}

/** The report; lines that begin with two spaces belong to the title above them. */
export function reportLines(parts: ReportParts): string[] {
  const { challenger: entry } = parts.evidence;
  const { manifest } = entry;
  return [
    `${entry.name}: ${entry.kind}, ${entry.state}; ${verdictOf(manifest.metrics)}`,
    // In 80 columns an id stays whole.
    `  id ${entry.id}`,
    ...originLines(manifest, parts.header),
    ...judgedLines(manifest),
    ...foldLines(manifest.metrics),
    ...comparisonLines(parts),
    ...elsewhereLines(manifest),
    ...promotionLines(parts),
    ...(parts.events.length === 0
      ? ['nothing was done with it yet']
      : ['what was done with it', ...parts.events.map(eventLine)]),
  ];
}

function originLines(manifest: ModelManifest, header: PackageHeader): string[] {
  const { source, trainedAt, build, data, seed, plan, simulated } = manifest;
  const isOurs = header.schemaHash === FEATURE_SCHEMA_HASH;
  const features = isOurs ? 'those of this build' : `of another schema, ${header.schemaHash}: it abstains`;
  const origin = {
    shipped: `${utc(trainedAt)} by ${build}, and ships with the program`,
    'trained-here': `${utc(trainedAt)} by ${build}`,
    imported: `elsewhere, and taken in ${utc(trainedAt)}: nothing is known of how`,
  }[source];
  const made =
    plan === undefined ? [] : Object.entries(plan).map(([name, value]) => [`plan: ${name}`, planText(value)]);
  return titled([
    ['trained', origin],
    ['on bars', `of ${header.barIntervalUs / 1e6} s, ${marketWords(simulated)}`],
    ...dataTexts(data).map((text) => ['data', text] as const),
    ...(seed === undefined ? [] : [['seed', String(seed)] as const]),
    ...made.map(([name, text]) => [name!, text!] as const),
    ['features', features],
    ['calibrated', header.calibrator?.kind ?? 'not: its log-odds are taken as they are'],
  ]);
}

const marketWords = (simulated: boolean | undefined): string =>
  simulated === true
    ? 'of the simulated market: what it learnt there says nothing of real prices'
    : marketOf(simulated);

/** One text for each session and time: instruments of the same are told together. */
function dataTexts(data: readonly ModelSeries[]): readonly string[] {
  const groups = new Map<string, ModelSeries[]>();
  for (const series of data) {
    const of = `${series.session} ${timesText(series)}`;
    groups.set(of, [...(groups.get(of) ?? []), series]);
  }
  return [...groups.values()].map((series) => {
    const [first] = series as [ModelSeries];
    if (series.length === 1) return `${first.session}, ${first.instrument}: ${first.bars} bars, ${timesText(first)}`;
    const bars = series.map(({ instrument, bars: many }) => `${instrument} ${many} bars`);
    return `${first.session}, ${timesText(first)}: ${bars.join(', ')}`;
  });
}

const timesText = ({ fromUs, toUs, journalHash }: ModelSeries): string =>
  `${day(fromUs)} to ${day(toUs)} UTC${journalHash === undefined ? '' : `, ${shortId(journalHash)}`}`;

/** Nested figures as `split.folds 3`. */
function planText(plan: unknown, prefix = ''): string {
  const isList = Array.isArray(plan) && plan.every((each) => typeof each !== 'object');
  if (plan === null || typeof plan !== 'object' || isList) return `${prefix} ${String(plan)}`;
  const entries = Object.entries(plan);
  const inner = entries.map(([name, value]) => planText(value, prefix === '' ? name : `${prefix}.${name}`));
  return inner.length === 0 ? 'the defaults' : inner.join(', ');
}

function judgedLines({ metrics, simulated }: ModelManifest): string[] {
  if (metrics === undefined) return ['never judged on bars: nothing is known of its skill'];
  return [
    `walked forward, on bars of the ${marketOf(simulated)} market that it had not seen`,
    ...judgementLines(metrics),
  ];
}

function judgementLines(judgement: ModelJudgement, base?: string): string[] {
  const { rows, abstained, chances, long, short, comparison } = judgement;
  const side = ({ taken, hitRate, meanReturn, tStatistic }: ModelJudgement['long']): string =>
    taken === 0
      ? 'never taken'
      : `${taken} taken, ${percent(meanReturn)} each after costs (t ${figure(tStatistic, 1)}), ${percent(hitRate, 0).replace('+', '')} of them earned`;
  return titled([
    ['verdict', verdictOf(judgement, base)],
    ['rows', abstained === 0 ? String(rows) : `${rows}, and it abstained from ${abstained} of them`],
    ...(chances === undefined
      ? []
      : ([
          ['AUC', `${figure(chances.areaUnderCurve)} (0.5 is chance)`],
          ...(chances.riseShare === undefined
            ? []
            : [['rises', `${(chances.riseShare * 100).toFixed(1)} % of them`] as const]),
          [
            'log loss',
            `${figure(chances.logLoss, 4)} against ${figure(chances.baseLogLoss, 4)} of the share of rises, p ${figure(chances.pValue)}`,
          ],
          ['Brier', `${figure(chances.brier, 4)} against ${figure(chances.baseBrier, 4)}`],
          ['calibration', `off by ${percent(chances.calibrationError, 1).replace('+', '')} on average`],
        ] as const)),
    ['long', side(long)],
    ['short', side(short)],
    ...(comparison === undefined ? [] : ([['a row', gainText(comparison, base)]] as const)),
  ]);
}

function gainText(comparison: NonNullable<ModelJudgement['comparison']>, base = 'buying nothing'): string {
  const { meanReturn, baseReturn, gain, low, high, pValue } = comparison;
  const returned = `${percent(meanReturn, 4)} after costs, ${base} ${percent(baseReturn, 4)}`;
  return `${returned}: gain ${percent(gain, 1)}, 95 % of ${percent(low, 4)} to ${percent(high, 4)}, p ${figure(pValue)}`;
}

function foldLines(metrics: ModelReport | undefined): string[] {
  if (metrics === undefined) return [];
  const folds = metrics.folds.map(
    ({ testFrom, testTo, trained, tested, areaUnderCurve, hash }, k) =>
      [
        `${k + 1}`,
        hash === undefined
          ? `bars ${testFrom} to ${testTo}: too few rows to learn from, it abstained`
          : `bars ${testFrom} to ${testTo}: learnt from ${trained} rows, judged by ${tested}, AUC ${figure(areaUnderCurve)}`,
      ] as const,
  );
  return ['its folds, each by a model fitted anew on what came before', ...titled(folds)];
}

function comparisonLines({ evidence, nameOf }: ReportParts): string[] {
  const { comparison } = evidence.challenger.manifest;
  if (comparison === undefined) return [];
  const name = nameOf(comparison.champion);
  return [`compared with ${name} on the same rows`, ...judgementLines(comparison.judgement, name)];
}

function elsewhereLines({ elsewhere = [] }: ModelManifest): string[] {
  return elsewhere.flatMap(({ data, simulated, metrics }) => [
    `on other bars, of the ${marketOf(simulated)} market`,
    ...titled(dataTexts(data).map((text) => ['data', text] as const)),
    ...judgementLines(metrics),
  ]);
}

function promotionLines({ evidence, refusal }: ReportParts): string[] {
  const { challenger, champion } = evidence;
  if (challenger.state === 'serving') return [];
  return [
    refusal === undefined ? 'it may be promoted' : `it may not be promoted: ${refusal}`,
    ...titled([
      ['serves now', champion?.name ?? 'none'],
      ['shadow', `running engines for ${shadowText(evidence)}`],
    ]),
  ];
}

function eventLine({ number, at, who, what, why, withoutEvidence }: ModelEvent): string {
  const insisted = withoutEvidence === true ? ' WITHOUT EVIDENCE' : '';
  return `  ${String(number).padStart(4)}  ${utc(at)}  ${what}${insisted} by ${who}: ${why}`;
}

/** Where the second column of the report begins. */
export const TEXT_COLUMN = 18;

const titled = (rows: ReadonlyArray<readonly [name: string, text: string]>): string[] =>
  rows.map(([name, text]) => `  ${name.padEnd(TEXT_COLUMN - 3)} ${text}`);
