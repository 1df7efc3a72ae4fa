/** Commands of a replay: play, step, seek. */
import type { Command } from '../keymap/commands.ts';
import type { ConsoleState } from '../model.ts';
import type { ReplayAction } from '../protocol.ts';
import { BREAK_KINDS, type ReplayView } from '../view.ts';
import { closeOverlay, dispatch, type Effect, openOverlay } from './effects.ts';

const replay = (action: ReplayAction): readonly Effect[] => [{ kind: 'send', message: { type: 'replay', action } }];

/** Stands behind the input that the explained decision was made on, and looks at its symbol. */
function goToDecision({ ui }: ConsoleState, { firstSeq }: ReplayView): readonly Effect[] {
  if (ui.overlay.kind !== 'explain' || ui.overlay.explain === undefined) return [];
  const { seq, trace } = ui.overlay.explain;
  const select = dispatch({ type: 'select', selection: { selectedSymbol: trace.instrument } });
  return [closeOverlay, select, ...replay({ kind: 'pause' }), ...replay({ kind: 'seek', cursor: seq - firstSeq + 1 })];
}

type ReplayId =
  | 'play-or-pause'
  | 'step'
  | 'speed'
  | 'go-to-end'
  | 'go-to-decision'
  | 'changed'
  | 'bookmark'
  | 'bookmarks'
  | 'stops'
  | 'pick'
  | 'remove';

export function runReplay(command: Extract<Command, { id: ReplayId }>, state: ConsoleState): readonly Effect[] {
  const view = state.view?.replay;
  if (view === undefined) return [];
  switch (command.id) {
    case 'play-or-pause':
      return replay({ kind: view.playing ? 'pause' : 'play' });
    case 'step':
      return replay({ kind: 'step', unit: command.unit, direction: command.direction });
    case 'speed':
      return replay({ kind: 'speed', step: command.step });
    case 'go-to-end':
      return replay({ kind: 'seek', cursor: command.end === 'first' ? 0 : view.total });
    case 'go-to-decision':
      return goToDecision(state, view);
    case 'changed':
      return [openOverlay({ kind: 'changed', scroll: 0 })];
    case 'bookmark': {
      const here = view.bookmarks.find(({ cursor }) => cursor === view.cursor);
      return [openOverlay({ kind: 'prompt', purpose: 'bookmark', text: here?.note ?? '' })];
    }
    case 'bookmarks':
      return [openOverlay({ kind: 'bookmarks', selected: nearestBookmark(view) })];
    case 'stops':
      return [openOverlay({ kind: 'stops', selected: 0 })];
    case 'pick':
      return pick(state, view);
    case 'remove':
      return remove(state, view);
  }
}

/** The newest one that is behind the cursor or at it. */
const nearestBookmark = ({ bookmarks, cursor }: ReplayView): number =>
  Math.max(
    0,
    bookmarks.findLastIndex((each) => each.cursor <= cursor),
  );

/** Goes to the chosen bookmark; in the list of stops, turns one on or off. */
function pick({ ui }: ConsoleState, view: ReplayView): readonly Effect[] {
  const { overlay } = ui;
  if (overlay.kind === 'stops') {
    const at = BREAK_KINDS[overlay.selected];
    return at === undefined ? [] : replay({ kind: 'break', at, on: !view.breaks.includes(at) });
  }
  const bookmark = overlay.kind === 'bookmarks' ? view.bookmarks[overlay.selected] : undefined;
  return bookmark === undefined ? [] : [closeOverlay, ...replay({ kind: 'seek', cursor: bookmark.cursor })];
}

function remove({ ui }: ConsoleState, view: ReplayView): readonly Effect[] {
  const { overlay } = ui;
  const bookmark = overlay.kind === 'bookmarks' ? view.bookmarks[overlay.selected] : undefined;
  if (overlay.kind !== 'bookmarks' || bookmark === undefined) return [];
  const left = view.bookmarks.length - 1;
  const next = left === 0 ? closeOverlay : openOverlay({ ...overlay, selected: Math.min(overlay.selected, left - 1) });
  return [next, ...replay({ kind: 'forget-bookmark', cursor: bookmark.cursor })];
}

/** The row below or above, as far as there are any. */
export function chooseRow({ ui, view }: ConsoleState, step: number): readonly Effect[] {
  const { overlay } = ui;
  if (overlay.kind !== 'stops' && overlay.kind !== 'bookmarks') return [];
  const rows = overlay.kind === 'stops' ? BREAK_KINDS.length : (view?.replay?.bookmarks.length ?? 0);
  return [openOverlay({ ...overlay, selected: Math.max(0, Math.min(rows - 1, overlay.selected + step)) })];
}
