/** The footer: the newest message, and the keys that do something now. */
import type { Binding } from '../../state/keymap/bindings.ts';
import { keyLabel } from '../../state/keymap/key-names.ts';
import { isAwaited, type Notice, type PendingCommand } from '../../state/model.ts';
import { clipLine, line, lineWidth, type Span, type StyledLine, span } from '../text/line.ts';

const NOTICE_STYLE = { info: 'plain', warn: 'warn', error: 'alarm' } as const;

export interface FooterSlice {
  readonly notice: Notice | undefined;
  readonly pending: readonly PendingCommand[];
  readonly bindings: readonly Binding[];
}

/** The message line and the key line. */
export function formatFooter(slice: FooterSlice, width: number): readonly StyledLine[] {
  return [messageLine(slice, width), keyLine(slice.bindings, width)];
}

function messageLine({ notice, pending }: FooterSlice, width: number): StyledLine {
  const waiting = new Set(pending.filter(isAwaited).map((each) => each.batch?.text ?? each.text));
  const parts: Span[] = [];
  if (waiting.size > 0) parts.push(span(` sent: ${[...waiting].join(', ')} …`, 'strong'));
  if (notice !== undefined) parts.push(span(` ${notice.text}`, NOTICE_STYLE[notice.level]));
  return clipLine(parts, width);
}

const ALWAYS_SHOWN: ReadonlySet<string> = new Set(['kill', 'palette', 'help', 'quit']);

/** Keys in the order of the table until the line is full; kill, the palette, help and leave always have their place. */
function keyLine(bindings: readonly Binding[], width: number): StyledLine {
  const shown = bindings.filter((each) => each.footer !== undefined);
  const last = shown.filter((each) => ALWAYS_SHOWN.has(each.command.id));
  const items = (list: readonly Binding[]): StyledLine => list.flatMap((each) => [...item(each)]);
  const room = width - lineWidth(items(last));
  const first: Binding[] = [];
  for (const each of shown) {
    if (last.includes(each)) continue;
    if (lineWidth(items([...first, each])) > room) break;
    first.push(each);
  }
  return clipLine(items([...first, ...last]), width);
}

function item(binding: Binding): StyledLine {
  const key = keyLabel(binding.keys[0] ?? '');
  const isKill = binding.command.id === 'kill';
  return line(' ', span(key, isKill ? 'warn' : 'key'), span(` ${binding.footer} `, isKill ? 'warn' : 'quiet'));
}
