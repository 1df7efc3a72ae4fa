/** What a step of a replay changed, in the words of the screen: no name of a field gets through. */
import { expect, it } from 'vitest';
import { formatChanged } from '../../../../components/format/changed.ts';
import { plainText } from '../../../../components/text/line.ts';
import { flatten } from '../../../../src/host/view-diff.ts';
import type { EngineView } from '../../../../state/view.ts';
import { MODEL_HEALTH } from '../../../fixtures/console-models.ts';
import { engineView, replayView, SYMBOLS } from '../../../fixtures/console-view.ts';

const rows = (view: EngineView, before?: EngineView): string[] =>
  formatChanged(view, before)
    .slice(1)
    .map((row) => plainText(row).replace(/\s+/g, ' ').trim());

it('has words for every value that can change', () => {
  const changed = [...flatten(engineView()).keys()];
  const shown = rows(engineView({ replay: replayView({ changed }) }));
  expect(shown).toHaveLength(changed.length);
  for (const row of shown) expect(row.replace('PnL', 'gain')).not.toMatch(/[a-z][A-Z]|\w\.[a-z]|Pct|Bps|undefined|NaN/);
});

it('writes values as the panels do, before and after', () => {
  const before = engineView({ halted: 'none' });
  const changed = [
    ...['account.equity', 'account.dayPnl', 'account.drawdownPct', 'symbol.0.spreadBps', 'symbol.0.volume'],
    ...['position.1.rMultiple', 'position.1.unrealised', 'order.71.state', 'halted', 'vote.0.rsi', 'limit.leverage'],
  ];
  const after = engineView({
    account: { ...before.account, equity: '10024.00', dayPnl: '24.00', drawdownPct: 0.4 },
    symbols: SYMBOLS.map((each) => ({ ...each, spreadBps: 0.5 })),
    positions: [],
    halted: 'drawdown-limit',
    replay: replayView({ changed }),
  });
  expect(rows(after, before)).toEqual([
    'account equity 10,023.11 → 10,024.00',
    'account PnL of the day +23.11 → +24.00',
    'account drawdown 0.41 % → 0.40 %',
    'BTC/USDT spread 0.02 bp → 0.50 bp',
    'BTC/USDT volume 1,234.5678 → 1,234.5678',
    'position ETH/USDT R +0.96 → –',
    'position ETH/USDT PnL +7.77 → –',
    'order #71 state part filled → part filled',
    'halt not halted → the drawdown limit',
    'vote BTC/USDT rsi LONG 4 → LONG 4',
    'limit leverage 0.14× → 0.14×',
  ]);
});

it('tells what is known of a model by its error, with what it was measured on', () => {
  const [before] = MODEL_HEALTH;
  const after = { ...before!, outcomes: 1_413, brier: 0.2425, muted: 'drift-error' } as const;
  const changed = ['health.depth-trees', 'health.nhits'];
  const now = engineView({ models: [after], replay: replayView({ changed }) });
  expect(rows(now, engineView({ models: [before!] }))).toEqual([
    'Brier depth-trees 0.243 of 1,412, 6 % moved → 0.242 of 1,413, 6 % moved, muted',
    'Brier nhits – → –',
  ]);
  const keys = [...flatten(engineView({ models: MODEL_HEALTH })).keys()];
  expect(keys.filter((key) => key.startsWith('health.'))).toContain('health.patchtst shadow');
});
