/** The sequences that take a terminal over and give it back. */

const ESCAPE = '\u001b';

/** Alternate screen, no cursor, no auto-wrap, bracketed paste. */
export const ENTER_TERMINAL = `${ESCAPE}[?1049h${ESCAPE}[?25l${ESCAPE}[?7l${ESCAPE}[?2004h${ESCAPE}[0m${ESCAPE}[2J`;

/** Keeps the title that the terminal has, where it can; before {@link ENTER_TERMINAL}, and once only. */
export const KEEP_TITLE = `${ESCAPE}[22;2t`;

/** The title that was kept; none where the terminal keeps none. */
const GIVE_TITLE_BACK = `${ESCAPE}]2;${ESCAPE}\\${ESCAPE}[23;2t`;

/** Gives the screen back for a while; keys and pastes are still read as before. */
export const HIDE_CONSOLE = `\u0018${ESCAPE}[?2026l${ESCAPE}[0m${ESCAPE}[?7h${ESCAPE}[?25h${ESCAPE}[?1049l`;

/** What is left to give back when the console is hidden: leaving the other screen twice would move the cursor. */
export const LEAVE_HIDDEN = `\u0018${ESCAPE}[0m${ESCAPE}[?2004l${GIVE_TITLE_BACK}`;

/**
 * Everything back. The first byte (CAN) ends a sequence that was cut off in the middle; end of synchronized
 * update, plain text, auto-wrap, no bracketed paste, cursor, title, primary screen.
 */
export const LEAVE_TERMINAL = `\u0018${ESCAPE}[?2026l${ESCAPE}[0m${ESCAPE}[?7h${ESCAPE}[?2004l${ESCAPE}[?25h${GIVE_TITLE_BACK}${ESCAPE}[?1049l`;
