/** Rows as keys arrange them: filtered, sorted, and a selection that is where its row is. */
import { describe, expect, it } from 'vitest';
import { nextSort, SORTS, type SortedPanel } from '../../../state/arrangement.ts';
import { holdings, selectedHolding, selectedSymbol, symbolRows, visibleLog } from '../../../state/rows.ts';
import { explained } from '../../../state/selectors.ts';
import type { EngineView } from '../../../state/view.ts';
import { logEntries } from '../../fixtures/console-log.ts';
import { type ConsoleRig, consoleRig, overlay, shown } from '../../fixtures/console-rig.ts';
import { orderView, positionView, SYMBOLS, symbolView } from '../../fixtures/console-view.ts';

const state = (rig: ConsoleRig) => rig.store.getState();
const names = (rig: ConsoleRig) => symbolRows(state(rig)).shown.map(({ symbol }) => symbol.split('/')[0]);
const chosen = (rig: ConsoleRig) => selectedSymbol(state(rig))?.symbol;
const keys = (rig: ConsoleRig) => holdings(state(rig)).map(({ key }) => key);
const filter = (rig: ConsoleRig, text: string): void => {
  for (const key of ['/', ...text, '\r']) rig.press(key);
};
/** Five symbols, each with another change. */
const CHANGES = [0.4, -1, undefined, 2, 0.1];
const CHANGED = SYMBOLS.map((each, at) => symbolView({ ...each, changePct: CHANGES[at] }));
const OPEN: Pick<EngineView, 'positions' | 'orders'> = {
  positions: [
    positionView({ instrument: 0, symbol: 'BTC/USDT', unrealised: '-3.10', quantity: '0.01', mark: '64000' }),
    positionView({ instrument: 1, symbol: 'ETH/USDT', unrealised: '7.77' }),
    positionView({ instrument: 2, symbol: 'SOL/USDT', unrealised: '0.02', mark: undefined }),
  ],
  orders: [orderView({ orderId: 71 }), orderView({ orderId: 72, symbol: 'ETH/USDT', ageMs: 9_000 })],
};

describe('sorting', () => {
  it('goes through the columns, turns, and ends where the rows are as they are given', () => {
    const rig = shown({ symbols: CHANGED });
    expect(names(rig)).toEqual(['BTC', 'ETH', 'SOL', 'DOGE', 'BTC']);
    rig.press('o');
    expect(names(rig)).toEqual(['DOGE', 'BTC', 'BTC', 'ETH', 'SOL']);
    rig.press('O');
    expect(names(rig)).toEqual(['ETH', 'BTC', 'BTC', 'DOGE', 'SOL']);
    for (const by of ['spread', 'imbalance', 'volume', 'age', 'chance']) {
      rig.press('o');
      expect(state(rig).ui.sorts.ticks).toEqual({ by, reversed: false });
    }
    rig.press('o');
    expect(state(rig).ui.sorts.ticks).toBeUndefined();
    expect(symbolRows(state(rig)).shown).toBe(CHANGED);
  });

  it('chooses no other symbol, however rows move', () => {
    const rig = shown({ symbols: CHANGED });
    for (const key of ['o', 'O', 'o', 'o']) {
      rig.press(key);
      expect(chosen(rig)).toBe('BTC/USDT');
    }
    rig.show({ symbols: CHANGED.toReversed() });
    expect(chosen(rig)).toBe('BTC/USDT');
  });

  it('moves in the order that is shown', () => {
    const rig = shown({ symbols: CHANGED });
    rig.press('o');
    rig.press('k');
    expect(chosen(rig)).toBe('DOGE/USDT');
    rig.press('2');
    rig.press('j');
    expect(chosen(rig)).toBe('BTC/USDT');
  });

  it('is apart for positions and orders, and leaves what has no such value behind', () => {
    const rig = shown(OPEN);
    rig.press('5');
    rig.press('o');
    expect(keys(rig)).toEqual(['position 0', 'position 1', 'position 2', 'order 71', 'order 72']);
    rig.press('o');
    expect(keys(rig)).toEqual(['position 1', 'position 2', 'position 0', 'order 71', 'order 72']);
    rig.press('o');
    expect(keys(rig).slice(0, 3)).toEqual(['position 1', 'position 0', 'position 2']);
    rig.press('o');
    rig.press('O');
    expect(keys(rig).slice(3)).toEqual(['order 71', 'order 72']);
  });

  it('puts the limit that is used most on top', () => {
    const rig = shown();
    rig.press('4');
    rig.press('o');
    expect(state(rig).ui.sorts).toEqual({ risk: { by: 'used', reversed: false } });
    rig.press('j');
    expect(state(rig).ui.selectedLimit).toBe('orders');
  });

  it.each(['2', '3', '6', '7', '8'])('does nothing in panel %s, and says why', (key) => {
    const rig = shown();
    rig.press(key);
    rig.press('o');
    expect(state(rig).ui.sorts).toEqual({});
    expect(state(rig).notice?.text).toMatch(/^o: /);
  });

  it.each(Object.keys(SORTS) as SortedPanel[])('of %s comes to every column once', (panel) => {
    const seen: Array<string | undefined> = [];
    for (let sort = nextSort(panel, undefined); sort !== undefined; sort = nextSort(panel, sort)) seen.push(sort.by);
    expect(seen).toEqual([...SORTS[panel]]);
  });
});

