/** The store: how often it publishes, and what is on screen when a key comes. */
import { describe, expect, it } from 'vitest';
import { createStore } from '../../../state/store.ts';
import { engineView } from '../../fixtures/console-view.ts';
import { type FakeTimers, fakeTimers } from '../../fixtures/fake-timers.ts';

const viewAction = (seq: number, timers: FakeTimers) =>
  ({ type: 'view', view: engineView({ seq }), lastLogId: 0, atMs: timers.now() }) as const;

function started(columns = 80, rows = 24) {
  const timers = fakeTimers();
  const store = createStore(timers, columns, rows);
  let published = 0;
  store.subscribe(() => {
    published++;
  });
  return { timers, store, published: () => published };
}

describe('the store', () => {
  it('publishes ten times a second under a hundred updates a second', () => {
    const { timers, store, published } = started();
    for (let i = 0; i < 100; i++) {
      store.offerView(viewAction(i, timers));
      timers.advance(10);
    }
    expect(published()).toBeGreaterThanOrEqual(9);
    expect(published()).toBeLessThanOrEqual(11);
    timers.advance(100);
    expect(store.getSnapshot().view?.seq).toBe(99);
  });

  it('publishes a large screen less often, but five times a second at least', () => {
    for (const [columns, rows] of [
      [200, 60],
      [400, 100],
    ] as const) {
      const { timers, store, published } = started(columns, rows);
      for (let i = 0; i < 100; i++) {
        store.offerView(viewAction(i, timers));
        timers.advance(10);
      }
      expect(published()).toBeGreaterThanOrEqual(5);
      expect(published()).toBeLessThanOrEqual(6);
    }
  });

  it('publishes at once after a key', () => {
    const { timers, store, published } = started();
    store.offerView(viewAction(1, timers));
    timers.advance(0);
    const before = published();
    store.dispatch({ type: 'focus', panel: 'log' });
    expect(store.getSnapshot().ui.focus).toBe('ticks');
    store.flush();
    expect(published()).toBe(before + 1);
    expect(store.getSnapshot().ui.focus).toBe('log');
  });

  it('publishes the first view after a key at once, and the next one in its turn', () => {
    const { timers, store, published } = started();
    store.flush();
    timers.advance(20);
    store.offerView(viewAction(1, timers));
    expect(store.getSnapshot().view?.seq).toBe(1);
    store.offerView(viewAction(2, timers));
    expect(store.getSnapshot().view?.seq).toBe(1);
    timers.advance(100);
    expect(store.getSnapshot().view?.seq).toBe(2);
    expect(published()).toBe(3);
  });

  it('keeps a newer view away from keys until it is on screen', () => {
    const { timers, store } = started();
    store.offerView(viewAction(1, timers));
    timers.advance(0);
    store.offerView(viewAction(2, timers));
    expect(store.getState().view?.seq).toBe(1);
  });

  it('keeps the snapshot until it publishes, and tells nobody after it is closed', () => {
    const { timers, store, published } = started();
    const before = store.getSnapshot();
    store.dispatch({ type: 'zoom', zoomed: true });
    expect(store.getSnapshot()).toBe(before);
    store.close();
    timers.advance(1_000);
    expect(published()).toBe(0);
  });
});
