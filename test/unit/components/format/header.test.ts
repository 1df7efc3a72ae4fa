/** The header's alerts: what is wrong stands there on every width, the worst first. */
import { expect, test } from 'vitest';
import { formatHeader, headerAlerts } from '../../../../components/format/header.ts';
import { plainText } from '../../../../components/text/line.ts';
import { BINDINGS } from '../../../../state/keymap/bindings.ts';
import type { EngineView } from '../../../../state/view.ts';
import { engineView, replayView, symbolView } from '../../../fixtures/console-view.ts';

const alerts = (view: Partial<EngineView>): string[] =>
  headerAlerts({
    connection: { kind: 'ready' },
    view: engineView(view),
    silentMs: 0,
    leaving: false,
    bindings: BINDINGS,
  }).map((each) => each.map((part) => part.text).join(''));

test('a journal that cannot be written is named with its error and its file, and no resume is offered', () => {
  const unrecorded = 'no space left on the device (ENOSPC): /data/sessions/s/000001.journal';
  const [first, second, ...more] = alerts({ unrecorded, halted: 'journal', kill: 'none-open', killOpenOrders: 0 });
  expect(first).toBe(` NOT RECORDED  ${unrecorded}  q leaves`);
  expect(second).toContain(' HALTED  by the journal, which cannot be written');
  expect(second).not.toContain('resume');
  expect(second).toContain('F flatten');
  expect(more).toEqual([]);
});

test('any other halt can be resumed, and nothing wrong is no alert', () => {
  expect(alerts({ halted: 'operator', kill: 'none-open', killOpenOrders: 0 })).toEqual([
    expect.stringContaining('R resume'),
  ]);
  expect(alerts({ halted: 'none', kill: 'armed' })).toEqual([]);
});

test('how the market of the chosen symbol moves stands beside the money, where there is room', () => {
  const slice = { connection: { kind: 'ready' }, silentMs: 0, leaving: false, bindings: BINDINGS } as const;
  const money = (width: number, symbol = symbolView()): string =>
    formatHeader({ ...slice, view: engineView(), symbol }, width).map(plainText)[1] ?? '';
  expect(money(120)).toContain('BTC/USDT is calm 87 %');
  expect(money(80)).toMatch(/equity .* exposure [\d.]+ %$/);
  expect(money(120, symbolView({ regime: undefined }))).not.toContain(' is ');
});

test('a replay says that it is one before it says who clears trades', () => {
  const slice = { connection: { kind: 'ready' }, silentMs: 0, leaving: false, bindings: BINDINGS } as const;
  const first = (view: Partial<EngineView>): string =>
    formatHeader({ ...slice, view: engineView(view) }, 80).map(plainText)[0] ?? '';
  expect(first({ control: 'observe', replay: replayView() })).toMatch(/^ PAPER {2}REPLAY {2}OBSERVE {2}feed /);
  expect(first({ replay: replayView({ forked: true }) })).toMatch(/^ PAPER {2}REPLAY, FORKED {2}MANUAL {2}feed /);
  expect(first({})).toMatch(/^ PAPER {2}MANUAL {2}feed /);
});
