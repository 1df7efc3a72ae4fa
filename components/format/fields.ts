/** Small parts that several panels are made of: figures that may be stale or changed, and labelled fields. */

import type { SourceView } from '../../state/source-view.ts';
import { FEED_TEXT } from '../../state/text/names.ts';
import { count, duration } from '../../state/text/numbers.ts';
import type { FeedState } from '../../state/view.ts';
import { line, lineWidth, type Span, type Style, type StyledLine, span } from '../text/line.ts';
import { textWidth } from '../text/width.ts';

/** Keys of the values that the last replay step changed. */
export type Changed = ReadonlySet<string>;

/** What is shown where a value is not known. */
export const UNKNOWN = '–';

/** A figure. A stale one is dimmed and marked, so that it is told from a live one without colour. */
export function figure(
  text: string | undefined,
  style: Style = 'plain',
  options: { readonly stale?: boolean; readonly changed?: boolean } = {},
): Span {
  if (text === undefined) return span(UNKNOWN, 'quiet');
  const emphasis = options.changed === true ? 'changed' : 'none';
  return options.stale === true ? span(`~${text}`, 'stale', emphasis) : span(text, style, emphasis);
}

/** Text that is only of weight while it is of this moment. */
export const aged = (part: Span, isOld: boolean): Span => (isOld ? { ...part, style: 'stale' } : part);

/** A quiet label and its value. */
export function field(label: string, ...values: readonly Span[]): StyledLine {
  return line(span(`${label} `, 'quiet'), ...values);
}

export function signStyle(value: number): Style {
  return value > 0 ? 'up' : value < 0 ? 'down' : 'plain';
}

/** Fields side by side on as many lines as they need. */
export function flow(fields: readonly StyledLine[], width: number, indent = ''): readonly StyledLine[] {
  const lines: StyledLine[] = [];
  let current: StyledLine = [];
  for (const each of fields) {
    const joined = current.length === 0 ? line(indent, ...each) : line(...current, '  ', ...each);
    if (current.length > 0 && lineWidth(joined) > width) {
      lines.push(current);
      current = line(indent, ...each);
    } else current = joined;
  }
  return current.length === 0 ? lines : [...lines, current];
}

/** The state of a feed in words that need no colour. */
export function feedSpan(feed: FeedState, ageMs: number | undefined): Span {
  const age = ageMs === undefined ? '' : ` ${duration(ageMs)}`;
  switch (feed) {
    case 'live':
      return span(`${FEED_TEXT.live}${age}`, 'good');
    case 'stale':
      return span(`${FEED_TEXT.stale}${age}`, 'warn');
    case 'gap':
      return span(FEED_TEXT.gap, 'alarm');
    case 'down':
      return span(`${FEED_TEXT.down}${age}`, 'alarm');
    case 'waiting':
      return span(FEED_TEXT.waiting, 'quiet');
  }
}

/** A slow source in words: its age while it tells, else what is wrong with it. */
export function sourceSpan({ state, failures, ageMs }: SourceView): Span {
  const age = ageMs === undefined ? '' : ` ${duration(ageMs)}`;
  const failing = failures === 0 ? '' : `, fails ${count(failures)}×`;
  if (state === 'ok') return span(ageMs === undefined ? 'ok' : `ok${age}`, 'good');
  return span(`${state}${age}${failing}`, state === 'down' ? 'alarm' : 'warn');
}

/**
 * A title bar over a panel: `─ 1 Ticks ──────── 5 symbols ─`; the focused one is marked. What it is kept to stands out. `beside`
 * is the title of a panel that shares its place: beside it the note is its first words where there is no room for all of them. Without
 * room for those either it gives way to the note, unless it warns.
 */
export function titleBar(
  title: string,
  note: string,
  focused: boolean,
  width: number,
  keptTo = '',
  beside = span(''),
): StyledLine {
  const own = span(`${focused ? '▸' : ' '}${title} `, focused ? 'focused' : 'title');
  if (beside.text !== '') {
    const head = [own, span('─ ', 'quiet'), beside, span(' ')];
    const room = width - lineWidth(head) - 4;
    const fitting = [note, note.split(',')[0] ?? '', ''].find((each) => textWidth(each) <= room);
    if (fitting !== undefined && (fitting !== '' || note === '' || beside.style === 'warn'))
      return barOf(head, fitting, width, keptTo);
  }
  return barOf([own], note, width, keptTo);
}

function barOf(head: StyledLine, note: string, width: number, keptTo: string): StyledLine {
  const tail = [
    ...(keptTo === '' ? [] : [span(` ${keptTo} `, 'warn')]),
    ...(note === '' ? [] : [span(` ${note} `, 'quiet')]),
  ];
  const used = lineWidth([span('─'), ...head, ...tail]) + 1;
  return [
    span('─', 'quiet'),
    ...head,
    span('─'.repeat(Math.max(0, width - used)), 'quiet'),
    ...tail,
    span('─', 'quiet'),
  ];
}

/** In front of a chosen row: filled where Enter and the arrows are about it, hollow in a panel without the focus. */
export const pointer = (focused: boolean): string => (focused ? '▸ ' : '▹ ');
