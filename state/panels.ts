/** The panels of the console, in the order of their keys. */

export const PANELS = [
  'ticks',
  'chart',
  'votes',
  'risk',
  'positions',
  'governor',
  'approvals',
  'log',
  'models',
] as const;
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
  models: 'Models',
};

/** What a panel is called within a line. */
export const PANEL_NAMES: Readonly<Record<PanelId, string>> = { ...PANEL_TITLES, positions: 'Positions', log: 'Log' };

/** Titles for the row of tabs, where all share 80 columns, or 78 within the frame of LIVE. */
export const PANEL_TABS: Readonly<Record<PanelId, string>> = { ...PANEL_NAMES, approvals: 'Approve' };

/** The key of a panel, `1` to `9`. */
export function panelKey(panel: PanelId): string {
  return String(PANELS.indexOf(panel) + 1);
}

/** The panel `step` places after this one, round the end. */
export function panelAfter(panel: PanelId, step: number): PanelId {
  return PANELS[(PANELS.indexOf(panel) + step + PANELS.length) % PANELS.length] ?? panel;
}

/** Two that have one place on a screen of medium size: the one that had the focus last stands there. */
export const ASIDE = ['governor', 'models'] as const satisfies readonly PanelId[];
export type Aside = (typeof ASIDE)[number];

export const isAside = (panel: PanelId): panel is Aside => (ASIDE as readonly PanelId[]).includes(panel);
