/** A strategy that wants 10,000 orders a second, against each kind of venue and operator, as a function of seeds. */
import { type EngineConfig, type EngineEvent, money } from '../../engine/domain/index.ts';
import { bookDecides, leaningBook, linearSpec, SECOND_US, Session, testConfig } from '../fixtures/engine-session.ts';
import { repeatWith } from '../soak/check.ts';
import { Chance } from './world/virtual-time.ts';

/** A bar closes, and the strategy wants something else, so often. */
const BAR_US = 100;
const PER_SECOND = SECOND_US / BAR_US;
const MINUTE_US = 60 * SECOND_US;

/** How the venue answers a submit: so that nothing else holds the strategy back, or as venues do. */
const VENUES = ['rejects', 'fills', 'fills a part', 'accepts', 'is silent'] as const;

/** What a test may spoil: the configuration that the engine runs with, and what is seen to leave. */
interface Planted {
  readonly config?: (config: EngineConfig) => EngineConfig;
  readonly event?: (event: EngineEvent) => EngineEvent;
}

export interface MadFigures {
  readonly seeds: number;
  readonly decisions: number;
  readonly approved: number;
  readonly left: number;
  readonly mostInAMinute: number;
  readonly longestToHaltUs: number;
}

function configOf(chance: Chance): EngineConfig {
  const policy = bookDecides({
    risk: {
      maxOrdersPerMinute: chance.between(1, 64),
      maxDecisionsPerSecond: chance.is(0.5) ? 20 : chance.between(1, 1_000),
      entryCooldownBars: 0,
      maxOpenPositions: 100,
      staleAfterUs: 60 * SECOND_US,
      positionLimitPpm: 1_000_000,
      orderLimitPpm: chance.between(1, 20) * 10_000,
    },
    decision: { repeatBars: 1 },
    execution: { proposalTtlUs: 20 * SECOND_US, vetoWindowUs: chance.between(1, 3) * BAR_US },
  });
  const control = (['auto', 'manual', 'veto'] as const)[chance.between(0, 2)]!;
  const instruments = [linearSpec(), linearSpec('DOGE/USDT:USDT')];
  return testConfig({ venue: 'external', barIntervalUs: BAR_US, control, policy, instruments });
}

/** What leaves is held against what was proposed and what policy says: by event alone, without the engine's state. */
class Watch {
  readonly wrong: string[] = [];
  decisions = 0;
  left = 0;
  mostInAMinute = 0;
  haltedAfterUs = -1;
  #firstUs = -1;
  readonly #proposed = new Map<number, number>();
  readonly #approved = new Map<number, number>();
  readonly #sentAtUs: number[] = [];
  readonly #perMinute: number;

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  get approved(): number {
    return this.#approved.size;
  }

  see(event: EngineEvent): void {
    if (event.kind === 'decision') {
      this.decisions++;
      if (this.#firstUs < 0) this.#firstUs = event.atUs;
    } else if (event.kind === 'proposal-opened') this.#proposed.set(event.proposal.decisionId, event.proposal.lots);
    else if (event.kind === 'proposal-closed' && event.outcome.startsWith('cleared')) {
      this.#approved.set(event.decisionId, this.#proposed.get(event.decisionId) ?? 0);
    } else if (event.kind === 'halt' && event.reason === 'order-storm') this.haltedAfterUs = event.atUs - this.#firstUs;
    else if (event.kind === 'order' && event.event === 'submit' && !event.reduceOnly) this.#submit(event);
  }

  #submit({ decisionId, lots, atUs, orderId }: Extract<EngineEvent, { kind: 'order' }>): void {
    this.left++;
    if (this.haltedAfterUs >= 0) this.wrong.push(`order ${orderId} left after the HALT`);
    const open = this.#approved.get(decisionId) ?? 0;
    if (lots > open) this.wrong.push(`order ${orderId} of ${lots} lots, ${open} were approved`);
    this.#approved.set(decisionId, open - lots);
    this.#sentAtUs.push(atUs);
    const minute = this.#sentAtUs.filter((at) => atUs - at < MINUTE_US).length;
    this.mostInAMinute = Math.max(this.mostInAMinute, minute);
    if (minute > this.#perMinute) this.wrong.push(`${minute} orders in a minute, ${this.#perMinute} may leave`);
  }
}

/** One session of `seconds`: the book turns over with every bar, and whoever may say yes says it to everything. */
function run(seed: number, seconds: number, planted: Planted): { readonly watch: Watch; readonly halts: boolean } {
  const chance = new Chance(seed);
  const config = configOf(chance);
  const session = new Session(planted.config?.(config) ?? config);
  const watch = new Watch(config.policy.risk.maxOrdersPerMinute);
  const venue = VENUES[chance.between(0, VENUES.length - 1)]!;
  let executionId = 0;
  const hear = (events: readonly EngineEvent[]): void => {
    for (const event of events) {
      watch.see(planted.event?.(event) ?? event);
      if (event.kind === 'proposal-opened' && config.control === 'manual') {
        const { proposalId } = event.proposal;
        for (let i = 0; i < 2; i++) hear(session.command({ kind: 'approve', proposalId, revision: 1, viewSeq: 0 }));
      }
      if (event.kind !== 'order' || event.event !== 'submit' || venue === 'is silent') continue;
      const { orderId, side, instrument, limitTicks } = event;
      if (venue === 'rejects') hear(session.report({ kind: 'rejected', orderId }, instrument));
      else hear(session.report({ kind: 'accepted', orderId }, instrument));
      if (venue !== 'fills' && venue !== 'fills a part') continue;
      const lots = venue === 'fills' ? event.lots : Math.ceil(event.lots / 2);
      const paid = { priceTicks: limitTicks || 100_000, fee: money(0n), feeLots: 0, maker: false };
      hear(session.report({ kind: 'filled', orderId, side, lots, executionId: ++executionId, ...paid }, instrument));
    }
  };
  for (let bar = 0; bar < seconds * PER_SECOND; bar++) {
    for (const instrument of [0, 1]) {
      const lean = (bar + instrument) % 2 === 0 ? 1 : -1;
      hear(session.snapshot({ last: 100 + bar, ...leaningBook(lean) }, instrument));
    }
    session.atUs += BAR_US;
  }
  hear(session.timer());
  return { watch, halts: watch.haltedAfterUs >= 0 };
}

/** @throws Error at the first seed of which more leaves than policy lets, or that is not halted within a second. */
export function madStrategies(count: number, from: number, seconds: number, planted: Planted = {}): MadFigures {
  const figures = { seeds: count, decisions: 0, approved: 0, left: 0, mostInAMinute: 0, longestToHaltUs: 0 };
  for (let seed = from; seed < from + count; seed++) {
    const { watch, halts } = run(seed, seconds, planted);
    const wrong = [...watch.wrong];
    if (!halts) wrong.push(`no HALT in ${seconds} s after ${watch.decisions} decisions`);
    else if (watch.haltedAfterUs > SECOND_US) wrong.push(`the HALT came after ${watch.haltedAfterUs} µs`);
    if (wrong.length > 0) throw new Error(`seed ${seed}: ${wrong[0]}; ${repeatWith('mad-strategy', seed)}`);
    figures.decisions += watch.decisions;
    figures.approved += watch.approved;
    figures.left += watch.left;
    figures.mostInAMinute = Math.max(figures.mostInAMinute, watch.mostInAMinute);
    figures.longestToHaltUs = Math.max(figures.longestToHaltUs, watch.haltedAfterUs);
  }
  return figures;
}
