/** The trading side of a live run: the engine's orders to a venue and its word back, and what stands between the two. */
import {
  type BrokerReport,
  blockerBits,
  type EngineEvent,
  formatMoney,
  type Money,
  money,
  readMoney,
  type VenueBlocker,
} from '../../engine/domain/index.ts';
import {
  armCode,
  type EngineState,
  isArmed,
  isLiveSlot,
  liveEntries,
  markTicks,
  ORDER_CAPACITY,
  stateOf,
  venueBlockers,
} from '../../engine/index.ts';
import { cleanText } from '../../logs/index.ts';
import type { LiveView } from '../../state/view.ts';
import { DeadMan } from '../brokers/dead-man.ts';
import type { AdoptedOrder } from '../brokers/desk-order.ts';
import { OrderDesk, type OrderEventOf } from '../brokers/order-desk.ts';
import { OrderOutlet } from '../brokers/order-outlet.ts';
import { beliefOf } from '../brokers/reconcile-belief.ts';
import type { Remedy, TakeOver } from '../brokers/reconcile-kinds.ts';
import { OVERLAP_US, Reconciler } from '../brokers/reconciler.ts';
import type { AccountReply } from '../brokers/trading-venue.ts';
import { CommandError } from '../exit-codes.ts';
import type { AcceptedStore } from '../stores/accepted-store.ts';
import { LatencyHistogram } from '../venues/latency.ts';
import type { OpenedTrading } from './open-venue.ts';
import type { TradingSide, TradingSideOptions } from './trading-side.ts';
import { whatIsOpen } from './what-is-open.ts';

/** The ledger and the venue's may differ by so much: funding is not in ours. Of what the account held at the start. */
const BALANCE_TOLERANCE_PER_10_000 = 20n;

export interface LiveBrokerOptions extends TradingSideOptions {
  readonly opened: OpenedTrading;
  readonly accepted: AcceptedStore;
  /** Names of the sessions before this one, which their orders are named after. */
  readonly earlierRuns: ReadonlySet<string>;
}

export class LiveBroker implements TradingSide {
  readonly #options: LiveBrokerOptions;
  readonly #desk: OrderDesk;
  readonly #outlet: OrderOutlet;
  readonly #reconciler: Reconciler;
  /** Undefined where the venue has no countdown. */
  readonly #deadMan: DeadMan | undefined;
  readonly #intents = new LatencyHistogram();
  /** Number of the question about the account that is under way: an older one's answer comes too late. */
  #question = 0;
  #answers = true;
  #comparedAtUs = 0;
  #told = -1;
  /** Identities that the file has. */
  #kept: readonly string[];

