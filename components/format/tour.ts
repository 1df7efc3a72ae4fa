/** The first steps: what a new operator must know of the screen, on short pages of equal height. */
import { keyOf } from '../../state/keymap/key-names.ts';
import type { ConsoleState } from '../../state/model.ts';
import { CONTROL_MEANING } from '../../state/text/names.ts';
import { line, type Span, type StyledLine, span, wrapText } from '../text/line.ts';

/** Rows of each page: the box stands still while pages are turned. */
const ROWS = 8;

interface Page {
  readonly title: string;
  readonly paragraphs: readonly string[];
}

function pages({ bindings, view }: ConsoleState): readonly Page[] {
  const key = (name: Parameters<typeof keyOf>[1]): string => keyOf(bindings, name);
  const control = view?.control ?? 'manual';
  const now = control === 'manual' ? '' : ` Now it is ${control.toUpperCase()}: ${CONTROL_MEANING[control]}.`;
  return [
    {
      title: 'PAPER on a simulated market: no money is real',
      paragraphs: [
        'The top row always says which it is. Real money would say LIVE, on every edge of the screen.',
        `Then it says who clears trades (${control.toUpperCase()}), whether prices are fresh (feed), and the row below what you have and what the day has brought. What is old is dim and marked ~.`,
      ],
    },
    {
      title: 'What is asked of you: panel 7, Approvals',
      paragraphs: [
        `The engine proposes a trade; ${key('approve')} approves it, ${key('veto')} vetoes it; with ${key('panel-approvals')} before it, ${key('explain')} explains it. A key counts when the proposal has been on screen for half a second.`,
        `In MANUAL no answer is a no: it expires, and no order is sent.${now}`,
      ],
    },
    {
      title: 'Stop everything: Ctrl-K',
      paragraphs: [
        'On any page and in any dialog, this one too, Ctrl-K kills: no new entry, and those under way are cancelled at once. Positions keep their stops.',
        `It never spends, so press it when in doubt. ${key('resume')} lets entries in again, after a typed code.`,
      ],
    },
    {
      title: 'Find your way',
      paragraphs: [
        `${key('help')} shows every key, ${key('palette')} finds commands, panels and symbols by name. The bottom row always has the keys of this moment.`,
        `${key('panel-ticks')} to ${key('panel-models')} choose a panel, ${key('zoom')} gives it the whole screen. ${key('leave')} leaves, and asks first.`,
      ],
    },
  ];
}

/** One page, always of as many rows. */
export function formatTour(page: number, state: ConsoleState, width: number): readonly StyledLine[] {
  const shown = pages(state)[page];
  if (shown === undefined) return [];
  const last = page + 1 === pages(state).length;
  const asks = (state.view?.proposals.length ?? 0) > 0;
  const keys: readonly Span[] = [
    span('Enter', 'key'),
    span(last ? ' begins' : ' next page', 'quiet'),
    span('   Esc', 'key'),
    span(asks ? ' ends this for good: then answer what waits' : ' ends this for good', asks ? 'warn' : 'quiet'),
  ];
  const text = shown.paragraphs.flatMap((each) => [...wrapText(each, width).map((row) => line(row)), line('')]);
  const rows = [line(span(shown.title, 'title')), ...text];
  const padding = Array.from({ length: Math.max(0, ROWS - rows.length) }, () => line(''));
  return [...rows, ...padding, keys];
}
