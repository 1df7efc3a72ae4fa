/** Where there are more rows than room, the chosen one is always seen. */
import { describe, expect, it } from 'vitest';
import { frameOf, panelLines } from '../../../../components/panels/panel-lines.ts';
import { PANEL_SPECS } from '../../../../components/panels/specs.ts';
import { plainText } from '../../../../components/text/line.ts';
import type { PanelId } from '../../../../state/panels.ts';
import { MODEL_HEALTH } from '../../../fixtures/console-models.ts';
import { type ConsoleRig, shown } from '../../../fixtures/console-rig.ts';
import { orderView, positionView, suggestionView, symbolView } from '../../../fixtures/console-view.ts';

const COUNT = 20;
const many = <T>(make: (at: number) => T): readonly T[] => Array.from({ length: COUNT }, (_, at) => make(at));
const FULL = {
  symbols: many((at) => symbolView({ instrument: at, symbol: `C${at}/USDT` })),
  limits: many((at) => ({ name: `limit ${at}`, used: at, limit: 20, unit: '' })),
  positions: many((at) => positionView({ instrument: at, symbol: `C${at}/USDT` })),
  orders: many((at) => orderView({ orderId: 100 + at })),
  models: MODEL_HEALTH,
  suggestions: many((at) => suggestionView({ suggestionId: at + 1 })),
};

function rows(rig: ConsoleRig, panel: PanelId, height: number): readonly string[] {
  const state = rig.store.getState();
  const place = { x: 0, y: 0, width: 70, height, panel, edge: false, titled: false };
  const spec = PANEL_SPECS[panel];
  const look = { place, focused: true, drawing: { plotter: undefined, glyphs: 'braille' } as const };
  return panelLines(spec, spec.select(state), frameOf(state, panel), look).map(plainText);
}

describe.each([
  ['ticks', '1', COUNT, 2],
  ['risk', '4', COUNT, 3],
  ['positions', '5', COUNT * 2, 6],
  ['governor', '6', COUNT, 4],
  ['models', '9', MODEL_HEALTH.length, 2],
] as const)('%s', (panel, key, length, least) => {
  it.each([least, least + 1, 8, 12, 30])('in %i rows shows the chosen one, down to the last', (height) => {
    const rig = shown(FULL);
    rig.press(key);
    const seen = new Set<string>();
    for (let at = 0; at < length; at++) {
      const marked = rows(rig, panel, height).filter((row) => row.startsWith('▸'));
      expect(marked).toHaveLength(1);
      expect(rows(rig, panel, height).length).toBeLessThanOrEqual(height);
      seen.add(marked[0]!);
      rig.press('j');
    }
    expect(seen.size).toBe(length);
  });
});
