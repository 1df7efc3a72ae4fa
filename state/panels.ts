/** The panels of the console, in the order of their keys. */

export const PANELS = ['ticks', 'chart', 'votes', 'risk', 'positions', 'governor', 'approvals', 'log'] as const;
export type PanelId = (typeof PANELS)[number];

export const PANEL_TITLES: Readonly<Record<PanelId, string>> = {
  ticks: 'Ticks',
  chart: 'Chart',
  votes: 'Votes',
  risk: 'Risk',
  positions: 'Positions & orders',
  governor: 'Governor',
  approvals: 'Approvals',
  log: 'Decision log',
};

/** Titles for the row of tabs, where eight share 80 columns. */
export const PANEL_TABS: Readonly<Record<PanelId, string>> = {
  ...PANEL_TITLES,
  positions: 'Positions',
  log: 'Log',
};

/** The key of a panel, `1` to `8`. */
export function panelKey(panel: PanelId): string {
  return String(PANELS.indexOf(panel) + 1);
}

/** The panel `step` places after this one, round the end. */
export function panelAfter(panel: PanelId, step: number): PanelId {
  return PANELS[(PANELS.indexOf(panel) + step + PANELS.length) % PANELS.length] ?? panel;
}
