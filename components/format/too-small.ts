/** What a window says that is too small for the console. */
import type { ConsoleState } from '../../state/model.ts';
import { currentNotice } from '../../state/selectors.ts';
import { SMALLEST_COLUMNS, SMALLEST_ROWS } from '../layout.ts';
import { line, type StyledLine, span } from '../text/line.ts';
import { NOTICE_STYLE } from './footer.ts';

/** Short rows, the most urgent first: what is open or waits cannot be seen here, so it cannot be answered. */
export function formatTooSmall(state: ConsoleState): readonly StyledLine[] {
  const { columns, rows, overlay } = state.ui;
  const waiting = state.view?.proposals.length ?? 0;
  const notice = currentNotice(state);
  return [
    ...(overlay.kind === 'none' ? [] : [line(span(' a dialog is open: Esc closes it', 'warn'))]),
    line(span(` needs ${SMALLEST_COLUMNS}×${SMALLEST_ROWS}, is ${columns}×${rows}`, 'warn')),
    line(span(' Ctrl-K kills; all else needs more room', 'quiet')),
    ...(waiting === 0 ? [] : [line(span(` ${waiting} wait for an answer`, 'warn'))]),
    ...(notice === undefined ? [] : [line(span(` ${notice.text}`, NOTICE_STYLE[notice.level]))]),
  ];
}
