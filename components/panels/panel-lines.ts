/** The rows of a panel with its title bar: what it shows of the state, without React. */
import { keyOf } from '../../state/keymap/key-names.ts';
import type { ConsoleState } from '../../state/model.ts';
import { modelCounts } from '../../state/model-health.ts';
import { PANEL_TITLES, type PanelId } from '../../state/panels.ts';
import type { Drawing } from '../format/chart.ts';
import { titleBar } from '../format/fields.ts';
import type { PanelPlace } from '../layout.ts';
import { line, type StyledLine, span } from '../text/line.ts';

/** What a panel selects is what it formats: `PanelSpec<object>` is one of any slice. */
export interface PanelSpec<S extends object> {
  readonly panel: PanelId;
  select(state: ConsoleState): S;
  format(slice: S, width: number, height: number, drawing: Drawing): readonly StyledLine[];
  /** In the place of the panel's key and title. */
  title?(slice: S): string;
  /** A few words at the right of the title bar. */
  note?(slice: S, drawing: Drawing): string;
  /** Where there is no title bar the note is the first row: the panel cannot be understood without it. */
  readonly keepsNote?: true;
  /** What its rows are kept to, and how many of them are shown; empty where all are. */
  keptTo?(slice: S): string;
}

/** What a panel shows besides its slice. */
export interface PanelFrame {
  /** The key of the panel, as it is shown. */
  readonly key: string;
  /** The panel that it shares its place with, by key and title, and whether it has what must not go unseen; empty without one. */
  readonly beside: string;
  readonly besideWarns: boolean;
  /** Why there is nothing to show yet; empty once there is. */
  readonly waiting: string;
}

export const frameOf = (state: ConsoleState, panel: PanelId, shares?: PanelId): PanelFrame => ({
  key: keyOf(state.bindings, `panel-${panel}`),
  ...(shares === undefined ? { beside: '', besideWarns: false } : besideTitle(state, shares)),
  waiting: unheard(state),
});

/** The title of a panel that is not drawn, with what it would show first. */
function besideTitle({ bindings, view }: ConsoleState, panel: PanelId): Pick<PanelFrame, 'beside' | 'besideWarns'> {
  const { muted, drifting } = modelCounts(view?.models ?? []);
  const open = (view?.suggestions ?? []).filter(({ state }) => state === 'open').length;
  const untold =
    panel === 'governor'
      ? open > 0 && `${open} open`
      : [muted > 0 && `${muted} muted`, drifting > 0 && `${drifting} drift`].filter(Boolean).join(', ');
  const title = `${keyOf(bindings, `panel-${panel}`)} ${PANEL_TITLES[panel]}`;
  return untold ? { beside: `${title}: ${untold}`, besideWarns: true } : { beside: title, besideWarns: false };
}

/** Before the engine has said anything. */
function unheard({ view, connection }: ConsoleState): string {
  if (view !== undefined) return '';
  return connection.kind === 'stopped' ? 'the engine has said nothing' : 'waiting for the engine …';
}

export interface PanelLook {
  readonly place: PanelPlace;
  readonly focused: boolean;
  readonly drawing: Drawing;
}

/** Columns for its rows: a line towards a neighbour takes one. */
export const widthIn = (place: PanelPlace): number => place.width - (place.edge ? 1 : 0);

/** The panel's rows, its title bar on top where it has one. */
export function panelLines<S extends object>(
  spec: PanelSpec<S>,
  slice: S,
  { key, beside, besideWarns, waiting }: PanelFrame,
  { place, focused, drawing }: PanelLook,
): readonly StyledLine[] {
  const width = widthIn(place);
  const note = waiting === '' ? (spec.note?.(slice, drawing) ?? '') : '';
  const keptTo = spec.keptTo?.(slice) ?? '';
  const words = spec.title?.(slice) ?? `${key} ${PANEL_TITLES[spec.panel]}`;
  const title = titleBar(words, note, focused, width, keptTo, span(beside, besideWarns ? 'warn' : 'quiet'));
  const noteRow = spec.keepsNote === true && note !== '' ? [line(span(` ${note}`, 'quiet'))] : [];
  // Without a title bar there is no other place for what must not be forgotten.
  const top = place.titled ? [title] : keptTo === '' ? noteRow : [line(span(` ${keptTo}`, 'warn'))];
  const height = place.height - top.length;
  if (height <= 0) return top;
  if (waiting !== '') return [...top, line(span(` ${waiting}`, 'quiet'))];
  return [...top, ...spec.format(slice, width, height, drawing).slice(0, height)];
}
