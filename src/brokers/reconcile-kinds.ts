/** The ways in which the venue's account and ours can differ: what each one is called, and what the program does of itself. */
import { formatOnGrid, type Instrument, type Money } from '../../engine/domain/index.ts';
import type { OrderName, VenueUpdate } from './gateway.ts';

/** blocks: no entry leaves until it is gone or accepted · shown: the operator sees it, nothing else. */
export type Severity = 'blocks' | 'shown';

interface Kind {
  readonly severity: Severity;
  /** Whether the operator may say that it is to be left as it is. What is ours must be found out instead. */
  readonly acceptable: boolean;
  readonly words: string;
}

const ours = (words: string): Kind => ({ severity: 'blocks', acceptable: false, words });
const foreign = (words: string): Kind => ({ severity: 'blocks', acceptable: true, words });
const shown = (words: string): Kind => ({ severity: 'shown', acceptable: false, words });

/**
 * ours: nobody may wave it through, it goes when both books say the same · foreign: never touched at the venue,
 * blocks until the operator accepts exactly that, by which it is left as it is or our books become the venue's · shown:
 * costs nothing.
 */
export const MISMATCH_KINDS = {
  'order-unknown-at-venue': ours('our order is not open at the venue'),
  'order-over-here': ours('an order of ours works at the venue and counts as over here'),
  'order-of-ours-unknown-here': ours('an order under our name that is not known here'),
  'order-of-earlier-run': foreign('an order of an earlier run is still open'),
  'order-not-ours': foreign('an order is open that is not ours'),
  'foreign-open-order': foreign('an order is open in an instrument that is not of this run'),
  'duplicate-client-id': ours('two open orders have the same name'),
  'order-instrument-differs': ours('our order is open in another instrument'),
  'order-side-differs': ours('our order has the other side'),
  'order-size-differs': ours('our order has another size'),
  'fill-missing-here': ours('the venue has filled more of our order'),
  'fill-missing-there': ours('the venue has filled less of our order'),
  'reduce-only-lost': ours('our exit is not marked reduce-only'),
  'execution-missing-here': ours('an execution of ours is not known here'),
  'execution-missing-there': ours('an execution of ours is not known to the venue'),
  'execution-not-ours': foreign('something traded in this account that was not ours'),
  'position-extra': foreign('a position that is not known here'),
  'position-missing': foreign('our position is not there'),
  'position-side-differs': foreign('our position is on the other side'),
  'position-size-differs': foreign('our position has another size'),
  'foreign-position': foreign('a position in an instrument that is not of this run'),
  'stop-missing-at-venue': ours('a stop of ours does not wait at the venue'),
  'balance-short': foreign('there is less money than the ledger says'),
  'balance-surplus': shown('there is more money than the ledger says'),
  dust: shown('remains of fees, less than a lot for each execution'),
  'symbol-not-trading': foreign('the venue has halted it'),
  'snapshot-too-old': ours("the venue's answer is too old to compare"),
} as const satisfies Readonly<Record<string, Kind>>;

export type MismatchKind = keyof typeof MISMATCH_KINDS;

/** What the program does of itself. It never cancels or trades what is not ours. */
export type Remedy =
  | { readonly kind: 'ask'; readonly order: OrderName }
  /** Given to the order desk as if the stream had told it: what is new counts once, what is not counts not at all. */
  | { readonly kind: 'take'; readonly update: VenueUpdate }
  | { readonly kind: 'none' };

/** What our books change by, signed: lots of a position, or money. */
export type TakeOver = { readonly instrument: number; readonly lots: number } | { readonly money: Money };

export interface Finding {
  readonly kind: MismatchKind;
  /** −1 where it is of the account, or of an instrument that is not of this run. */
  readonly instrument: number;
  /** Name of the order, number of the execution, asset, symbol. */
  readonly subject: string;
  /** Both figures as exact text. */
  readonly here: string;
  readonly there: string;
  readonly remedy?: Remedy;
  /** What our books change by when the operator lets the venue be right; undefined where it is left alone instead. */
  readonly takeOver?: TakeOver | undefined;
  /** While it is there nothing of the instrument is to be sold on spot: it may be somebody else's. */
  readonly notToSell?: boolean;
  /** What an acceptance is bound to, where it is not kind, subject and both figures. */
  readonly identity?: string;
}

export interface Mismatch extends Required<Omit<Finding, 'takeOver'>>, Pick<Finding, 'takeOver'> {
  readonly severity: Severity;
  readonly acceptable: boolean;
  readonly accepted: boolean;
  /** For the screen: at most 100 columns. */
  readonly line: string;
}

const LINE_COLUMNS = 100;
const NOTHING: Remedy = { kind: 'none' };

/** What was found, with what its kind says of it. */
export function mismatchOf(
  finding: Finding,
  instruments: readonly Instrument[],
  accepted: ReadonlySet<string>,
): Mismatch {
  const { kind, instrument, subject, here, there } = finding;
  const { severity, words, acceptable } = MISMATCH_KINDS[kind];
  const spec = instruments[instrument];
  const identity = finding.identity ?? [kind, spec?.venueSymbol ?? '', subject, here, there].join('/');
  return {
    ...finding,
    identity,
    severity,
    acceptable,
    accepted: acceptable && accepted.has(identity),
    remedy: finding.remedy ?? NOTHING,
    notToSell: finding.notToSell ?? false,
    line: lineOf(spec?.venueSymbol ?? subject, words, subject, here, there),
  };
}

function lineOf(where: string, words: string, subject: string, here: string, there: string): string {
  const what = subject === '' || subject === where ? '' : ` ${subject}`;
  const line = `${where}: ${words}${what}: here ${here}, venue ${there}`;
  return line.length <= LINE_COLUMNS ? line : `${line.slice(0, LINE_COLUMNS - 1)}…`;
}

/** Signed quantity as the venue writes it, in the base. */
export const quantityText = (lots: number, { lot }: Instrument): string => formatOnGrid(lots, lot);
