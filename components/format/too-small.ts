/** What a window says that is too small for the console. */
import type { ConsoleState } from '../../state/model.ts';
import { currentNotice, quitChoices } from '../../state/selectors.ts';
import { SMALLEST_COLUMNS, SMALLEST_ROWS } from '../layout.ts';
import { line, lineWidth, type StyledLine, span } from '../text/line.ts';
import { NOTICE_STYLE } from './footer.ts';

/** True while nothing is open that would have to be told of first. */
const mayLeave = (state: ConsoleState): boolean =>
  !quitChoices(state).includes('flatten') && state.view?.leftLive === undefined;

/**
 * The question whether to leave as one row, which can be answered; undefined where it is not asked, where it does not fit,
 * and where something is open, here or at the venue: what becomes of that takes more words than there is room for.
 */
export function leaveRow(state: ConsoleState): StyledLine | undefined {
  const { overlay, columns } = state.ui;
  if (overlay.kind !== 'quit' || !mayLeave(state)) return undefined;
  const isLeave = overlay.selected === 'leave';
  const row = line(
    span(' leave?', 'warn'),
    span(isLeave ? ' ▸' : '  ', 'key'),
    span('l leave', isLeave ? 'strong' : 'plain'),
    span(isLeave ? '  ' : ' ▸', 'key'),
    span('s stay', isLeave ? 'plain' : 'strong'),
  );
  return lineWidth(row) <= columns ? row : undefined;
}

function dialogRow(state: ConsoleState): readonly StyledLine[] {
  const { kind } = state.ui.overlay;
  if (kind === 'none') return [];
  const asked = leaveRow(state);
  if (asked !== undefined) return [asked];
  const what = kind === 'quit' ? 'leaving needs more room' : 'a dialog is open';
  return [line(span(` ${what}: Esc closes it`, 'warn'))];
}

/** Short rows, the most urgent first: what is open or waits cannot be seen here, so it cannot be answered. */
export function formatTooSmall(state: ConsoleState): readonly StyledLine[] {
  const { columns, rows } = state.ui;
  const waiting = state.view?.proposals.length ?? 0;
  const notice = currentNotice(state);
  return [
    ...dialogRow(state),
    line(span(` needs ${SMALLEST_COLUMNS}×${SMALLEST_ROWS}, is ${columns}×${rows}`, 'warn')),
    line(span(` Ctrl-K kills${mayLeave(state) ? ', q leaves' : ''}; all else needs more room`, 'quiet')),
    ...(waiting === 0 ? [] : [line(span(` ${waiting} wait for an answer`, 'warn'))]),
    ...(notice === undefined ? [] : [line(span(` ${notice.text}`, NOTICE_STYLE[notice.level]))]),
  ];
}
