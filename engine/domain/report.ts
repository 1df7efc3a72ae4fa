/** What a broker tells about the orders of a run: the inputs by which a real venue's truth reaches the engine. */
import { assert } from '../kernel/assert.ts';
import { type Money, money } from './money.ts';
import type { Side } from './side.ts';

export const REPORT_KINDS = [
  'accepted',
  'rejected',
  'filled',
  'cancelled',
  'lost',
  'adopted',
  'taken-over',
  'ledger',
  'in-doubt',
] as const;
export type ReportKind = (typeof REPORT_KINDS)[number];

/**
 * accepted: the order works at the venue · rejected: it never did and never will · filled: one execution ·
 * cancelled: nothing of it is open any more (cancelled, expired), after `filledLots` in all, or −1 when the venue
 * does not say · lost: its submit got no answer, so nobody knows whether it works · adopted: an exit that left when
 * nothing could be recorded any more, told by the last words of that life: from then on it is an order like any other.
 */
export type BrokerReport =
  | { readonly kind: 'accepted' | 'rejected' | 'lost'; readonly orderId: number }
  | {
      readonly kind: 'filled';
      readonly orderId: number;
      readonly side: Side;
      readonly lots: number;
      readonly priceTicks: number;
      /** The venue's number of the execution, unique for its instrument: what is told twice counts once. */
      readonly executionId: number;
      /** In the account's currency; below zero is a rebate. */
      readonly fee: Money;
      /** Lots of what was bought that the venue kept as its fee, of which `fee` is the worth; else 0. */
      readonly feeLots: number;
      readonly maker: boolean;
    }
  | { readonly kind: 'cancelled'; readonly orderId: number; readonly filledLots: number }
  | { readonly kind: 'adopted'; readonly orderId: number; readonly side: Side; readonly lots: number }
  /**
   * The operator lets the venue be right about a position: by hand, by liquidation, it has changed by so much. `orderId` is
   * 0, for no order of ours did it, and the price is the last one seen.
   */
  | {
      readonly kind: 'taken-over';
      readonly orderId: 0;
      readonly side: Side;
      readonly lots: number;
      readonly priceTicks: number;
    }
  /** Money came or went without us: the ledger takes it over, and it is no gain or loss. `orderId` is 0. */
  | { readonly kind: 'ledger'; readonly orderId: 0; readonly amount: Money }
  /**
   * Whether the account has less than the position and what is somebody else's together, so that what is sold may be
   * theirs. `orderId` is 0.
   */
  | { readonly kind: 'in-doubt'; readonly orderId: 0; readonly doubt: boolean };

/** A fee is stored as whole 10^-8 and the rest in 10^-16, both exact doubles. */
const COARSE = 100_000_000n;

/** Writes the eight doubles of a report at `offset`: kind · order · lots · price · execution · fee coarse, fine · fee lots. */
export function encodeReport(report: BrokerReport, view: DataView, offset: number): void {
  const filled = report.kind === 'filled' ? report : undefined;
  const lots = lotsOf(report);
  const fee = report.kind === 'ledger' ? report.amount : (filled?.fee ?? 0n);
  const row = [
    REPORT_KINDS.indexOf(report.kind),
    report.orderId,
    lots,
    'priceTicks' in report ? report.priceTicks : 0,
    filled?.executionId ?? 0,
    Number(fee / COARSE),
    Number(fee % COARSE),
    filled?.feeLots ?? 0,
  ];
  for (const [i, value] of row.entries()) {
    assert(Number.isSafeInteger(value), `a report of ${report.kind} carries ${value}, no whole number`);
    view.setFloat64(offset + i * 8, value, true);
  }
}

function lotsOf(report: BrokerReport): number {
  if (report.kind === 'in-doubt') return report.doubt ? 1 : 0;
  return report.kind === 'cancelled' ? report.filledLots : 'lots' in report ? report.lots : 0;
}

/** Reads a report back; undefined when it is none that {@link encodeReport} could have written. */
export function decodeReport(view: DataView, offset: number, side: Side, maker: boolean): BrokerReport | undefined {
  const row = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => view.getFloat64(offset + i * 8, true));
  if (!row.every(Number.isSafeInteger)) return undefined;
  const [index, orderId, lots, priceTicks, executionId, coarse, fine, feeLots] = row as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const kind = REPORT_KINDS[index];
  if (kind === 'ledger')
    return orderId !== 0 ? undefined : { kind, orderId, amount: money(BigInt(coarse) * COARSE + BigInt(fine)) };
  if (kind === 'taken-over')
    return lots < 1 || priceTicks < 1 || orderId !== 0 ? undefined : { kind, orderId, side, lots, priceTicks };
  if (kind === 'in-doubt')
    return orderId !== 0 || (lots !== 0 && lots !== 1) ? undefined : { kind, orderId, doubt: lots === 1 };
  if (kind === undefined || orderId < 1) return undefined;
  if (kind === 'filled') {
    if (lots < 1 || priceTicks < 1 || executionId < 0) return undefined;
    if (feeLots < 0 || feeLots > lots || (feeLots > 0 && side < 0)) return undefined;
    const fee = money(BigInt(coarse) * COARSE + BigInt(fine));
    return { kind, orderId, side, lots, priceTicks, executionId, fee, feeLots, maker };
  }
  if (kind === 'adopted') return lots < 1 ? undefined : { kind, orderId, side, lots };
  return kind === 'cancelled' ? { kind, orderId, filledLots: lots } : { kind, orderId };
}