  constructor(options: LiveBrokerOptions) {
    this.#options = options;
    const { opened, config, gate, nowUs } = options;
    const report = (told: BrokerReport, instrument: number): void =>
      options.input((encoder) => encoder.report(told, instrument, nowUs()));
    this.#desk = new OrderDesk({ runId: config.runId, gateway: opened.venue, nowUs, report });
    this.#outlet = new OrderOutlet({ gate, desk: { take: (event) => this.#leave(event) }, report });
    this.#kept = options.accepted.of(config.runId);
    this.#reconciler = new Reconciler({
      startedAtUs: uncomparedSinceUs(opened.sinceUs, options.state),
      everyUs: config.policy.live.reconcileEveryUs,
      balanceTolerance: opened.balanceTolerance,
      accepted: this.#kept,
      isOfEarlierRun: (name) => options.earlierRuns.has(name.replace(/-\d+$/, '')),
    });
    const { deadMan } = opened.venue;
    if (deadMan !== undefined)
      this.#deadMan = new DeadMan({
        countDown: (instrument, afterUs) => deadMan(instrument, afterUs),
        instruments: config.instruments.length,
        afterUs: config.policy.live.deadManUs,
      });
  }

  /** Orders of which nothing final is known are asked for, before the venue is listened to. */
  start(): void {
    const { orders } = this.#options.state;
    const left: AdoptedOrder[] = [];
    for (let slot = 0; slot < ORDER_CAPACITY; slot++) {
      // What the restart itself has decided on is sent, not asked for.
      if (!isLiveSlot(orders, slot) || this.#outlet.holds(orders.id[slot]!)) continue;
      left.push({
        orderId: orders.id[slot]!,
        instrument: orders.instrument[slot]!,
        conditional: orders.triggerTicks[slot] !== 0,
        lots: orders.lots[slot]!,
        inFlight: stateOf(orders, slot) === 'in-flight',
      });
    }
    // Only then: what is told of one may lead to orders that are new.
    for (const order of left) this.#desk.adopt(order);
    this.#options.opened.listen({
      update: (update) => this.#desk.update(update),
      doubt: (why) => this.#doubt(why),
      notice: (level, text) => this.#options.notice(level, text),
    });
  }

  /** Said once until both books agree again: what stirs one doubt may stir a hundred. */
  #doubt(why: string): void {
    const { notice, nowUs } = this.#options;
    if (this.#reconciler.outcome === 'agreed') notice('info', `the account is compared again: ${cleanText(why)}`);
    this.#reconciler.begin(nowUs());
  }

  /** Every event of the engine, in order. */
  onEvent(event: EngineEvent): void {
    if (event.kind === 'order') this.#outlet.take(event);
    else if (event.kind === 'account-accepted') this.#accepted(event.digest);
  }

  #leave(event: OrderEventOf): void {
    if (event.event === 'submit') this.#intents.record(this.#options.nowUs() - event.atUs);
    this.#desk.take(event);
    this.#countDown();
  }

  #accepted(digest: number): void {
    const { notice, nowUs } = this.#options;
    const takeOvers = this.#reconciler.accept(digest, nowUs());
    if (takeOvers === undefined) {
      notice('warn', 'what differs has changed since it was shown: look again');
      return;
    }
    for (const each of takeOvers) this.#takeOver(each);
    this.#keepAccepted();
  }

  #keepAccepted(): void {
    const { accepted, config, notice } = this.#options;
    this.#kept = this.#reconciler.accepted;
    try {
      accepted.keep(config.runId, this.#kept);
    } catch (cause) {
      if (!(cause instanceof CommandError)) throw cause;
      notice('warn', `it will be asked again after a restart: ${cause.message}`);
    }
  }

  /** The ledger becomes what the venue has; so does a position, at the last price seen. */
  #takeOver(change: TakeOver): void {
    const { state, input, nowUs, notice } = this.#options;
    if ('money' in change) {
      const report = { kind: 'ledger', orderId: 0, amount: change.money } as const;
      input((encoder) => encoder.report(report, 0, nowUs()));
      return;
    }
    const { instrument, lots } = change;
    const priceTicks = markTicks(state, instrument);
    if (priceTicks < 1) {
      notice('warn', `${state.instruments[instrument]!.symbol} has no price yet: try again`);
      return;
    }
    const side = lots > 0 ? 1 : -1;
    const report = { kind: 'taken-over', orderId: 0, side, lots: Math.abs(lots), priceTicks } as const;
    input((encoder) => encoder.report(report, instrument, nowUs()));
  }

  /** Does what is due, and tells the engine what stands between the venue and an entry when that has changed. */
  tick(nowUs: number): void {
    this.#options.opened.venue.tick();
    if (this.#desk.nextDueUs <= nowUs) this.#desk.tick();
    if (this.#reconciler.dueAtUs <= nowUs) this.#ask(nowUs);
    this.#countDown();
    // Before the account counts as compared, which lets exits go.
    this.#tellDoubts(nowUs);
    this.#tellBlockers(nowUs);
  }

  #countDown(): void {
    const { orders } = this.#options.state;
    this.#deadMan?.tick(this.#options.nowUs(), (instrument) => liveEntries(orders, instrument));
  }

  #ask(nowUs: number): void {
    const question = ++this.#question;
    this.#options.opened.venue.account(this.#reconciler.ask(nowUs), (reply) => {
      if (question === this.#question) this.#compared(reply);
    });
  }

  #compared(reply: AccountReply): void {
    const { nowUs, state, opened, notice } = this.#options;
    this.#answers = reply.kind === 'account' || reply.kind === 'busy';
    if (reply.kind === 'denied') notice('error', `the account cannot be read: ${reply.why}`);
    if (reply.kind !== 'account') {
      this.#reconciler.failed(nowUs(), reply.kind === 'busy' ? reply.retryAfterUs : 0);
      return;
    }
    const before = this.#reconciler.outcome;
    const desk = this.#desk;
    const belief = beliefOf(
      state,
      (orderId) => desk.nameOf(orderId),
      (orderId) => desk.isUnanswered(orderId),
    );
    const remedies = this.#reconciler.take(reply.account, belief, opened.trading, nowUs());
    for (const remedy of remedies) this.#remedy(remedy);
    const { outcome, mismatches } = this.#reconciler;
    if (outcome === 'agreed') this.#comparedAtUs = nowUs();
    // What is gone is not accepted in the next life either: it would count as somebody's own.
    if (this.#reconciler.accepted.length < this.#kept.length) this.#keepAccepted();
    if (outcome === 'differs' && before !== 'differs')
      for (const { line } of mismatches) notice('error', `account: ${cleanText(line)}`);
  }

  #remedy(remedy: Remedy): void {
    if (remedy.kind === 'take') this.#desk.update(remedy.update);
    else if (remedy.kind === 'ask') this.#desk.lookAt(remedy.order.clientOrderId);
  }

  #tellDoubts(nowUs: number): void {
    const { state, input } = this.#options;
    const { notToSell } = this.#reconciler;
    if (notToSell === undefined) return;
    for (const { index } of state.instruments) {
      const doubt = notToSell.has(index);
      if ((state.positions.inDoubt[index] === 1) === doubt) continue;
      input((encoder) => encoder.report({ kind: 'in-doubt', orderId: 0, doubt }, index, nowUs));
    }
  }

  #tellBlockers(nowUs: number): void {
    const blockers = this.#blockers(nowUs);
    const bits = blockerBits(blockers);
    if (bits === this.#told) return;
    this.#told = bits;
    this.#options.input((encoder) => encoder.venue(blockers, nowUs));
  }

  #blockers(nowUs: number): VenueBlocker[] {
    const { opened, config } = this.#options;
    const { clock, userStream, pausedUntilUs } = opened.venue.health();
    const apartUs = clock === undefined ? Number.POSITIVE_INFINITY : Math.abs(clock.offsetUs) + clock.uncertaintyUs;
    const found: Array<VenueBlocker | undefined> = [
      this.#reconciler.blocker,
      apartUs > config.policy.live.clockOffsetLimitUs ? 'clock' : undefined,
      userStream ? undefined : 'user-stream',
      pausedUntilUs > nowUs ? 'limits' : undefined,
      this.#answers ? undefined : 'connection',
      opened.lateUs() > config.policy.risk.staleAfterUs ? 'late-data' : undefined,
    ];
    return found.filter((blocker) => blocker !== undefined);
  }

  view(nowUs: number): LiveView {
    const { state, opened } = this.#options;
    const { clock, limitUsed } = opened.venue.health();
    const armed = isArmed(state);
    return {
      armed,
      code: armed ? undefined : armCode(state),
      guarded: whatIsOpen(state) === undefined,
      blockers: venueBlockers(state),
      comparison: this.#reconciler.outcome,
      comparedAgoMs: this.#comparedAtUs === 0 ? undefined : (nowUs - this.#comparedAtUs) / 1000,
      mismatches: this.#reconciler.mismatches.map(({ line, severity, accepted, takeOver }) => ({
        line: cleanText(line),
        blocks: severity === 'blocks' && !accepted,
        accepted,
        takesOver: takeOver !== undefined,
      })),
      digest: this.#reconciler.digest,
      clockOffsetMs: clock === undefined ? undefined : clock.offsetUs / 1000,
      clockUncertaintyMs: clock === undefined ? undefined : clock.uncertaintyUs / 1000,
      limitUsedPct: limitUsed * 100,
      ack: opened.venue.ackLatency(),
      intent: this.#intents.quantiles(),
      shadow: { orders: state.shadow.compared[0]!, gap: formatMoney(readMoney(state.shadow.gap, 0), 2) },
      openAtVenue: this.#desk.open,
    };
  }

  close(): void {
    this.#question++;
    this.#options.opened.venue.close();
  }
}

/** A life that ended before it could compare the account has not found what the one before it left unrecorded. */
function uncomparedSinceUs(sinceUs: number, { control }: EngineState): number {
  const comparedAtUs = control.comparedAtUs[0]!;
  return comparedAtUs === 0 ? sinceUs : Math.min(sinceUs, comparedAtUs - OVERLAP_US);
}

/** What a ledger that begins with this much may differ by. */
export const toleranceOf = (cash: Money): Money => money((cash * BALANCE_TOLERANCE_PER_10_000) / 10_000n);
