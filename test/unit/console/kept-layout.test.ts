/** How the screen is arranged comes back, and is written when it changes: seldom, and at the end. */
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { keepLayout } from '../../../src/console/kept-layout.ts';
import { type KeptLayout, layoutOf, withKept } from '../../../state/kept-layout.ts';
import { initialState } from '../../../state/model.ts';
import { shown } from '../../fixtures/console-rig.ts';

const LEFT: KeptLayout = {
  focus: 'positions',
  zoomed: true,
  chart: 'equity',
  sorts: { ticks: { by: 'age', reversed: true } },
};

function keeping(read: () => KeptLayout | undefined, keep: () => Promise<void> = async () => {}) {
  const rig = shown();
  const written: KeptLayout[] = [];
  const told: string[] = [];
  const memory = {
    read,
    keep: (layout: KeptLayout) => {
      written.push(layout);
      return keep();
    },
  };
  const { store, timers } = rig;
  const stop = keepLayout({ store, timers, open: async () => memory, tell: (text) => told.push(text) });
  const settle = async (): Promise<void> => {
    await turn();
    timers.advance(200);
  };
  return { rig, written, told, stop, settle, ui: () => store.getState().ui };
}

it('is as it was left, and nothing is written for that', async () => {
  const { ui, written, settle, stop, rig } = keeping(() => LEFT);
  await settle();
  expect(layoutOf(ui())).toEqual(LEFT);
  expect(ui().filters).toEqual({});
  rig.timers.advance(60_000);
  stop();
  expect(written).toEqual([]);
});

it('is what was arranged by then, where somebody was faster', async () => {
  const { ui, settle, rig } = keeping(() => LEFT);
  rig.press('8');
  await settle();
  expect([ui().focus, ui().zoomed]).toEqual(['log', false]);
});

it('is written once for what is arranged within seconds, again after, and at the end', async () => {
  const { rig, written, settle, stop } = keeping(() => undefined);
  await settle();
  for (const key of ['5', 'o', 'z', 'j']) rig.press(key);
  expect(written).toEqual([]);
  rig.timers.advance(5_000);
  const arranged = {
    focus: 'positions',
    zoomed: true,
    chart: 'price',
    sorts: { positions: { by: 'symbol', reversed: false } },
  };
  expect(written).toEqual([arranged]);
  rig.press('z');
  rig.press('z');
  rig.timers.advance(60_000);
  expect(written).toHaveLength(1);
  rig.press('z');
  stop();
  expect(written.slice(1)).toEqual([{ ...arranged, zoomed: false }]);
  rig.press('z');
  rig.timers.advance(60_000);
  expect(written).toHaveLength(2);
});

it('is not written for a filter or a selection', async () => {
  const { rig, written, settle, stop } = keeping(() => undefined);
  await settle();
  for (const key of ['/', 'e', '\r', 'j']) rig.press(key);
  rig.timers.advance(60_000);
  stop();
  expect(written).toEqual([]);
});

it('that cannot be read is told of once, and never written over', async () => {
  const { rig, written, told, settle, stop } = keeping(() => {
    throw new Error('layout.json is refused');
  });
  await settle();
  rig.press('8');
  rig.timers.advance(60_000);
  stop();
  expect([told, written]).toEqual([['the layout is not kept: layout.json is refused'], []]);
});

it('that cannot be written is told of once', async () => {
  const full = () => Promise.reject(new Error('no space left'));
  const { rig, written, told, settle } = keeping(() => undefined, full);
  await settle();
  for (const key of ['8', '5', '6']) {
    rig.press(key);
    rig.timers.advance(10_000);
    await settle();
  }
  expect([told, written.length]).toEqual([['the layout is not kept: no space left'], 1]);
});

it('of another build means what is known here', () => {
  const { ui } = initialState(120, 40);
  const other = { focus: 'oracle', zoomed: true, chart: 'smile', sorts: { log: { by: 'age', reversed: false } } };
  expect(withKept(ui, other)).toEqual({ ...ui, zoomed: true });
  const sorts = { ticks: { by: 'gain', reversed: false }, risk: { by: 'used', reversed: true } };
  expect(withKept(ui, { ...LEFT, sorts }).sorts).toEqual({ risk: { by: 'used', reversed: true } });
});
