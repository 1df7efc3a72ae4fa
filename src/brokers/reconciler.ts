/**
 * Whether our books and the venue's agree: asked at the start, after every doubt and from time to time. A difference blocks
 * entries at once, for it may be true; it is called a mismatch only when it stands in two snapshots between which nothing was
 * learned of its instrument, for an order or fill under way while the venue is asked is none. Nothing here waits by itself.
 */
import { createHash } from 'node:crypto';
import type { Money, VenueBlocker } from '../../engine/domain/index.ts';
import { Backoff } from '../venues/backoff.ts';
import { compare } from './reconcile.ts';
import type { Belief } from './reconcile-belief.ts';
import type { Mismatch, MismatchKind, Remedy, TakeOver } from './reconcile-kinds.ts';
import type { AccountSnapshot } from './trading-venue.ts';

export type Outcome = 'pending' | 'agreed' | 'differs';

export interface ReconcilerOptions {
  /** Executions before this are of no run of ours that goes on. */
  readonly startedAtUs: number;
  /** How often the venue is asked while all is well. */
  readonly everyUs: number;
  readonly balanceTolerance: Money;
  readonly isOfEarlierRun?: (clientOrderId: string) => boolean;
  /** Identities that were accepted in an earlier life of this run. */
  readonly accepted?: readonly string[];
}

/** Two snapshots in which a mismatch stands are at least so far apart. */
const CONFIRM_AFTER_US = 1_000_000;
/** While something differs it is asked after a second, then less and less often: an account costs a venue's limits dear. */
const WHILE_DIFFERS_US = 30_000_000;
/** Without a reply after this the snapshot counts as failed; one that is older when it comes says nothing. */
const REPLY_TIMEOUT_US = 10_000_000;
const MAX_AGE_US = 10_000_000;
/** Executions are asked for from so long before the last agreement: a venue lists them late. */
export const OVERLAP_US = 60_000_000;
const NEVER = Number.POSITIVE_INFINITY;

interface Suspect {
  readonly sinceUs: number;
  readonly learned: string;
}

export class Reconciler {
  readonly #options: Required<Omit<ReconcilerOptions, 'accepted'>>;
  readonly #accepted: Set<string>;
  readonly #retries = new Backoff(1_000_000, 30_000_000);
  readonly #looks = new Backoff(CONFIRM_AFTER_US, WHILE_DIFFERS_US);
  #outcome: Outcome = 'pending';
  #notBeforeUs = 0;
  #dueAtUs = 0;
  #askedAtUs = NEVER;
  #agreedAtUs: number;
  #agreedFills = -1;
  #suspects = new Map<string, Suspect>();
  #standing: readonly Mismatch[] = [];
  #shown: readonly Mismatch[] = [];
  #notToSell: ReadonlySet<number> | undefined;

  constructor(options: ReconcilerOptions) {
    this.#options = { isOfEarlierRun: () => false, ...options };
    this.#accepted = new Set(options.accepted);
    this.#agreedAtUs = options.startedAtUs + OVERLAP_US;
  }

  get outcome(): Outcome {
    return this.#outcome;
  }

