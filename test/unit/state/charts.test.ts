/** The kinds of chart: the key goes through all of them, the palette to each, and the choice stays. */
import { describe, expect, it } from 'vitest';
import { besideChart, CHART_KINDS, CHART_TITLES } from '../../../state/charts.ts';
import { layoutOf, withKept } from '../../../state/kept-layout.ts';
import { consoleRig, shown } from '../../fixtures/console-rig.ts';

describe('the kind of chart', () => {
  it('goes round by key, in the chart panel only', () => {
    const rig = shown();
    const kind = () => rig.store.getState().ui.chart;
    rig.press('E');
    expect(kind()).toBe('price');
    rig.press('2');
    const seen = CHART_KINDS.map(() => {
      rig.press('E');
      return kind();
    });
    expect(seen).toEqual(['equity', 'contribution', 'depth', 'latency', 'price']);
  });

  it.each(CHART_KINDS)('%s is found by name, and is seen then', (kind) => {
    const rig = shown();
    for (const key of [':', ...`chart: ${CHART_TITLES[kind]}`, '\r']) rig.press(key);
    expect(rig.store.getState().ui).toMatchObject({ focus: 'chart', chart: kind, overlay: { kind: 'none' } });
  });

  it('stays while other panels are looked at, views come and the symbol changes', () => {
    const rig = consoleRig();
    rig.show();
    rig.press('2');
    for (const _ of ['contribution', 'depth', 'latency']) rig.press('E');
    rig.press('1');
    rig.press('j');
    rig.show({ symbols: [] });
    expect(rig.store.getState().ui.chart).toBe('depth');
  });

  it.each(CHART_KINDS)('%s comes back at the next start', (chart) => {
    const { ui } = shown().store.getState();
    expect(withKept(ui, layoutOf({ ...ui, chart })).chart).toBe(chart);
  });

  it('beside another one never is the same', () => {
    for (const kind of CHART_KINDS) expect(besideChart(kind)).not.toBe(kind);
  });
});