describe('a filter', () => {
  it('keeps the rows with a text, and an empty one shows all again', () => {
    const rig = shown();
    filter(rig, ' btc ');
    expect(names(rig)).toEqual(['BTC', 'BTC']);
    for (const key of ['/', '\x7f', '\x7f', '\x7f', '\r']) rig.press(key);
    expect(names(rig)).toHaveLength(5);
  });

  it('takes the selection to the nearest row that is left, and it stays there', () => {
    const rig = shown();
    for (const key of ['j', 'j']) rig.press(key);
    expect(chosen(rig)).toBe('SOL/USDT');
    filter(rig, 'btc');
    expect(chosen(rig)).toBe('BTC/USD:BTC');
    for (const key of ['/', '\x7f', '\x7f', '\x7f', '\r']) rig.press(key);
    expect(chosen(rig)).toBe('BTC/USD:BTC');
  });

  it('that nothing has leaves the chosen symbol, for the chart is about it', () => {
    const rig = shown();
    rig.press('j');
    filter(rig, 'none');
    expect([names(rig), chosen(rig)]).toEqual([[], 'ETH/USDT']);
    rig.show();
    expect(chosen(rig)).toBe('ETH/USDT');
  });

  it('gives way to a symbol that is chosen by name', () => {
    const rig = shown();
    filter(rig, 'eth');
    for (const key of [...':sol', '\r']) rig.press(key);
    rig.show();
    expect([chosen(rig), state(rig).ui.filters.ticks]).toEqual(['SOL/USDT', '']);
  });

  it('never hides an order whose outcome nobody knows', () => {
    const rig = shown({ ...OPEN, orders: [...OPEN.orders, orderView({ orderId: 80, state: 'unknown' })] });
    rig.press('5');
    filter(rig, 'sol');
    expect(keys(rig)).toEqual(['position 2', 'order 80']);
  });

  it.each(['4', '6', '7'])('is none in panel %s: what counts or is asked is all shown', (key) => {
    const rig = shown();
    rig.press(key);
    rig.press('/');
    expect(overlay(rig)).toBe('none');
    expect(state(rig).notice?.text).toMatch(/^\/: .* all shown$/);
  });

  it('of the log keeps the chosen line, or goes to the nearest, and back', () => {
    const rig = consoleRig();
    rig.show({}, 10);
    rig.port.log(logEntries());
    for (const key of ['8', 'k', 'k', 'k']) rig.press(key);
    const line = state(rig).ui.selectedLog ?? 0;
    filter(rig, 'order');
    const left = visibleLog(state(rig)).map(({ id }) => id);
    const nearest = left.toSorted((a, b) => Math.abs(a - line) - Math.abs(b - line))[0];
    rig.press('k');
    expect(state(rig).ui.selectedLog).toBe(left[Math.max(0, left.indexOf(nearest ?? 0) - 1)]);
  });

  it('of a page is one of its lines, and Esc goes back to the page', () => {
    const rig = shown();
    rig.press('?');
    rig.press('j');
    rig.press('/');
    expect(overlay(rig)).toBe('prompt');
    rig.controller.input('\x1b');
    rig.timers.advance(1_000);
    expect(state(rig).ui.overlay).toEqual({ kind: 'help', scroll: 1 });
    filter(rig, 'kill');
    expect(state(rig).ui.overlay).toEqual({ kind: 'help', scroll: 0, filter: 'kill' });
    expect(state(rig).ui.filters).toEqual({});
  });

  it('of a page that is no list is none', () => {
    const rig = shown();
    rig.press('T');
    rig.press('/');
    expect([overlay(rig), state(rig).notice?.text]).toEqual(['timing', '/: this page is no list']);
  });
});

describe('positions and orders', () => {
  it('are one list for the selection, which goes to the nearest when its row is gone', () => {
    const rig = shown(OPEN);
    for (const key of ['5', 'j', 'j', 'j']) rig.press(key);
    expect(selectedHolding(state(rig))?.key).toBe('order 71');
    rig.show({ ...OPEN, orders: OPEN.orders.slice(1) });
    expect(selectedHolding(state(rig))?.key).toBe('order 72');
    rig.show({ ...OPEN, orders: [] });
    expect(selectedHolding(state(rig))?.key).toBe('position 2');
    rig.show({ positions: [], orders: [] });
    expect(selectedHolding(state(rig))).toBeUndefined();
  });

  it('are explained by the decision they came from, an order as far as the log tells', () => {
    const rig = consoleRig();
    rig.show(OPEN, 10);
    rig.port.log(logEntries());
    rig.timers.advance(200);
    for (const key of ['5', 'j', 'j', 'j']) rig.press(key);
    const told = logEntries().find(({ event }) => event.kind === 'order' && event.orderId === 71)?.event;
    expect(explained(state(rig))).toEqual({
      decisionId: told?.kind === 'order' ? told.decisionId : -1,
      what: 'order #71',
    });
    rig.press('j');
    expect(explained(state(rig))).toEqual({ reason: 'the log no longer tells what this order came from' });
  });
});
