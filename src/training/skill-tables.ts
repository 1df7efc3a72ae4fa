/** What the models that ship are worth, as tables for people: made from their manifests, so that no figure is typed by hand. */
import type { ModelJudgement, ModelManifest } from '../models/manifest.ts';
import { shortId } from '../models/model-files.ts';

/** A model that ships: its manifest and the size of its package. */
export interface ShippedFigures {
  readonly manifest: ModelManifest;
  readonly bytes: number;
}

type Row = readonly string[];

/** The part of the page that is generated, between two marks. */
export const BEGIN = '<!-- figures: made by npm run shipped-models -->';
export const END = '<!-- end of figures -->';

/** The page with the figures of these models in their place. */
export function withFigures(page: string, models: readonly ShippedFigures[]): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error('the page has no place for the figures');
  return `${page.slice(0, from)}${BEGIN}\n\n${figures(models)}\n${page.slice(to)}`;
}

function figures(models: readonly ShippedFigures[]): string {
  const kinds = models.map(({ manifest }) => manifest);
  const elsewhere = kinds[0]?.elsewhere ?? [];
  return [
    '### The files',
    table(['model', 'id', 'bytes', 'learnt from', 'bars'], models.map(fileRow)),
    '### Simulated bars, walked forward',
    'Every test is of bars that the model of its fold had not seen: later ones, behind a purge and an embargo.',
    table(
      JUDGED,
      kinds.map((each) => [each.metrics!.kind, ...judgedCells(each.metrics!)]),
    ),
    'Area under the curve of each test, with the bars that were learnt from and those that were judged:',
    table(['model', ...(kinds[0]?.metrics?.folds ?? []).map((_, k) => `test ${k + 1}`)], kinds.map(foldRow)),
    ...elsewhere.flatMap((each, k) => [
      `### ${titleOf(each)}`,
      table(
        JUDGED,
        kinds.map((kind) => [kind.metrics!.kind, ...judgedCells(kind.elsewhere![k]!.metrics)]),
      ),
    ]),
    '### In words',
    `${kinds.map(wordsOf).join('\n')}\n`,
  ].join('\n\n');
}

type Elsewhere = NonNullable<ModelManifest['elsewhere']>[number];

function titleOf({ data, simulated }: Elsewhere): string {
  const sessions = [...new Set(data.map(({ session }) => session))];
  const symbols = [...new Set(data.map(({ instrument }) => instrument))];
  const what = simulated ? 'Simulated bars of other seeds' : 'Recorded bars';
  return `${what}: ${sessions.join('; ')} (${symbols.join(', ')})`;
}

function fileRow({ manifest: { metrics, hashes, data }, bytes }: ShippedFigures): Row {
  const sessions = new Set(data.map(({ session }) => session)).size;
  const bars = data.reduce((sum, each) => sum + each.bars, 0);
  return [metrics!.kind, shortId(hashes.package), whole(bytes), `${sessions} simulated sessions`, whole(bars)];
}

const JUDGED: Row = [
  ...['model', 'bars', 'rises', 'area under the curve', 'log loss', 'of the base rate', 'p'],
  ...['bought', 'sold', 'ppm a bar after costs', 'p', 'direction', 'after costs'],
];

function judgedCells(judgement: ModelJudgement): Row {
  const { rows, chances, long, short, comparison } = judgement;
  return [
    ...[whole(rows), percent(chances?.riseShare), fixed(chances?.areaUnderCurve, 3)],
    ...[fixed(chances?.logLoss, 4), fixed(chances?.baseLogLoss, 4), fixed(chances?.pValue, 4)],
    ...[whole(long.taken), whole(short.taken), fixed(comparison && comparison.meanReturn * 1e6, 1)],
    ...[fixed(comparison?.pValue, 4), knowsDirection(judgement) ? 'some' : 'none', earns(judgement) ? 'some' : 'none'],
  ];
}

const knowsDirection = ({ refusals }: ModelJudgement): boolean =>
  !refusals.includes('no-skill') && !refusals.includes('too-few-rows');
const earns = ({ refusals }: ModelJudgement): boolean =>
  !['too-few-rows', 'no-gain', 'luck'].some((each) => refusals.some((refusal) => refusal === each));

function foldRow({ metrics }: ModelManifest): Row {
  const cells = metrics!.folds.map(
    ({ areaUnderCurve, trained, tested }) => `${fixed(areaUnderCurve, 3)} (${whole(trained)}, ${whole(tested)})`,
  );
  return [metrics!.kind, ...cells];
}

/** What the figures come to, for who reads no figures. */
function wordsOf({ metrics, elsewhere }: ModelManifest): string {
  const simulated = [metrics!, ...(elsewhere ?? []).filter((each) => each.simulated).map((each) => each.metrics)];
  const recorded = (elsewhere ?? []).filter((each) => !each.simulated).map((each) => each.metrics);
  return [
    `* **${metrics!.kind}**: on simulated bars skill at direction: ${share(simulated, knowsDirection)};`,
    `after costs: ${share(simulated, earns)}. On recorded bars at direction: ${share(recorded, knowsDirection)};`,
    `after costs: ${share(recorded, earns)}.`,
  ].join(' ');
}

function share(judgements: readonly ModelJudgement[], holds: (each: ModelJudgement) => boolean): string {
  const count = judgements.filter(holds).length;
  if (count === 0) return 'none';
  return count === judgements.length ? 'some' : `some in ${count} of ${judgements.length}`;
}

const whole = (value: number): string => value.toLocaleString('en-GB');
const fixed = (value: number | undefined, digits: number): string =>
  value === undefined ? '–' : value.toFixed(digits).replace('-', '−');
const percent = (value: number | undefined): string => (value === undefined ? '–' : `${(value * 100).toFixed(1)} %`);

function table(head: Row, rows: readonly Row[]): string {
  const line = (cells: Row): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
