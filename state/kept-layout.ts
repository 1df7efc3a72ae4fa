/** What a person has arranged on the screen and finds again at the next start. Filters are not part of it: a forgotten one hides things. */
import { isSorted, SORTS, type Sort } from './arrangement.ts';
import { CHART_KINDS } from './charts.ts';
import type { UiState } from './model.ts';
import { isAside, PANELS, type PanelId } from './panels.ts';

/** As it was written down, perhaps by another build: names that mean nothing here are passed over. */
export interface KeptLayout {
  readonly focus: string;
  readonly zoomed: boolean;
  readonly chart: string;
  readonly sorts: Readonly<Record<string, { readonly by: string; readonly reversed: boolean }>>;
}

/** Sorts stand by the name of their panel, so that two of one arrangement are written alike. */
export function layoutOf({ focus, zoomed, chart, sorts }: UiState): KeptLayout {
  const known = Object.entries(sorts).filter(([, sort]) => sort !== undefined);
  return { focus, zoomed, chart, sorts: Object.fromEntries(known.sort(([a], [b]) => (a < b ? -1 : 1))) };
}

/** A panel with the focus; it stands in the place that it shares. */
export const focused = (ui: UiState, panel: PanelId): UiState => ({
  ...ui,
  focus: panel,
  aside: isAside(panel) ? panel : ui.aside,
});

/** The screen arranged as it was. */
export function withKept(ui: UiState, { focus, zoomed, chart, sorts }: KeptLayout): UiState {
  const kept: Partial<Record<string, Sort>> = {};
  for (const panel of PANELS) {
    const sort = Object.hasOwn(sorts, panel) ? sorts[panel] : undefined;
    const by = isSorted(panel) ? SORTS[panel].find((name) => name === sort?.by) : undefined;
    if (sort !== undefined && by !== undefined) kept[panel] = { by, reversed: sort.reversed };
  }
  return {
    ...focused(ui, PANELS.find((panel) => panel === focus) ?? ui.focus),
    zoomed,
    chart: CHART_KINDS.find((each) => each === chart) ?? ui.chart,
    sorts: kept,
  };
}
