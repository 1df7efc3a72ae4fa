/**
 * Holds what we believe of the account against what the venue says, at one moment: a pure comparison. Nothing is rounded and
 * nothing is explained away but by executions that are named: what these would change is not told a second time.
 *
 * Tolerances: none on orders, executions and margined positions. On spot a surplus below one lot for each execution is dust,
 * for a fee taken out of the base is rounded against us. Money may differ by what {@link Known.balanceTolerance} allows, as
 * funding is not in the ledger.
 */
import type { Money } from '../../engine/domain/index.ts';
import type { Belief, BelievedOrder } from './reconcile-belief.ts';
import { compareHoldings } from './reconcile-holdings.ts';
import { type Finding, type Mismatch, mismatchOf } from './reconcile-kinds.ts';
import { compareOrders } from './reconcile-orders.ts';
import type { AccountSnapshot } from './trading-venue.ts';

/** What the host knows beside the engine. */
export interface Known {
  /** By instrument: whether the venue lets it be traded. */
  readonly trading: readonly boolean[];
  /** Whether a name was given by an earlier run of this program. */
  readonly isOfEarlierRun: (clientOrderId: string) => boolean;
  readonly balanceTolerance: Money;
  /** Identities that the operator has accepted. */
  readonly accepted: ReadonlySet<string>;
  /** A snapshot that was asked for before this says nothing. */
  readonly notBeforeUs: number;
  /** Executions before this are not judged. */
  readonly sinceUs: number;
  /** So many of our newest executions were made after `sinceUs`: the venue must list them. */
  readonly expected: number;
}

/** Everything that the parts of the comparison share. */
export interface Comparison {
  readonly belief: Belief;
  readonly account: AccountSnapshot;
  readonly known: Known;
  readonly byName: ReadonlyMap<string, BelievedOrder>;
  readonly tell: (finding: Finding) => void;
}

/** What executions that are not known here would do once they are taken. */
export interface MissingFills {
  /** Lots by the name of the order. */
  readonly byOrder: ReadonlyMap<string, number>;
  /** Signed lots by instrument, less what the venue kept as its fee. */
  readonly byInstrument: ReadonlyMap<number, number>;
  /** False while either side lacks one: what they did to the money is not known then. */
  readonly complete: boolean;
}

/** Every difference, in the order orders, executions, holdings; none when both books say the same. */
export function compare(belief: Belief, account: AccountSnapshot, known: Known): readonly Mismatch[] {
  const found: Mismatch[] = [];
  const tell = (finding: Finding): void => {
    found.push(mismatchOf(finding, belief.instruments, known.accepted));
  };
  if (!(account.atUs >= known.notBeforeUs)) {
    const here = `${known.notBeforeUs}`;
    tell({ kind: 'snapshot-too-old', instrument: -1, subject: 'account', here, there: `${account.atUs}` });
    return found;
  }
  const byName = new Map(belief.orders.map((order) => [order.clientOrderId, order]));
  const comparison: Comparison = { belief, account, known, byName, tell };
  const missing = compareExecutions(comparison);
  compareOrders(comparison, missing);
  compareHoldings(comparison, missing);
  return found;
}

const keyOf = ({ instrument, executionId }: { readonly instrument: number; readonly executionId: number }): string =>
  `${instrument}/${executionId}`;

function compareExecutions({ belief, account, known, tell }: Comparison): MissingFills {
  const byOrder = new Map<string, number>();
  const byInstrument = new Map<number, number>();
  const ours = new Set(belief.executions.map(keyOf));
  const theirs = new Set<string>();
  let complete = true;
  // Of a ring that has turned over, what comes before the first one that is still known may have been known once.
  let forgotten = belief.executionsForgotten && account.executions.some((each) => ours.has(keyOf(each)));
  for (const execution of account.executions) {
    const key = keyOf(execution);
    if (theirs.has(key)) continue;
    theirs.add(key);
    if (ours.has(key)) forgotten = false;
    if (ours.has(key) || forgotten || execution.atUs < known.sinceUs) continue;
    const { instrument, clientOrderId, atUs: _atUs, ...told } = execution;
    const { executionId, side, lots, feeLots } = told;
    const mine = clientOrderId.startsWith(belief.prefix);
    const update = { kind: 'execution', instrument, clientOrderId, execution: told } as const;
    tell({
      kind: mine ? 'execution-missing-here' : 'execution-not-ours',
      instrument,
      subject: `${executionId}`,
      here: 'none',
      there: `${side * lots} lots of ${clientOrderId}`,
      ...(mine ? { remedy: { kind: 'take', update } } : {}),
    });
    complete = false;
    if (!mine) continue;
    byOrder.set(clientOrderId, (byOrder.get(clientOrderId) ?? 0) + lots);
    byInstrument.set(instrument, (byInstrument.get(instrument) ?? 0) + side * (lots - feeLots));
  }
  const expected = known.expected > 0 ? belief.executions.slice(-known.expected) : [];
  for (const execution of expected) {
    if (theirs.has(keyOf(execution))) continue;
    complete = false;
    const { instrument, executionId } = execution;
    tell({ kind: 'execution-missing-there', instrument, subject: `${executionId}`, here: 'posted', there: 'none' });
  }
  return { byOrder, byInstrument, complete };
}
