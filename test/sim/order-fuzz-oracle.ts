/**
 * Judges every order that leaves by what was put in alone: its own market, positions, money and clock, in plain integers.
 * It shares no code with the engine but the words of events.
 */
import type { EngineConfig, EngineEvent, InstrumentSpec } from '../../engine/domain/index.ts';
import type { OrderRules } from '../../src/venues/venue-instrument.ts';

const ONE = 10n ** 16n;
const MINUTE_US = 60_000_000;
type OrderEvent = Extract<EngineEvent, { kind: 'order' }>;

/** A decimal text as a count of 10^-16, digit by digit. */
export function exact(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole) * ONE + BigInt(fraction.padEnd(16, '0').slice(0, 16) || '0');
}

interface Market {
  bid: number;
  ask: number;
  last: number;
  atUs: number;
  /** A book was there and has a hole. */
  gapped: boolean;
}

interface Working {
  readonly instrument: number;
  readonly reduceOnly: boolean;
  readonly limitTicks: number;
  left: number;
}

interface Proposal {
  lots: number;
  readonly openedAtUs: number;
  state: 'open' | 'operator' | 'policy' | 'closed' | 'used';
}

export class OrderOracle {
  readonly wrong: string[] = [];
  readonly markets: Market[];
  entries = 0;
  exits = 0;
  refusedByRules = 0;
  /** The proposal that the operator says yes to in this step. */
  approving = 0;
  readonly positions: number[];
  readonly #config: EngineConfig;
  readonly #units: bigint[];
  readonly #lastEntryUs: number[];
  readonly #sentUs: number[] = [];
  readonly #working = new Map<number, Working>();
  readonly #proposals = new Map<number, Proposal>();
  readonly #names = new Set<number>();
  #cash: bigint;
  #halted = false;
  #blocked = true;
  #control: string;

  constructor(config: EngineConfig) {
    this.#config = config;
    this.#cash = exact(config.startingCash);
    this.#control = config.control;
    this.markets = config.instruments.map(() => ({ bid: 0, ask: 0, last: 0, atUs: 0, gapped: false }));
    this.positions = config.instruments.map(() => 0);
    this.#lastEntryUs = config.instruments.map(() => 0);
    this.#units = config.instruments.map((spec) => (exact(spec.tickSize) * exact(spec.lotSize)) / ONE);
  }

  reference(instrument: number): number {
    const { bid, ask, last } = this.markets[instrument]!;
    return bid > 0 && ask > 0 ? Math.round((bid + ask) / 2) : last;
  }

