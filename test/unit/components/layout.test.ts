/** Where things stand: nothing overlaps, nothing leaves the screen, every panel has its place. */
import { describe, expect, it } from 'vitest';
import { divide, layOutScreen, type Place, type ScreenNeeds } from '../../../components/layout.ts';
import { PANELS } from '../../../state/panels.ts';

const needs = (changes: Partial<ScreenNeeds> = {}): ScreenNeeds => ({
  columns: 120,
  rows: 40,
  headerLines: 2,
  proposals: 1,
  snoozed: false,
  models: false,
  timelineLines: 0,
  framed: false,
  focus: 'ticks',
  aside: 'governor',
  zoomed: false,
  ...changes,
});

function places(layout: ReturnType<typeof layOutScreen>): readonly Place[] {
  const { header, strip, tabs, panels, beside, timeline, footer } = layout;
  return [header, strip, tabs, ...panels, beside, timeline, footer].filter((each) => each !== undefined);
}

const SIZES = [
  [80, 24],
  [100, 30],
  [120, 40],
  [160, 50],
  [200, 60],
  [240, 70],
  [60, 16],
] as const;

describe('the layout', () => {
  it.each(SIZES)('covers %i×%i without overlap, in all circumstances', (columns, rows) => {
    for (const framed of [false, true])
      for (const timelineLines of [0, 3, 4, 5])
        for (const zoomed of [false, true])
          for (const headerLines of [2, 4]) {
            const layout = layOutScreen(
              needs({ columns, rows, framed, timelineLines, zoomed, headerLines, proposals: 2 }),
            );
            const painted = new Uint8Array(columns * rows);
            for (const { x, y, width, height } of places(layout)) {
              const inside = x >= 0 && x + width <= columns - (framed ? 1 : 0) && y + height <= rows - (framed ? 1 : 0);
              expect(inside).toBe(true);
              for (let row = y; row < y + height; row++)
                for (let column = x; column < x + width; column++) painted[row * columns + column]!++;
            }
            expect(painted.every((times) => times <= 1)).toBe(true);
          }
  });

  it('shows one panel with approvals on top on a small screen, and not twice', () => {
    const small = layOutScreen(needs({ columns: 80, rows: 24 }));
    expect(small.panels.map((each) => each.panel)).toEqual(['ticks']);
    expect(small.strip?.panel).toBe('approvals');
    expect(layOutScreen(needs({ columns: 80, rows: 24, focus: 'approvals' })).strip).toBeUndefined();
    expect(layOutScreen(needs({ columns: 80, rows: 24, proposals: 0 })).strip).toBeUndefined();
  });

  it('shows every panel on a larger one, and one when zoomed', () => {
    for (const [columns, rows] of [
      [120, 40],
      [200, 60],
    ] as const) {
      const layout = layOutScreen(needs({ columns, rows }));
      const shared = layout.panels.flatMap(({ shares }) => shares ?? []);
      expect(shared).toEqual(columns < 200 ? ['models'] : []);
      expect(new Set([...layout.panels.map((each) => each.panel), ...shared])).toEqual(new Set(PANELS));
      for (const place of layout.panels) expect(place.height).toBeGreaterThanOrEqual(5);
    }
    expect(layOutScreen(needs({ zoomed: true, focus: 'log' })).panels.map((each) => each.panel)).toEqual(['log']);
  });

  it('has room for a second chart on a large screen only', () => {
    const beside = (changes: Partial<ScreenNeeds>) => layOutScreen(needs(changes)).beside;
    expect(beside({})).toBeUndefined();
    expect(beside({ columns: 200, rows: 60 })).toMatchObject({ x: 158, width: 42, height: 22 });
    expect(beside({ columns: 200, rows: 60, zoomed: true })).toBeUndefined();
  });

  it('divides without remainder', () => {
    expect(divide(36, [9, 11, 7, 9])).toEqual([9, 11, 7, 9]);
    for (let total = 0; total < 100; total++) expect(divide(total, [3, 1, 5]).reduce((a, b) => a + b)).toBe(total);
  });

  it('keeps one line for what is snoozed, and the room of a proposal for one that waits', () => {
    const strip = (proposals: number, snoozed: boolean, focus: ScreenNeeds['focus'] = 'ticks') =>
      layOutScreen(needs({ columns: 80, rows: 24, proposals, snoozed, focus })).strip?.height;
    expect([strip(0, false), strip(0, true), strip(1, false), strip(1, true), strip(2, false)]).toEqual([
      undefined,
      2,
      5,
      6,
      6,
    ]);
    expect(strip(2, true, 'approvals')).toBeUndefined();
    const withModels = (rows: number) => layOutScreen(needs({ columns: 80, rows, models: true })).strip?.height;
    expect([withModels(24), withModels(23)]).toEqual([6, 5]);
  });
});
