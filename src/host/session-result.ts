/** What came of a run that was recorded: it goes into the manifest at its end, so that a list of sessions need not fold any. */
import { formatMoney, type Money } from '../../engine/domain/index.ts';
import { computeEquity, type EngineState } from '../../engine/index.ts';
import type { SessionManifest } from '../../logs/index.ts';
import { countsOf } from './view-builder.ts';

export type SessionResult = NonNullable<SessionManifest['result']>;

/** Equity and trades at one moment: a session that goes on from another one begins with those of that one. */
interface Figures {
  readonly equity: Money;
  readonly trades: number;
  readonly wins: number;
}

export function figuresOf(state: EngineState): Figures {
  const { trades, wins } = countsOf(state);
  return { equity: computeEquity(state), trades, wins };
}

/** What has come of a session since it began: equity in the account's currency, open positions at their mark included. */
export function resultOf(state: EngineState, begun: Figures): SessionResult {
  const { equity, trades, wins } = figuresOf(state);
  return {
    equity: formatMoney(equity, 2),
    equityChange: formatMoney((equity - begun.equity) as Money, 2),
    trades: trades - begun.trades,
    wins: wins - begun.wins,
  };
}
