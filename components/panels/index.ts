/** All panels as components. */
import type { PanelId } from '../../state/panels.ts';
import { createPanel, type PanelComponent } from './panel.tsx';
import { BESIDE_SPEC, PANEL_SPECS } from './specs.ts';

export const PANEL_COMPONENTS: Readonly<Record<PanelId, PanelComponent>> = {
  ticks: createPanel(PANEL_SPECS.ticks),
  chart: createPanel(PANEL_SPECS.chart),
  votes: createPanel(PANEL_SPECS.votes),
  risk: createPanel(PANEL_SPECS.risk),
  positions: createPanel(PANEL_SPECS.positions),
  governor: createPanel(PANEL_SPECS.governor),
  approvals: createPanel(PANEL_SPECS.approvals),
  log: createPanel(PANEL_SPECS.log),
  models: createPanel(PANEL_SPECS.models),
};

/** Of a large screen, beside the chart. */
export const BesideChart = createPanel(BESIDE_SPEC);
