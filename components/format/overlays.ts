/** What an overlay says: its title, and its lines. */
import { type ConsoleState, type Overlay, TOUR_PAGES } from '../../state/model.ts';
import { line, type StyledLine } from '../text/line.ts';
import { keptTo } from './arranged.ts';
import { formatChanged } from './changed.ts';
import { commandLines } from './command-lines.ts';
import { CODE_TITLES, formatCode, formatPrompt, formatQuit, PROMPT_TITLES } from './dialogs.ts';
import { formatExplain } from './explain.ts';
import { formatHelp, keysWith } from './help.ts';
import { formatMessages, messagesWith } from './messages.ts';
import { formatPalette } from './palette.ts';
import { formatBookmarks, formatStops } from './replay-lists.ts';
import { formatSize } from './size.ts';
import { formatTiming, type TimedFigures } from './timing.ts';
import { formatTour } from './tour.ts';
import { formatVenue } from './venue.ts';

export type Scrolling = Extract<Overlay, { kind: 'help' | 'changed' | 'venue' | 'timing' | 'messages' | 'explain' }>;
export type Dialog = Extract<
  Overlay,
  { kind: 'quit' | 'code' | 'size' | 'palette' | 'prompt' | 'tour' | 'stops' | 'bookmarks' }
>;

export const isScrolling = (overlay: Overlay): overlay is Scrolling => 'scroll' in overlay;

/** What was decided long ago, or before the run that this one goes on from, is in the journal. */
function missingLines(decisionId: number, { view, dataDirWords }: ConsoleState, width: number): readonly StyledLine[] {
  const command = `chimera explain ${view?.session ?? 'SESSION'} --decision ${decisionId}${dataDirWords}`;
  return commandLines(' not in memory: ', command, width).map((text) => line(text));
}

/** `timed` is what the screen has cost lately: nothing where there is no screen. */
export function scrollingLines(
  overlay: Scrolling,
  state: ConsoleState,
  width: number,
  timed: readonly TimedFigures[],
): readonly StyledLine[] {
  switch (overlay.kind) {
    case 'help':
      return formatHelp(state, width, overlay.filter);
    case 'changed':
      return state.view === undefined ? [] : formatChanged(state.view, state.previousView);
    case 'venue':
      return state.view === undefined ? [] : formatVenue(state.view, width);
    case 'timing':
      return state.view === undefined ? [] : formatTiming(state.view, timed.at(-1), timed[0]);
    case 'messages':
      return formatMessages(state.messages, width, overlay.filter);
    case 'explain':
      if (overlay.explain !== undefined) return formatExplain(overlay.explain, width);
      return overlay.missing ? missingLines(overlay.decisionId, state, width) : [line(' asking the engine …')];
  }
}

export const SCROLL_TITLES: Readonly<Record<Scrolling['kind'], string>> = {
  help: 'Keys',
  changed: 'What the last step changed',
  venue: 'Venue',
  timing: 'Timing',
  messages: 'Messages, newest first',
  explain: 'Explain',
};

/** Names what is explained as it is named elsewhere: by its proposal, where there is one. */
function explainTitle(
  { decisionId, explain }: Extract<Overlay, { kind: 'explain' }>,
  { view }: Pick<ConsoleState, 'view'>,
): string {
  const opened = explain?.followed.find(({ event }) => event.kind === 'proposal-opened')?.event;
  const waits = view?.proposals.find((each) => each.decisionId === decisionId)?.proposalId;
  const proposalId = opened?.kind === 'proposal-opened' ? opened.proposal.proposalId : waits;
  const proposal = proposalId === undefined ? '' : ` proposal #${proposalId},`;
  return `${SCROLL_TITLES.explain}${proposal} decision ${decisionId}`;
}

/** The title of a page, and what it is kept to. */
export function pageTitle(overlay: Scrolling, state: ConsoleState): string {
  if (overlay.kind === 'explain') return explainTitle(overlay, state);
  const title = SCROLL_TITLES[overlay.kind];
  if ((overlay.kind !== 'help' && overlay.kind !== 'messages') || (overlay.filter ?? '') === '') return title;
  const { filter = '' } = overlay;
  const [all, shown] =
    overlay.kind === 'help'
      ? [state.bindings, keysWith(state.bindings, filter)]
      : [state.messages, messagesWith(state.messages, filter)];
  return `${title}  ${keptTo(filter, { all, shown })}`;
}

export function dialogLines(
  overlay: Dialog,
  state: ConsoleState,
  width: number,
  height: number,
): readonly [string, readonly StyledLine[]] {
  switch (overlay.kind) {
    case 'quit':
      return [overlay.to === 'exit' ? 'Leave?' : 'To paper?', formatQuit(overlay, state, height)];
    case 'code':
      return [CODE_TITLES[overlay.purpose.kind], formatCode(overlay, state.view, height)];
    case 'size':
      return ['Smaller size', formatSize(overlay, state)];
    case 'palette':
      return ['Find', formatPalette(overlay, state, width, height)];
    case 'prompt':
      return [PROMPT_TITLES[overlay.purpose], formatPrompt(overlay, state.ui.focus, width)];
    case 'tour':
      return [`First steps, ${overlay.page + 1} of ${TOUR_PAGES}`, formatTour(overlay.page, state, width)];
    case 'stops':
      return ['Stop at', state.view?.replay === undefined ? [] : formatStops(overlay.selected, state.view.replay)];
    case 'bookmarks':
      return [
        'Bookmarks',
        state.view?.replay === undefined ? [] : formatBookmarks(overlay.selected, state.view.replay),
      ];
  }
}