  /** `refusal` says why the last check before the venue keeps an order back; it is asked of every order. */
  see(event: EngineEvent, refusal: (order: OrderEvent) => string | undefined, rules: readonly OrderRules[]): void {
    switch (event.kind) {
      case 'halt':
        this.#halted = true;
        return;
      case 'resume':
        this.#halted = false;
        return;
      case 'venue':
        this.#blocked = event.blockers.length > 0;
        return;
      case 'control':
        this.#control = event.to;
        return;
      case 'proposal-opened':
        this.#proposals.set(event.proposal.decisionId, {
          lots: event.proposal.lots,
          openedAtUs: event.atUs,
          state: 'open',
        });
        return;
      case 'proposal-resized': {
        const proposal = this.#proposals.get(event.decisionId);
        if (proposal?.state !== 'open') this.#fault(`proposal ${event.proposalId} changes after its end`);
        else if (!(event.lots > 0 && event.lots < proposal.lots)) this.#fault(`made smaller to ${event.lots} lots`);
        else proposal.lots = event.lots;
        return;
      }
      case 'proposal-closed':
        this.#close(event);
        return;
      case 'fill': {
        const { instrument, side, lots, priceTicks, orderId } = event;
        this.positions[instrument] = this.positions[instrument]! + side * lots;
        this.#cash -= BigInt(side * lots) * BigInt(priceTicks) * this.#units[instrument]! + exact(event.fee);
        const order = this.#working.get(orderId);
        if (order !== undefined) order.left -= lots;
        return;
      }
      case 'order':
        if (event.event === 'submit') this.#submit(event, refusal(event), rules[event.instrument]!);
        if (['filled', 'cancelled', 'rejected'].includes(event.to)) this.#working.delete(event.orderId);
    }
  }

  #close({ decisionId, outcome, proposalId }: Extract<EngineEvent, { kind: 'proposal-closed' }>): void {
    const proposal = this.#proposals.get(decisionId);
    if (proposal?.state !== 'open') this.#fault(`proposal ${proposalId} ends twice`);
    else if (outcome === 'cleared-by-operator') proposal.state = 'operator';
    else if (outcome === 'cleared-by-policy') proposal.state = 'policy';
    else proposal.state = 'closed';
    if (outcome === 'cleared-by-operator' && this.approving !== proposalId) {
      this.#fault(`proposal ${proposalId} was cleared by an operator who said nothing`);
    }
  }

  #fault(text: string): void {
    this.wrong.push(text);
  }

  #submit(event: OrderEvent, refusal: string | undefined, rules: OrderRules): void {
    const { orderId, instrument, lots, limitTicks, reduceOnly } = event;
    const before = this.wrong.length;
    if (this.#names.has(orderId)) this.#fault('the number was used before');
    this.#names.add(orderId);
    if (!Number.isSafeInteger(lots) || lots <= 0) this.#fault(`${lots} lots`);
    if (reduceOnly) this.#exit(event);
    else this.#entry(event);
    if (refusal !== undefined) this.refusedByRules++;
    else this.#filters(event, rules);
    this.#working.set(orderId, { instrument, reduceOnly, limitTicks, left: lots });
    for (let i = before; i < this.wrong.length; i++) this.wrong[i] = `order ${orderId}: ${this.wrong[i]}`;
  }

  #exit({ instrument, side, lots, triggerTicks }: OrderEvent): void {
    this.exits++;
    const held = this.positions[instrument]!;
    if (held * side >= 0) this.#fault(`an exit of ${side * lots} lots while ${held} are held`);
    else if (lots > Math.abs(held)) this.#fault(`an exit of ${lots} lots while ${Math.abs(held)} are held`);
    if (triggerTicks !== undefined && !(triggerTicks > 0)) this.#fault(`a stop at ${triggerTicks}`);
  }

  #entry(event: OrderEvent): void {
    const { instrument, side, lots, limitTicks, atUs, clearance } = event;
    const { risk } = this.#config.policy;
    const spec = this.#config.instruments[instrument]!;
    const market = this.markets[instrument]!;
    this.entries++;
    if (this.#halted || this.#blocked || this.#control === 'observe') this.#fault('no entry may leave');
    this.#cleared(event);
    if (clearance === 'operator' && this.approving === 0) this.#fault('nobody said yes');
    if (spec.kind === 'spot' && side < 0) this.#fault('a short on spot');
    const reference = this.reference(instrument);
    if (!(reference > 0) || !Number.isSafeInteger(limitTicks) || limitTicks <= 0) this.#fault('no price');
    else if (BigInt(Math.abs(limitTicks - reference)) * 1_000_000n > BigInt(risk.collarPpm) * BigInt(reference)) {
      this.#fault(`limit ${limitTicks} is beyond the collar around ${reference}`);
    }
    const { bid, ask } = market;
    if (bid > 0 && ask > 0 && ask < bid) this.#fault(`on a crossed market, ${bid} over ${ask}`);
    if (bid > 0 && ask > 0 && (ask - bid) * 2e6 > risk.maxSpreadPpm * (ask + bid) * (1 + 1e-12)) {
      this.#fault(`on a spread of ${ask - bid} at ${bid}`);
    }
    if (atUs - market.atUs > risk.staleAfterUs) this.#fault(`on data of ${atUs - market.atUs} µs ago`);
    if (market.gapped) this.#fault('on a book with a hole');
    const open = [...this.#working.values()].filter((each) => !each.reduceOnly);
    if (this.positions[instrument] !== 0 || open.some((each) => each.instrument === instrument)) {
      this.#fault('a second one in the instrument');
    }
    const since = atUs - this.#lastEntryUs[instrument]!;
    if (this.#lastEntryUs[instrument] !== 0 && since < risk.entryCooldownBars * this.#config.barIntervalUs) {
      this.#fault(`${since} µs after the last`);
    }
    this.#lastEntryUs[instrument] = atUs;
    this.#sentUs.push(atUs);
    const minute = this.#sentUs.filter((at) => atUs - at < MINUTE_US).length;
    if (minute > risk.maxOrdersPerMinute) this.#fault(`the ${minute}th of the minute`);
    const held = this.positions.filter((each, i) => each !== 0 || open.some((order) => order.instrument === i)).length;
    if (held >= risk.maxOpenPositions) this.#fault(`with ${held} positions open`);
    this.#sizes(event, spec, open, lots);
  }

  #cleared({ decisionId, clearance, lots, atUs }: OrderEvent): void {
    const proposal = this.#proposals.get(decisionId);
    if (proposal === undefined || proposal.state !== clearance) {
      this.#fault(`cleared by ${clearance}, and the proposal is ${proposal?.state ?? 'none'}`);
      return;
    }
    if (lots > proposal.lots) this.#fault(`${lots} lots, ${proposal.lots} were proposed`);
    const { vetoWindowUs, proposalTtlUs } = this.#config.policy.execution;
    if (clearance === 'policy' && this.#control === 'manual') this.#fault('policy cleared it in manual');
    if (clearance === 'policy' && this.#control === 'veto' && atUs - proposal.openedAtUs < vetoWindowUs) {
      this.#fault('the veto window is open');
    }
    if (atUs - proposal.openedAtUs > Math.max(vetoWindowUs, proposalTtlUs)) this.#fault('the proposal is too old');
    proposal.state = 'used';
  }

  #mark(instrument: number): bigint {
    const { bid, ask, last } = this.markets[instrument]!;
    const touch = this.positions[instrument]! > 0 ? bid : ask;
    return BigInt(touch > 0 ? touch : last);
  }

  #sizes(event: OrderEvent, spec: InstrumentSpec, open: readonly Working[], lots: number): void {
    const { risk } = this.#config.policy;
    const { instrument, limitTicks } = event;
    let equity = this.#cash;
    let gross = 0n;
    for (const [i, held] of this.positions.entries()) {
      const worth = BigInt(held) * this.#mark(i) * this.#units[i]!;
      equity += worth;
      gross += worth < 0n ? -worth : worth;
    }
    for (const order of open) gross += BigInt(order.limitTicks) * BigInt(order.left) * this.#units[order.instrument]!;
    const worth = BigInt(lots) * BigInt(limitTicks) * this.#units[instrument]!;
    const share = (ppm: number): bigint => (equity * BigInt(ppm)) / 1_000_000n;
    if (worth > share(risk.orderLimitPpm)) this.#fault(`worth ${worth} of equity ${equity}: over the order's limit`);
    if (worth > share(risk.positionLimitPpm))
      this.#fault(`worth ${worth} of equity ${equity}: over the position's limit`);
    if (gross + worth > share(risk.leverageLimitPpm))
      this.#fault(`gross ${gross + worth} of equity ${equity}: leverage`);
    if (worth < exact(spec.minNotional)) this.#fault(`worth ${worth} is below the least`);
  }

  /** What the venue itself would refuse, of an order that was let out to it. */
  #filters({ instrument, lots, limitTicks, reduceOnly, triggerTicks = 0 }: OrderEvent, rules: OrderRules): void {
    const spec = this.#config.instruments[instrument]!;
    const quantity = BigInt(lots) * exact(spec.lotSize);
    for (const bounds of limitTicks === 0 ? [rules.quantity, rules.marketQuantity] : [rules.quantity]) {
      const step = exact(bounds.step);
      if (quantity < exact(bounds.least) || (exact(bounds.most) > 0n && quantity > exact(bounds.most))) {
        this.#fault(`a quantity that the venue refuses: ${lots} lots`);
      }
      if (step > 0n && quantity % step !== 0n) this.#fault('a quantity off the steps');
    }
    const tick = exact(spec.tickSize);
    for (const ticks of [limitTicks, triggerTicks]) {
      const price = BigInt(ticks) * tick;
      const { least, most } = rules.price;
      if (ticks > 0 && (price < exact(least) || (exact(most) > 0n && price > exact(most)))) {
        this.#fault(`a price that the venue refuses: ${ticks} ticks`);
      }
    }
    if (rules.priceBand === undefined || limitTicks === 0) return;
    const reference = BigInt(this.reference(instrument)) * tick;
    const price = BigInt(limitTicks) * tick * ONE;
    const outside = price > reference * exact(rules.priceBand.up) || price < reference * exact(rules.priceBand.down);
    if (outside && !(reduceOnly && reference === 0n)) this.#fault('a price outside the venue’s band');
  }
}
