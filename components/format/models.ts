/** The models panel: how each model does, and all that is known of the chosen one. What is not measured is not there. */
import type { ModelMute } from '../../engine/domain/index.ts';
import type { HitRate } from '../../engine/index.ts';
import {
  abstains,
  conditionOf,
  lastAnswers,
  type ModelCondition,
  modelCounts,
  rightOf,
} from '../../state/model-health.ts';
import type { ModelHealthView } from '../../state/model-view.ts';
import { ABSTENTION_TEXT, DRIFT_TEXT, modelKey, shortId } from '../../state/model-words.ts';
import { count, fixed, percentOf } from '../../state/text/numbers.ts';
import type { VoteView } from '../../state/view.ts';
import { line, type Span, type Style, type StyledLine, span, wrapText } from '../text/line.ts';
import { type Column, formatTable, windowAround } from '../text/table.ts';
import { type Changed, field, figure, flow, pointer } from './fields.ts';

export interface ModelsSlice {
  readonly models: readonly ModelHealthView[];
  readonly votes: readonly VoteView[];
  /** Key of the chosen one. */
  readonly selected: string | undefined;
  readonly focused: boolean;
  /** True when the engine is silent: more may have been measured since. */
  readonly silent: boolean;
  readonly changed: Changed;
}

const CONDITION_STYLE: Readonly<Partial<Record<ModelCondition, Style>>> = {
  speaks: 'good',
  muted: 'alarm',
  drifts: 'warn',
  schema: 'warn',
  interval: 'warn',
  silent: 'warn',
};

/** Those that are not as they should be, then where all of them stand. */
export function modelsNote({ models }: ModelsSlice): string {
  const { serving, shadow, muted, drifting } = modelCounts(models);
  const parts: ReadonlyArray<readonly [number, string]> = [
    [muted, 'muted'],
    [drifting, 'drift'],
    [serving, 'serve'],
    [shadow, 'in the shadow'],
  ];
  return parts
    .filter(([many]) => many > 0)
    .map(([many, what]) => `${many} ${what}`)
    .join(', ');
}

const rateText = ({ taken, right }: HitRate): string | undefined =>
  right === undefined ? undefined : `${percentOf(right, 0)} of ${count(taken)}`;

/** A figure stands out where the engine holds it to be beyond its limit, not before it is held to one. */
const styleOf = ({ drifts }: ModelHealthView, what: ModelMute): Style => (drifts.includes(what) ? 'warn' : 'plain');

const brierText = (value: number): string => fixed(value, 3);
const offText = (value: number): string => percentOf(value, 1);
const shareText = (value: number): string => percentOf(value, 0);
const ifKnown = (value: number | undefined, text: (value: number) => string): string | undefined =>
  value === undefined ? undefined : text(value);

/** Nothing before the first whole window. */
const movedOf = ({ worst, moved }: ModelHealthView): number | undefined => (worst === undefined ? undefined : moved);

function columns(slice: ModelsSlice): ReadonlyArray<Column<ModelHealthView>> {
  const { selected, focused, silent: stale, votes, changed } = slice;
  const shown = (each: ModelHealthView, text: string | undefined, held?: ModelMute): Span =>
    figure(text, held === undefined ? 'plain' : styleOf(each, held), {
      stale,
      changed: changed.has(`health.${modelKey(each)}`),
    });
  const isChosen = (each: ModelHealthView): boolean => modelKey(each) === selected;
  const left = { align: 'left', rank: 1 } as const;
  return [
    {
      ...{ title: '  model', width: 13, ...left },
      cell: (m) => line(isChosen(m) ? pointer(focused) : '  ', span(m.model, isChosen(m) ? 'strong' : 'plain')),
    },
    {
      ...{ title: 'place', width: 6, ...left },
      cell: (m) => span(m.role === 'serve' ? 'serves' : 'shadow', m.role === 'serve' ? 'plain' : 'quiet'),
    },
    { title: 'id', width: 8, align: 'left', rank: 6, cell: (m) => span(shortId(m.id), 'quiet') },
    {
      ...{ title: 'state', width: 8, ...left },
      cell: (m) => {
        const condition = conditionOf(m, votes);
        const word = condition === 'muted' ? 'MUTED' : condition;
        return figure(word, CONDITION_STYLE[condition] ?? 'quiet', { stale });
      },
    },
    { title: 'votes right', width: 15, align: 'right', rank: 2, cell: (m) => shown(m, rateText(rightOf(m))) },
    {
      ...{ title: 'Brier', width: 16, align: 'right', rank: 3 },
      cell: (m) =>
        shown(
          m,
          ifKnown(m.brier, (brier) => `${brierText(brier)} of ${count(m.outcomes)}`),
          'drift-error',
        ),
    },
    {
      ...{ title: 'off by', width: 7, align: 'right', rank: 4 },
      cell: (m) => shown(m, ifKnown(m.calibrationError, offText), 'drift-calibration'),
    },
    {
      ...{ title: 'moved', width: 6, align: 'right', rank: 5 },
      cell: (m) => shown(m, ifKnown(movedOf(m), shareText), 'drift-features'),
    },
  ];
}

