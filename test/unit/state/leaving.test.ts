/** Leaving the console: what it asks with something open, and what it offers. */
import { describe, expect, it } from 'vitest';
import { quitChoices } from '../../../state/selectors.ts';
import { armedLive } from '../../fixtures/console-live.ts';
import { overlay, RIG_CODE, shown } from '../../fixtures/console-rig.ts';
import { orderView, positionView } from '../../fixtures/console-view.ts';

describe('leaving', () => {
  it('asks, and leaves when nothing is open', () => {
    const rig = shown({ positions: [], orders: [] });
    rig.press('q');
    expect(rig.store.getSnapshot().ui.overlay).toEqual({ kind: 'quit', selected: 'stay', to: 'exit' });
    expect(quitChoices(rig.store.getSnapshot())).toEqual(['leave', 'stay']);
    rig.press('\r');
    expect([rig.left(), overlay(rig)]).toEqual([0, 'none']);
    rig.press('\u0003');
    rig.press('l');
    expect(rig.left()).toBe(1);
  });

  it('offers flatten, leave and stay in a paper session with something open, and only flatten or stay when live', () => {
    const rig = shown({ positions: [], orders: [orderView()] });
    rig.press('q');
    expect(quitChoices(rig.store.getSnapshot())).toEqual(['flatten', 'leave', 'stay']);
    const live = shown({ mode: 'LIVE' });
    live.press('q');
    expect(quitChoices(live.store.getSnapshot())).toEqual(['flatten', 'stay']);
    live.press('l');
    expect([live.left(), overlay(live)]).toEqual([0, 'quit']);
  });

  it('offers to leave live positions that the host says are guarded at the venue', () => {
    const { live } = armedLive();
    const quits = (guarded: boolean) => {
      const rig = shown({ mode: 'LIVE', live: { ...live!, guarded } });
      rig.press('q');
      return quitChoices(rig.store.getSnapshot());
    };
    expect([quits(true), quits(false)]).toEqual([
      ['flatten', 'leave', 'stay'],
      ['flatten', 'stay'],
    ]);
  });

  it('offers what fits the moment, though something opens or closes while the dialog stands', () => {
    const live = shown({ mode: 'LIVE', positions: [], orders: [] });
    live.press('q');
    live.press('k');
    live.show({ mode: 'LIVE', positions: [positionView()], orders: [] });
    live.press('l');
    live.press('\r');
    expect([live.left(), overlay(live)]).toEqual([0, 'none']);
    const paper = shown({ positions: [positionView()], orders: [] });
    paper.press('q');
    paper.show({ positions: [], orders: [] });
    paper.press('f');
    expect(overlay(paper)).toBe('quit');
    paper.press('l');
    expect(paper.left()).toBe(1);
  });

  it('an attached console may leave a live engine as it is', () => {
    const rig = shown({ mode: 'LIVE', attached: true });
    rig.press('q');
    rig.press('l');
    expect(rig.left()).toBe(1);
  });

  it('flattens step by step: kill, then flatten when no entry is open, then leave when nothing is held', () => {
    const rig = shown({ positions: [positionView()], orders: [orderView()] });
    rig.press('q');
    rig.press('f');
    for (const char of `${RIG_CODE}\r`) rig.press(char);
    expect(rig.port.commands()).toEqual([{ kind: 'kill' }]);
    rig.show({ kill: 'cancelling' });
    expect(rig.port.commands()).toHaveLength(1);
    rig.show({ kill: 'none-open', orders: [] });
    expect(rig.port.commands()).toEqual([{ kind: 'kill' }, { kind: 'flatten' }]);
    rig.show({ kill: 'flattening', orders: [orderView({ purpose: 'flatten' })] });
    expect(rig.left()).toBe(0);
    rig.show({ kill: 'flat', positions: [], orders: [] });
    expect(rig.left()).toBe(1);
    expect(rig.port.commands()).toHaveLength(2);
  });

  it('can be called off while it flattens', () => {
    const rig = shown({ kill: 'none-open', orders: [] });
    rig.press('q');
    rig.press('f');
    for (const char of `${RIG_CODE}\r`) rig.press(char);
    rig.press('q');
    rig.press('s');
    rig.show({ positions: [], orders: [] });
    expect(rig.left()).toBe(0);
  });
});
