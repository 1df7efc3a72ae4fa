/** The open overlay, over the panels: help, explain, what changed, and the dialogs. */
import { useEffect, useRef } from 'react';
import type { ConsoleState, Overlay } from '../../state/model.ts';
import { useSlice, useTools } from '../context.ts';
import { formatChanged } from '../format/changed.ts';
import { boxed, CODE_TITLES, formatCode, formatPrompt, formatQuit, PROMPT_TITLES } from '../format/dialogs.ts';
import { formatExplain } from '../format/explain.ts';
import { formatHelp } from '../format/help.ts';
import { formatMessages } from '../format/messages.ts';
import { formatPalette } from '../format/palette.ts';
import { formatBookmarks, formatStops } from '../format/replay-lists.ts';
import { formatSize } from '../format/size.ts';
import { formatTiming, type TimedFigures } from '../format/timing.ts';
import { formatVenue } from '../format/venue.ts';
import type { Place } from '../layout.ts';
import { Rows } from '../rows.tsx';
import { line, type StyledLine, span } from '../text/line.ts';

const DIALOG_WIDTH = 76;

type Scrolling = Extract<Overlay, { kind: 'help' | 'changed' | 'venue' | 'timing' | 'messages' | 'explain' }>;
type Dialog = Extract<Overlay, { kind: 'quit' | 'code' | 'size' | 'palette' | 'prompt' | 'stops' | 'bookmarks' }>;

const isScrolling = (overlay: Overlay): overlay is Scrolling => 'scroll' in overlay;

/** What was decided long ago, or before the run that this one goes on from, is in the journal. */
const missingText = (decisionId: number, { view }: ConsoleState): string =>
  ` not in memory: chimera explain ${view?.session ?? 'SESSION'} --decision ${decisionId}`;

function scrollingLines(
  overlay: Scrolling,
  state: ConsoleState,
  width: number,
  timed: readonly TimedFigures[],
): readonly StyledLine[] {
  switch (overlay.kind) {
    case 'help':
      return formatHelp(state, width);
    case 'changed':
      return state.view === undefined ? [] : formatChanged(state.view, state.previousView);
    case 'venue':
      return state.view === undefined ? [] : formatVenue(state.view, width);
    case 'timing':
      return state.view === undefined ? [] : formatTiming(state.view, timed.at(-1)!, timed[0]);
    case 'messages':
      return formatMessages(state.messages, width);
    case 'explain':
      if (overlay.explain !== undefined) return formatExplain(overlay.explain, width);
      return [line(overlay.missing ? missingText(overlay.decisionId, state) : ' asking the engine …')];
  }
}

const SCROLL_TITLES: Readonly<Record<Scrolling['kind'], string>> = {
  help: 'Keys',
  changed: 'What the last step changed',
  venue: 'Venue',
  timing: 'Timing',
  messages: 'Messages, newest first',
  explain: 'Explain',
};

function dialogLines(
  overlay: Dialog,
  state: ConsoleState,
  width: number,
  height: number,
): readonly [string, readonly StyledLine[]] {
  switch (overlay.kind) {
    case 'quit':
      return [overlay.to === 'exit' ? 'Leave?' : 'To paper?', formatQuit(overlay, state)];
    case 'code':
      return [CODE_TITLES[overlay.purpose.kind], formatCode(overlay, state.view)];
    case 'size':
      return ['Smaller size', formatSize(overlay, state)];
    case 'palette':
      return ['Find', formatPalette(overlay, state, width, height)];
    case 'prompt':
      return [PROMPT_TITLES[overlay.purpose], formatPrompt(overlay, width)];
    case 'stops':
      return ['Stop at', state.view?.replay === undefined ? [] : formatStops(overlay.selected, state.view.replay)];
    case 'bookmarks':
      return [
        'Bookmarks',
        state.view?.replay === undefined ? [] : formatBookmarks(overlay.selected, state.view.replay),
      ];
  }
}

/** A place of this size in the middle of another. */
function centred(within: Place, width: number, height: number): Place {
  const w = Math.min(width, within.width);
  const h = Math.min(height, within.height);
  return {
    x: within.x + Math.floor((within.width - w) / 2),
    y: within.y + Math.floor((within.height - h) / 2),
    width: w,
    height: h,
  };
}

/** Rates are of about so long. */
const RATE_MS = 3_000;

/** What the screen has cost at this moment, and at those of the last seconds. */
function useTimed(nowMs: number): readonly TimedFigures[] {
  const { figures } = useTools();
  const timed = useRef<readonly TimedFigures[]>([]);
  if (timed.current.at(-1)?.atMs !== nowMs)
    timed.current = [...timed.current.filter(({ atMs }) => atMs >= nowMs - RATE_MS), { atMs: nowMs, ...figures() }];
  return timed.current;
}

/** Scrolls stop at the end: only here is it known how long the text is. */
function ScrollingOverlay({ overlay, state, body }: { overlay: Scrolling; state: ConsoleState; body: Place }) {
  const { store } = useTools();
  const room = Math.max(1, body.height - 2);
  const timed = useTimed(state.nowMs);
  const lines = scrollingLines(overlay, state, body.width - 4, timed);
  const most = Math.max(0, lines.length - room);
  const past = overlay.scroll - most;
  useEffect(() => {
    if (past > 0) store.dispatch({ type: 'scroll', by: -past });
  }, [past, store]);
  const from = Math.min(overlay.scroll, most);
  const more = most > 0 ? ` (${from + 1}–${Math.min(lines.length, from + room)} of ${lines.length})` : '';
  const padded = Array.from({ length: room }, (_, row) => lines[from + row] ?? [span('')]);
  return <Rows place={body} lines={boxed(`${SCROLL_TITLES[overlay.kind]}${more}`, padded, body.width, body.height)} />;
}

/** Nothing while no overlay is open. */
export function OverlayView({ body }: { readonly body: Place }) {
  const { state } = useSlice((each) => ({ state: each.ui.overlay.kind === 'none' ? undefined : each }));
  if (state === undefined || state.ui.overlay.kind === 'none') return null;
  const { overlay } = state.ui;
  if (isScrolling(overlay)) return <ScrollingOverlay overlay={overlay} state={state} body={body} />;
  const width = Math.min(DIALOG_WIDTH, body.width);
  const [title, lines] = dialogLines(overlay, state, width - 4, body.height - 2);
  const place = centred(body, width, lines.length + 2);
  return <Rows place={place} lines={boxed(title, lines, place.width, place.height)} />;
}