  /** What it stands for at the engine's gate; none when both agree. */
  get blocker(): Extract<VenueBlocker, 'account' | 'mismatch'> | undefined {
    if (this.#outcome === 'agreed') return undefined;
    return this.#outcome === 'differs' ? 'mismatch' : 'account';
  }

  /** What the operator sees: mismatches that stand, what was accepted, and what costs nothing. */
  get mismatches(): readonly Mismatch[] {
    return this.#shown;
  }

  /**
   * Instruments of which nothing is to be sold on spot, as the last look saw it, whether what it saw stands or not: it may
   * be somebody else's. Undefined before the first look.
   */
  get notToSell(): ReadonlySet<number> | undefined {
    return this.#notToSell;
  }

  /** Identities that the operator has accepted, to be kept with the run. */
  get accepted(): readonly string[] {
    return [...this.#accepted];
  }

  /** Names exactly what could be accepted now; 0 when nothing could. */
  get digest(): number {
    const identities = this.#acceptable().map((each) => each.identity);
    if (identities.length === 0) return 0;
    const text = identities.sort().join('\n');
    return 1 + (createHash('sha256').update(text).digest().readUInt32LE(0) % 0xffff_fffe);
  }

  /** When {@link ask} is to be called next; infinite while a reply is awaited that is not late yet. */
  get dueAtUs(): number {
    return this.#askedAtUs === NEVER ? this.#dueAtUs : this.#askedAtUs + REPLY_TIMEOUT_US;
  }

  /** Something may have gone past us: nothing that the venue said before counts any more. */
  begin(nowUs: number): void {
    if (this.#outcome === 'agreed') this.#outcome = 'pending';
    this.#notBeforeUs = nowUs;
    this.#askedAtUs = NEVER;
    this.#dueAtUs = nowUs;
    this.#looks.reset();
  }

  /** The venue is asked now. @returns from when on its executions are wanted. */
  ask(nowUs: number): number {
    this.#lapse(nowUs);
    this.#askedAtUs = nowUs;
    return this.#agreedAtUs - OVERLAP_US;
  }

  /** No snapshot came: nothing is known until one does. */
  failed(nowUs: number, retryAfterUs = 0): void {
    this.#lapse(nowUs);
    this.#askedAtUs = NEVER;
    this.#dueAtUs = nowUs + Math.max(retryAfterUs, this.#retries.next());
  }

  /** Compares what {@link ask} asked for. @returns what is to be done at once; each may be done again without harm. */
  take(account: AccountSnapshot, belief: Belief, trading: readonly boolean[], nowUs: number): readonly Remedy[] {
    // Asked for before a doubt, or given up: parts of it may be older than what it is to settle.
    if (this.#askedAtUs === NEVER) return [];
    if (this.#agreedFills < 0) this.#agreedFills = belief.fills;
    const all = compare(belief, account, {
      trading,
      isOfEarlierRun: this.#options.isOfEarlierRun,
      balanceTolerance: this.#options.balanceTolerance,
      accepted: this.#accepted,
      notBeforeUs: Math.max(this.#notBeforeUs, nowUs - MAX_AGE_US),
      sinceUs: this.#agreedAtUs - OVERLAP_US,
      expected: belief.fills - this.#agreedFills,
    });
    if (all[0]?.kind === 'snapshot-too-old') {
      this.failed(nowUs);
      return [];
    }
    this.#askedAtUs = NEVER;
    this.#retries.reset();
    this.#notBeforeUs = account.atUs;
    this.#judge(all, belief, account.atUs);
    this.#notToSell = new Set(all.filter((each) => each.notToSell).map(({ instrument }) => instrument));
    if (this.#outcome === 'agreed') this.#settle(all, belief, account.atUs);
    if (this.#outcome === 'agreed') this.#looks.reset();
    const pauseUs = this.#outcome === 'agreed' ? this.#options.everyUs : this.#looks.next();
    this.#dueAtUs = nowUs + Math.min(pauseUs, this.#options.everyUs);
    return all.filter((each) => !each.accepted && each.remedy.kind !== 'none').map((each) => each.remedy);
  }

  /**
   * The operator leaves alone what was shown under this digest. It counts from the next snapshot on, asked for at once.
   * @returns what our positions are to be changed by, for there the venue is right; undefined when something else was shown.
   */
  accept(digest: number, nowUs: number): readonly TakeOver[] | undefined {
    if (digest === 0 || digest !== this.digest) return undefined;
    const found = this.#acceptable();
    for (const { identity, takeOver } of found) if (takeOver === undefined) this.#accepted.add(identity);
    // Told twice before the next look it would change our books twice.
    this.#standing = this.#standing.filter((each) => !found.includes(each));
    this.#dueAtUs = nowUs;
    return found.flatMap(({ takeOver }) => takeOver ?? []);
  }

  /** An agreement that could not be renewed in time is none any more. */
  #lapse(nowUs: number): void {
    if (this.#outcome === 'agreed' && nowUs - this.#agreedAtUs > 2 * this.#options.everyUs) this.#outcome = 'pending';
  }

  #acceptable(): readonly Mismatch[] {
    return this.#standing.filter((each) => each.acceptable && !this.#accepted.has(each.identity));
  }

  /** Splits what blocks into what was seen once and what stands. What has stood goes on to stand while it is there. */
  #judge(all: readonly Mismatch[], belief: Belief, atUs: number): void {
    const stood = new Set(this.#standing.map((each) => each.identity));
    const suspects = new Map<string, Suspect>();
    const standing: Mismatch[] = [];
    const blocking = all.filter((each) => each.severity === 'blocks' && !each.accepted);
    for (const each of blocking) {
      const learned = learnedOf(belief, each);
      const before = this.#suspects.get(each.identity);
      const same = before !== undefined && before.learned === learned ? before : { sinceUs: atUs, learned };
      suspects.set(each.identity, same);
      if (stood.has(each.identity) || atUs - same.sinceUs >= CONFIRM_AFTER_US) standing.push(each);
    }
    this.#suspects = suspects;
    this.#standing = standing;
    this.#shown = all.filter((each) => each.severity === 'shown' || each.accepted || standing.includes(each));
    this.#outcome = standing.length > 0 ? 'differs' : blocking.length > 0 ? 'pending' : 'agreed';
  }

  /** What was accepted and is gone is not accepted when it comes back. */
  #settle(all: readonly Mismatch[], belief: Belief, atUs: number): void {
    this.#agreedAtUs = Math.max(this.#agreedAtUs, atUs);
    this.#agreedFills = belief.fills;
    const there = new Set(all.filter((each) => each.accepted).map((each) => each.identity));
    for (const identity of this.#accepted) if (!there.has(identity)) this.#accepted.delete(identity);
  }
}

/** What no report of our orders can be the reason of: it stands whatever is learned meanwhile. */
const NOT_OF_OURS: ReadonlySet<MismatchKind> = new Set([
  'order-not-ours',
  'order-of-earlier-run',
  'foreign-open-order',
  'foreign-position',
  'execution-not-ours',
  'symbol-not-trading',
]);

/** All that reports change of what the mismatch is of: the same text, nothing learned. */
function learnedOf(belief: Belief, { kind, instrument }: Mismatch): string {
  if (NOT_OF_OURS.has(kind)) return '';
  if (instrument < 0) return `${belief.fills}`;
  const orders = belief.orders.filter((each) => each.instrument === instrument);
  return [
    belief.positions[instrument],
    ...orders.map(({ orderId, state, filledLots }) => `${orderId} ${state} ${filledLots}`),
  ].join('\n');
}