/** What there is to say of its state, in words. */
function stateWords(model: ModelHealthView): string {
  if (model.muted !== undefined)
    return `muted, for ${DRIFT_TEXT[model.muted]}: it has no vote until one is put in its place anew`;
  const place = model.role === 'serve' ? 'its votes count' : 'in the shadow: its votes are kept and do not count';
  return [place, ...model.drifts.map((what) => `it drifts: ${DRIFT_TEXT[what]}`)].join('; ');
}

/** Symbols in which it abstains, by reason. */
function abstentionWords(model: ModelHealthView, votes: readonly VoteView[]): readonly string[] {
  if (model.muted !== undefined) return [];
  const silent = lastAnswers(model, votes).filter(({ status }) => abstains(status));
  return [...new Set(silent.map(({ status }) => status))].flatMap((status) => {
    if (status === 'voted' || status === 'neutral') return [];
    const symbols = silent.filter((each) => each.status === status).map(({ symbol }) => symbol);
    return [`abstains in ${symbols.join(', ')}: ${ABSTENTION_TEXT[status]}`];
  });
}

/** `0.243, most 0.260`: where there is no limit only the figure. */
function bounded(shown: Span, most: string | undefined): readonly Span[] {
  return most === undefined ? [shown] : [shown, span(`, most ${most}`, 'quiet')];
}

function rightFields({ long, short, regimes }: ModelHealthView, stale: boolean): readonly StyledLine[] {
  const shown = (label: string, rate: HitRate): StyledLine => field(label, figure(rateText(rate), 'plain', { stale }));
  const { calm, up, down, turbulent } = regimes;
  return [
    [...field('right'), ...shown('long', long)],
    shown('short', short),
    shown('calm', calm),
    shown('up', up),
    shown('down', down),
    shown('turbulent', turbulent),
  ];
}

function chanceFields(model: ModelHealthView, stale: boolean): readonly StyledLine[] {
  const { brier, calibrationError, limits, outcomes, fadingOutcomes } = model;
  const shown = (text: string | undefined, held: ModelMute): Span => figure(text, styleOf(model, held), { stale });
  if (brier === undefined) return [field('chances', span('none has ended yet', 'quiet'))];
  const weigh = outcomes > fadingOutcomes ? `the last ${count(fadingOutcomes)} of ${count(outcomes)} weigh most` : '';
  const judged = limits !== undefined && outcomes < limits.leastOutcomes;
  const from = judged ? `held to these limits from ${count(limits.leastOutcomes)} on` : '';
  return [
    field('Brier', ...bounded(shown(brierText(brier), 'drift-error'), ifKnown(limits?.brier, brierText))),
    field(
      'chances off by',
      ...bounded(
        shown(ifKnown(calibrationError, offText), 'drift-calibration'),
        ifKnown(limits?.calibrationError, offText),
      ),
    ),
    field('ended', figure(count(outcomes), 'plain', { stale })),
    ...[weigh, from].filter((text) => text !== '').map((text) => line(span(text, 'quiet'))),
  ];
}

function featureFields(model: ModelHealthView, stale: boolean): readonly StyledLine[] {
  const { worst, moved, mostMoved, window } = model;
  const begun = `${count(window.bars)} of ${count(window.of)} bars of a window`;
  const next = field('counted', figure(begun, 'quiet', { stale }));
  if (worst === undefined) return [field('features', span('no whole window yet', 'quiet')), next];
  return [
    field(
      'features moved',
      ...bounded(figure(shareText(moved), styleOf(model, 'drift-features'), { stale }), shareText(mostMoved)),
    ),
    field('farthest', figure(worst.feature, 'plain', { stale })),
    field('stability index', figure(fixed(worst.index, 2), 'plain', { stale })),
    field('KS distance', figure(fixed(worst.distance, 2), 'plain', { stale })),
    next,
  ];
}

/** All that is known of one. */
export function modelDetails(
  model: ModelHealthView,
  { votes, silent: stale }: Pick<ModelsSlice, 'votes' | 'silent'>,
  width: number,
): readonly StyledLine[] {
  const who = `${model.name ?? model.model} (${shortId(model.id)}): ${stateWords(model)}`;
  const style = model.muted !== undefined ? 'alarm' : model.drifts.length > 0 ? 'warn' : 'plain';
  const words = (text: string, look: Style): readonly StyledLine[] =>
    wrapText(text, width - 1).map((row) => line(' ', span(row, stale ? 'stale' : look)));
  return [
    ...words(who, style),
    ...abstentionWords(model, votes).flatMap((text) => words(text, 'quiet')),
    ...flow(chanceFields(model, stale), width, ' '),
    ...flow(featureFields(model, stale), width, ' '),
    ...flow(rightFields(model, stale), width, ' '),
  ];
}

const NONE = 'no model stands in this run: the signals vote alone. chimera models list shows which there are';

/** The panel's rows: models about the chosen one, and below them as much of that one as fits. */
export function formatModels(slice: ModelsSlice, width: number, height: number): readonly StyledLine[] {
  const { models, selected } = slice;
  if (models.length === 0) return wrapText(NONE, width - 1).map((row) => line(' ', span(row, 'quiet')));
  const at = models.findIndex((each) => modelKey(each) === selected);
  const rows = windowAround(models, at, Math.max(1, height - 1));
  const table = formatTable(columns(slice), rows, width - 1);
  const chosen = models[at];
  const below = chosen === undefined ? [] : modelDetails(chosen, slice, width);
  return [table.head, ...table.rows, ...below].slice(0, Math.max(height, 2));
}
