/** The footer: the newest message, where a replay stands, and the keys that do something now. */
import type { Binding } from '../../state/keymap/bindings.ts';
import type { Command, CommandName } from '../../state/keymap/commands.ts';
import { keyLabel } from '../../state/keymap/key-names.ts';
import { isAwaited, type Notice, type PendingCommand } from '../../state/model.ts';
import { clipLine, line, lineWidth, type Span, type StyledLine, span } from '../text/line.ts';

export const NOTICE_STYLE = { info: 'plain', warn: 'warn', error: 'alarm' } as const;

export interface FooterSlice {
  readonly notice: Notice | undefined;
  readonly pending: readonly PendingCommand[];
  /** What happened where a replay stands; undefined where that is nothing. */
  readonly here: string | undefined;
  readonly bindings: readonly Binding[];
}

/** The message line and the key line. */
export function formatFooter(slice: FooterSlice, width: number): readonly StyledLine[] {
  return [messageLine(slice, width), keyLine(slice.bindings, width)];
}

function messageLine({ notice, pending, here }: FooterSlice, width: number): StyledLine {
  const waiting = new Set(pending.filter(isAwaited).map((each) => each.batch?.text ?? each.text));
  const parts: Span[] = [];
  if (waiting.size > 0) parts.push(span(` sent: ${[...waiting].join(', ')} …`, 'strong'));
  if (notice !== undefined) parts.push(span(` ${notice.text}`, NOTICE_STYLE[notice.level]));
  // What else there is to tell goes first: the timeline names the place too.
  if (here !== undefined && notice === undefined) parts.push(span(` ${here}`, 'quiet'));
  return clipLine(parts, width);
}

/** At the end of the row, where they stand still whatever else is asked. */
const AT_THE_END: ReadonlySet<Command['id']> = new Set(['kill', 'palette', 'help', 'quit']);

/** Who gets a place before all others, in this order: what is asked may not hide how a replay is gone through. */
const FIRST_PLACES: ReadonlyArray<CommandName | Command['id']> = [
  ...(['kill', 'help', 'quit', 'approve', 'veto'] as const),
  ...(['accept-suggestion', 'reject-suggestion', 'undo-suggestion'] as const),
  ...(['play-or-pause', 'step-forward', 'step-back', 'next-decision', 'palette', 'explain'] as const),
];

const placeOf = ({ name, command }: Binding): number => {
  const at = FIRST_PLACES.findIndex((each) => each === name || each === command.id);
  return at < 0 ? FIRST_PLACES.length : at;
};

/** As many keys as fit, in the order of the table; the gap behind the last one needs no room. */
function keyLine(bindings: readonly Binding[], width: number): StyledLine {
  const shown = bindings.filter((each) => each.footer !== undefined);
  const kept = new Set<Binding>();
  let room = width + 1;
  for (const each of shown.toSorted((a, b) => placeOf(a) - placeOf(b))) {
    const needed = lineWidth(item(each));
    if (needed > room && placeOf(each) === FIRST_PLACES.length) break;
    if (needed > room) continue;
    kept.add(each);
    room -= needed;
  }
  const last = (each: Binding): number => (AT_THE_END.has(each.command.id) ? 1 : 0);
  const row = shown.filter((each) => kept.has(each)).toSorted((a, b) => last(a) - last(b));
  const items = row.flatMap((each) => [...item(each)]);
  return clipLine(lineWidth(items) > width ? withoutGap(items) : items, width);
}

const withoutGap = (styled: StyledLine): StyledLine =>
  styled.map((part, at) => (at === styled.length - 1 ? { ...part, text: part.text.trimEnd() } : part));

function item(binding: Binding): StyledLine {
  const key = keyLabel(binding.keys[0] ?? '');
  const isKill = binding.command.id === 'kill';
  return line(' ', span(key, isKill ? 'warn' : 'key'), span(` ${binding.footer} `, isKill ? 'warn' : 'quiet'));
}
