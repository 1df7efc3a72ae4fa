/** The open overlay, over the panels: help, explain, what changed, and the dialogs. */
import { useEffect, useRef } from 'react';
import type { ConsoleState } from '../../state/model.ts';
import { useSlice, useTools } from '../context.ts';
import { Drawn } from '../drawn.tsx';
import { boxed, titleBeside } from '../format/dialogs.ts';
import { dialogLines, isScrolling, pageTitle, type Scrolling, scrollingLines } from '../format/overlays.ts';
import { PALETTE_ROWS } from '../format/palette.ts';
import type { TimedFigures } from '../format/timing.ts';
import { waitingNote } from '../format/waiting.ts';
import type { Place } from '../layout.ts';
import { Rows } from '../rows.tsx';
import { span } from '../text/line.ts';

const DIALOG_WIDTH = 76;

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

/** The same at the lower edge. */
function atBottom(within: Place, width: number, height: number): Place {
  const middle = centred(within, width, height);
  return { ...middle, y: within.y + within.height - middle.height };
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
  const note = waitingNote(state);
  const whole = pageTitle(overlay, state);
  const seen = `${from + 1}–${Math.min(lines.length, from + room)}`;
  const titles = most > 0 ? [`${whole} (${seen} of ${lines.length})`, `${whole} (${seen})`, whole] : [whole];
  const padded = Array.from({ length: room }, (_, row) => lines[from + row] ?? [span('')]);
  return (
    <>
      <Rows
        layer="overlay"
        place={body}
        lines={boxed(titleBeside(titles, note, body.width), padded, body.width, body.height, note)}
      />
      <Drawn what="dialog" enough={body.height > 2} />
    </>
  );
}

interface OverlayProps {
  readonly body: Place;
  /** What waits stands on top of a single panel: the first steps leave it to be seen. */
  readonly asksOnTop: boolean;
}

/** Nothing while no overlay is open. */
export function OverlayView({ body, asksOnTop }: OverlayProps) {
  const { state } = useSlice((each) => ({ state: each.ui.overlay.kind === 'none' ? undefined : each }));
  if (state === undefined || state.ui.overlay.kind === 'none') return null;
  const { overlay } = state.ui;
  if (isScrolling(overlay)) return <ScrollingOverlay overlay={overlay} state={state} body={body} />;
  const width = Math.min(DIALOG_WIDTH, body.width);
  const [title, lines] = dialogLines(overlay, state, width - 4, body.height - 2);
  // Where the list is shorter its box keeps its top: it does not jump while one types.
  const put = overlay.kind === 'tour' && asksOnTop ? atBottom : centred;
  const tallest = put(body, width, (overlay.kind === 'palette' ? PALETTE_ROWS : lines.length) + 2);
  const place = { ...tallest, height: Math.min(tallest.height, lines.length + 2) };
  return (
    <>
      <Rows layer="overlay" place={place} lines={boxed(title, lines, place.width, place.height, waitingNote(state))} />
      <Drawn what="dialog" enough={place.height === lines.length + 2} />
    </>
  );
}
