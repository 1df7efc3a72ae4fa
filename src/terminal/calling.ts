/** The sequences that call a person to the terminal, and the one that names it. */
import { clean } from '../../state/text/clean.ts';

/**
 * bell: every terminal, and tmux, which marks the window · osc9: iTerm2, Windows Terminal, WezTerm, Ghostty, kitty ·
 * osc777: urxvt, foot, Ghostty, WezTerm.
 */
export const NOTIFY_WAYS = ['bell', 'osc9', 'osc777'] as const;
export type NotifyWay = (typeof NOTIFY_WAYS)[number];

const ESCAPE = '\u001b';
const END = `${ESCAPE}\\`;
const BELL = '\u0007';
const LONGEST = 120;

/** No control, and nothing that would end a field. */
const field = (text: string): string => clean(text).replaceAll(';', ',').slice(0, LONGEST);

/** Names the terminal's window. */
export const titleSequence = (title: string): string => `${ESCAPE}]2;${field(title)}${END}`;

/** Calls by each of `ways`; `insideTmux` hands sequences on that tmux would keep (its option `allow-passthrough`). */
export function callSequence(ways: readonly NotifyWay[], title: string, text: string, insideTmux: boolean): string {
  const outside = (sequence: string): string =>
    insideTmux ? `${ESCAPE}Ptmux;${sequence.replaceAll(ESCAPE, ESCAPE + ESCAPE)}${END}` : sequence;
  return ways
    .map((way) => {
      if (way === 'bell') return BELL;
      if (way === 'osc9') return outside(`${ESCAPE}]9;${field(`${title}: ${text}`)}${END}`);
      return outside(`${ESCAPE}]777;notify;${field(title)};${field(text)}${END}`);
    })
    .join('');
}
