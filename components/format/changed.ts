/** What the last replay step changed: each value before and after. */
import { modelKey } from '../../state/model-words.ts';
import { directionText } from '../../state/text/names.ts';
import { count, fixed, percentOf, signed } from '../../state/text/numbers.ts';
import type { EngineView } from '../../state/view.ts';
import { line, type StyledLine, span } from '../text/line.ts';
import { UNKNOWN } from './fields.ts';
import { usedText } from './risk.ts';
import { valueText, wordsOf } from './value-words.ts';

type Found = { readonly label: string; readonly text: string } | undefined;

const member = (thing: object | undefined, key: string): unknown =>
  thing !== undefined && Object.hasOwn(thing, key) ? (thing as Readonly<Record<string, unknown>>)[key] : undefined;

/** The thing that a key such as `symbol.0.last` is about, with its name. */
function subject(view: EngineView, kind: string, id: string): { label: string; thing: object | undefined } | undefined {
  const number = Number(id);
  const symbol = view.symbols.find((each) => each.instrument === number)?.symbol ?? `instrument ${id}`;
  switch (kind) {
    case 'symbol':
      return { label: symbol, thing: view.symbols.find((each) => each.instrument === number) };
    case 'vote':
      return { label: `vote ${symbol}`, thing: view.votes.find((each) => each.instrument === number) };
    case 'position':
      return { label: `position ${symbol}`, thing: view.positions.find((each) => each.instrument === number) };
    case 'order':
      return { label: `order #${id}`, thing: view.orders.find((each) => each.orderId === number) };
    case 'proposal':
      return { label: `proposal #${id}`, thing: view.proposals.find((each) => each.proposalId === number) };
    case 'suggestion':
      return { label: `suggestion #${id}`, thing: view.suggestions.find((each) => each.suggestionId === number) };
    default:
      return undefined;
  }
}

/** The value that stands for a whole thing, where the key names no field of it. */
const MAIN_FIELD: Readonly<Record<string, string>> = { proposal: 'revision', suggestion: 'state' };

function find(view: EngineView, key: string): Found {
  const [kind = '', id = '', name = ''] = key.split('.');
  if (id === '') return found('', wordsOf(kind), member(view, kind));
  if (kind === 'account') return found('account', wordsOf(kind, id), member(view.account, id));
  if (kind === 'count') return found('', wordsOf(kind, id), member(view.counts, id));
  if (kind === 'limit') return limitFound(view, key.slice('limit.'.length));
  if (kind === 'health') return { label: `Brier ${id}`, text: healthText(view, id) };
  const about = subject(view, kind, id);
  if (about === undefined) return undefined;
  if (kind === 'vote' && name !== 'score')
    return { label: `${about.label} ${name}`, text: producerValue(view, Number(id), name) ?? UNKNOWN };
  const field = name === '' ? (MAIN_FIELD[kind] ?? '') : name;
  return found(about.label, wordsOf(kind, field), member(about.thing, field));
}

const found = (thing: string, words: ReturnType<typeof wordsOf>, value: unknown): Found => ({
  label: `${thing} ${words.label}`.trim(),
  text: valueText(value, words),
});

function limitFound({ limits }: EngineView, name: string): Found {
  const limit = limits.find((each) => each.name === name);
  return { label: `limit ${name}`, text: limit === undefined ? UNKNOWN : usedText(limit) };
}

/** What is known of a model, without all of its figures. */
function healthText({ models = [] }: EngineView, key: string): string {
  const model = models.find((each) => modelKey(each) === key);
  if (model === undefined) return UNKNOWN;
  const { muted, outcomes, brier, worst, moved } = model;
  const error = brier === undefined ? UNKNOWN : `${fixed(brier, 3)} of ${count(outcomes)}`;
  const drift = worst === undefined ? '' : `, ${percentOf(moved, 0)} moved`;
  return `${error}${drift}${muted === undefined ? '' : ', muted'}`;
}

/** What a producer or a model says in a few words. */
function producerValue(view: EngineView, instrument: number, producer: string): string | undefined {
  const vote = view.votes.find((each) => each.instrument === instrument);
  const part = vote?.producers.find((each) => each.producer === producer);
  if (producer === 'ensemble') return vote?.ensemble && signed(vote.ensemble.score, 3);
  const model = vote?.models.find((each) => modelKey(each) === producer);
  if (model !== undefined) return model.chance === undefined ? model.status : percentOf(model.chance, 1);
  if (part === undefined) return undefined;
  return part.direction === 0 ? part.status : `${directionText(part.direction)} ${part.conviction}`;
}

/** One row for each changed value. */
export function formatChanged(view: EngineView, before: EngineView | undefined): readonly StyledLine[] {
  const { replay } = view;
  if (replay === undefined) return [];
  const head = line(
    span(` input ${count(replay.firstSeq - 1 + replay.cursor)}: `, 'quiet'),
    span(replay.lastInput, 'strong'),
  );
  const rows = replay.changed.map((key) => {
    const now = find(view, key);
    const then = before === undefined ? undefined : find(before, key);
    return line(
      ' ',
      span((now?.label ?? key).padEnd(28), 'plain'),
      ' ',
      span((then?.text ?? UNKNOWN).padStart(14), 'quiet'),
      span(' → ', 'quiet'),
      span(now?.text ?? UNKNOWN, 'strong', 'changed'),
    );
  });
  return [head, ...(rows.length === 0 ? [line(span(' nothing on screen changed', 'quiet'))] : rows)];
}
