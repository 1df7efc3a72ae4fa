/** Whatever rows do and however they are filtered and sorted, the selection is on its row while that one is shown. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { arrange, SORTS, settled } from '../../state/arrangement.ts';
import { initialState } from '../../state/model.ts';
import { reduce } from '../../state/reducer.ts';
import { holdings, selectedHolding, selectedSymbol, symbolRows } from '../../state/rows.ts';
import type { SymbolView } from '../../state/view.ts';
import { engineView, orderView, positionView, symbolView } from '../fixtures/console-view.ts';

const COINS = ['BTC', 'ETH', 'SOL', 'BNB', 'XRP', 'ADA'];
const figure = fc.option(fc.integer({ min: -5, max: 5 }), { nil: undefined });
const symbols: fc.Arbitrary<readonly SymbolView[]> = fc
  .tuple(fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 }), fc.array(figure, { minLength: 6, maxLength: 6 }))
  .map(([order, figures]) =>
    order.map((instrument) =>
      symbolView({ instrument, symbol: `${COINS[instrument]}/USDT`, changePct: figures[instrument] }),
    ),
  );
const held = fc
  .subarray([0, 1, 2, 3, 4, 5])
  .map((instruments) =>
    instruments.map((instrument) => positionView({ instrument, symbol: `${COINS[instrument]}/USDT` })),
  );
const working = fc
  .subarray([70, 71, 72, 73])
  .map((ids) => ids.map((orderId) => orderView({ orderId, symbol: `${COINS[orderId % 6]}/USDT` })));
const panel = fc.constantFrom('ticks' as const, 'positions' as const);
const step = fc.oneof(
  fc.record({ kind: fc.constant('view' as const), symbols, positions: held, orders: working }),
  fc.record({ kind: fc.constant('filter' as const), panel, filter: fc.constantFrom('', 'b', 'T', 'eth', 'nothing') }),
  fc.record({ kind: fc.constant('sort' as const), panel, at: fc.nat({ max: 5 }), reversed: fc.boolean() }),
  fc.record({ kind: fc.constant('choose' as const), at: fc.nat({ max: 20 }) }),
);

it('stays on its row, or goes to one that is shown', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      // Chosen by hand: otherwise it is that of the proposal.
      let state = reduce(initialState(120, 40), { type: 'select', selection: { selectedSymbol: 0 } });
      for (const each of steps) {
        const before = state;
        if (each.kind === 'view') {
          const { symbols: list, positions, orders } = each;
          const view = engineView({ symbols: list, positions, orders });
          state = reduce(state, { type: 'view', view, lastLogId: 0, atMs: 0 });
        } else if (each.kind === 'filter') state = reduce(state, { type: 'filter', ...each });
        else if (each.kind === 'sort') {
          const by = SORTS[each.panel][each.at];
          const sort = by === undefined ? undefined : { by, reversed: each.reversed };
          state = reduce(state, { type: 'sort', panel: each.panel, sort });
        } else {
          const rows = holdings(state);
          const row = rows[each.at % Math.max(1, rows.length)];
          if (row !== undefined) state = reduce(state, { type: 'select', selection: { selectedHolding: row.key } });
        }
        const shownSymbols = symbolRows(state).shown.map(({ instrument }) => instrument);
        const was = selectedSymbol(before)?.instrument ?? 0;
        const is = selectedSymbol(state)?.instrument ?? 0;
        if (shownSymbols.includes(was) || shownSymbols.length === 0) expect(is).toBe(was);
        else expect(shownSymbols).toContain(is);
        if (each.kind === 'choose') continue;
        const shownKeys = holdings(state).map(({ key }) => key);
        const key = selectedHolding(before)?.key;
        const now = selectedHolding(state)?.key;
        if (key !== undefined && shownKeys.includes(key)) expect(now).toBe(key);
        else if (shownKeys.length > 0) expect(shownKeys).toContain(now);
        else expect(now).toBeUndefined();
      }
    }),
    { numRuns: 300 },
  );
});

it('goes to the nearest of all rows, the one below of two', () => {
  const rows = fc.uniqueArray(fc.nat({ max: 30 }), { minLength: 1, maxLength: 15 });
  fc.assert(
    fc.property(rows, fc.nat(), fc.func(fc.boolean()), (before, pick, keeps) => {
      const selected = before[pick % before.length]!;
      const shown = before.filter((row) => keeps(row) === true);
      const found = settled(selected, before, shown);
      const away = (row: number): number => {
        const distance = before.indexOf(row) - before.indexOf(selected);
        return Math.abs(distance) * 2 - (distance > 0 ? 1 : 0);
      };
      if (shown.length === 0) expect(found).toBeUndefined();
      else expect(away(found!)).toBe(Math.min(...shown.map(away)));
    }),
  );
});

it('loses no row, and keeps those of equal value in the order in which they are given', () => {
  const sorts = fc.record({ by: fc.constantFrom('change' as const, 'age' as const), reversed: fc.boolean() });
  fc.assert(
    fc.property(fc.array(figure), sorts, (values, sort) => {
      const given = values.map((value, at) => ({ value, at }));
      const { all, shown } = arrange(given, { filter: ' ', sort }, { text: () => '', value: ({ value }) => value });
      expect(shown).toBe(all);
      expect(all.toSorted((a, b) => a.at - b.at)).toEqual(given);
      for (const [at, row] of all.entries()) {
        const next = all[at + 1];
        if (next === undefined) break;
        if (row.value === undefined) expect(next.value).toBeUndefined();
        else if (next.value === row.value) expect(next.at).toBeGreaterThan(row.at);
        else if (next.value !== undefined) expect(row.value > next.value).toBe(!sort.reversed);
      }
    }),
  );
});
