/** What each event of a journal is in the tables of `brain.db`. */
import {
  type EngineEvent,
  formatOnGrid,
  type Instrument,
  type OperatorCommand,
  type ProposalTrace,
  prepareInstrument,
  sideName,
} from '../../engine/domain/index.ts';
import type { EngineState } from '../../engine/index.ts';
import type { SessionManifest } from '../../logs/index.ts';
import {
  changeRow,
  driftRow,
  ensembleCells,
  modelsGoingOn,
  modelVoteRows,
  startingModels,
} from './brain-model-rows.ts';
import { type Cell, FACTS, type Row, type Table } from './brain-tables.ts';

/** Puts a row into a table. */
export type Put = (table: Table, row: Row) => void;

type EventOf<K extends EngineEvent['kind']> = Extract<EngineEvent, { kind: K }>;

/** Turns the events of one session into rows. Throws where an event is not of the shape that its kind has. */
export class SessionRows {
  readonly #session: string;
  readonly #instruments: readonly Instrument[];
  readonly #put: Put;
  readonly #manifest: SessionManifest;

  constructor(manifest: SessionManifest, put: Put) {
    const { name, instruments, accountCurrency } = manifest;
    this.#session = name;
    this.#instruments = instruments.map((spec, i) => prepareInstrument(spec, i, accountCurrency));
    this.#put = put;
    this.#manifest = manifest;
  }

  /** What is so before the first input; `base` is the state that a run goes on from, where it can be read. */
  begin(base: EngineState | undefined): void {
    const goesOn = this.#manifest.startsFrom !== undefined;
    const known = goesOn ? base && modelsGoingOn(this.#session, base) : startingModels(this.#manifest);
    for (const row of known ?? []) this.#put(FACTS.models, row);
  }

  /** An operator's command; whether it was refused comes as an event. */
  command(seq: number, atUs: number, command: OperatorCommand, source: string): void {
    const row = {
      session: this.#session,
      seq,
      at_us: atUs,
      command: command.kind,
      source,
      subject: subjectOf(command),
    };
    this.#put(FACTS.commands, row);
  }

  /** The session's output number `output`, from 1. */
  event(event: EngineEvent, output: number): void {
    const fact = { session: this.#session, output, seq: event.seq, at_us: event.atUs };
    switch (event.kind) {
      case 'decision':
        this.#decision(event, fact);
        break;
      case 'proposal-opened':
        this.#proposalOpened(event.proposal, event.atUs);
        break;
      case 'proposal-resized':
        this.#proposalResized(event);
        break;
      case 'proposal-closed':
        this.#proposalClosed(event);
        break;
      case 'order':
        this.#order(event, fact);
        break;
      case 'fill':
        this.#fill(event, fact);
        break;
      case 'position-closed':
        this.#trade(event, fact);
        break;
      case 'kill':
      case 'halt':
      case 'resume':
      case 'control':
        this.#safety(event, fact);
        break;
      case 'suggestion':
      case 'suggestion-closed':
        this.#suggestion(event);
        break;
      case 'command-refused':
        this.#refused(event);
        break;
      case 'model':
        this.#put(FACTS.models, changeRow(event, fact));
        break;
      case 'drift':
        this.#put(FACTS.modelDrift, driftRow(event, fact));
        break;
      default:
        this.#other(event, fact);
    }
  }

  /** Of a command that could not be read this is all there is. */
  #refused({ seq, atUs, command, reason }: EventOf<'command-refused'>): void {
    this.#put(FACTS.commands, { session: this.#session, seq, at_us: atUs, command, refused: reason });
  }

  #decision({ trace }: EventOf<'decision'>, fact: Row): void {
    const session = this.#session;
    const { decisionId, vote, sizing } = trace;
    this.#put(FACTS.decisions, {
      ...fact,
      decision_id: decisionId,
      symbol: this.#instrument(trace.instrument).symbol,
      side: sideName(trace.side),
      regime: trace.regime ?? null,
      price: this.#price(trace.instrument, trace.priceTicks),
      quantity: this.#quantity(trace.instrument, trace.lots),
      score: vote.score,
      consensus: vote.consensus,
      confidence: vote.confidence,
      disagreement: vote.disagreement,
      ...ensembleCells(trace.ensemble),
      equity: sizing.equity,
      risk_budget: sizing.riskBudget,
      verdict: trace.verdict,
      vetoed_by: trace.vetoedBy ?? null,
    });
    for (const { producer, direction, conviction, weight, contribution, status, evidence } of trace.producers) {
      const [first_evidence, second_evidence] = evidence;
      const given = { producer, direction, conviction, weight, contribution, status, first_evidence, second_evidence };
      this.#put(FACTS.votes, { session, decision_id: decisionId, ...given });
    }
    for (const row of modelVoteRows(session, decisionId, trace.models)) this.#put(FACTS.modelVotes, row);
    // Journals of builds that knew one rule only do not name it, nor a weight.
    const rule = trace.combination?.rule ?? 'agreement';
    for (const { strategy, direction, weight } of trace.strategies) {
      const given = { strategy, direction, weight: weight ?? 1, rule };
      this.#put(FACTS.strategies, { session, decision_id: decisionId, ...given });
    }
    for (const [i, { gate, verdict, value, limit, lotsAfter }] of trace.gates.entries()) {
      const quantity_after = this.#quantity(trace.instrument, lotsAfter);
      const given = { place: i + 1, gate, verdict, value, limit_value: limit, quantity_after };
      this.#put(FACTS.gates, { session, decision_id: decisionId, ...given });
    }
  }

  #proposalOpened(proposal: ProposalTrace, atUs: number): void {
    const { proposalId, decisionId, instrument, side, lots } = proposal;
    this.#put(FACTS.proposals, {
      session: this.#session,
      proposal_id: proposalId,
      revision: proposal.revision,
      decision_id: decisionId,
      symbol: this.#instrument(instrument).symbol,
      side: sideName(side),
      quantity: this.#quantity(instrument, lots),
      limit_price: this.#price(instrument, proposal.limitTicks),
      stop_price: this.#price(instrument, proposal.stopTicks),
      target_price: this.#price(instrument, proposal.targetTicks),
      opened_us: atUs,
      expires_us: proposal.expiresAtUs,
    });
  }

  /** `quantity` stays what was proposed. */
  #proposalResized({ proposalId, decisionId, instrument, revision, lots }: EventOf<'proposal-resized'>): void {
    this.#put(FACTS.proposals, {
      session: this.#session,
      proposal_id: proposalId,
      decision_id: decisionId,
      symbol: this.#instrument(instrument).symbol,
      revision,
      cut_quantity: this.#quantity(instrument, lots),
    });
  }

  /** One that was opened in the session before this one has no more than its end here. */
  #proposalClosed({ proposalId, decisionId, instrument, outcome, gate, atUs }: EventOf<'proposal-closed'>): void {
    this.#put(FACTS.proposals, {
      session: this.#session,
      proposal_id: proposalId,
      decision_id: decisionId,
      symbol: this.#instrument(instrument).symbol,
      outcome,
      gate: gate ?? null,
      closed_us: atUs,
    });
  }

  #order(event: EventOf<'order'>, fact: Row): void {
    const { orderId, decisionId, instrument, side, lots, limitTicks, reduceOnly, clearance, purpose } = event;
    this.#put(FACTS.orderEvents, {
      ...fact,
      order_id: orderId,
      event: event.event,
      from_state: event.from,
      to_state: event.to,
    });
    const born = event.from === 'intended' ? { created_us: event.atUs } : {};
    this.#put(FACTS.orders, {
      session: this.#session,
      order_id: orderId,
      decision_id: decisionId,
      symbol: this.#instrument(instrument).symbol,
      side: sideName(side),
      quantity: this.#quantity(instrument, lots),
      limit_price: this.#price(instrument, limitTicks),
      reduce_only: reduceOnly ? 1 : 0,
      clearance,
      purpose,
      ...born,
      state: event.to,
      updated_us: event.atUs,
    });
  }

  #fill(event: EventOf<'fill'>, fact: Row): void {
    this.#put(FACTS.fills, {
      ...fact,
      order_id: event.orderId,
      decision_id: event.decisionId,
      symbol: this.#instrument(event.instrument).symbol,
      side: sideName(event.side),
      quantity: this.#quantity(event.instrument, event.lots),
      price: this.#price(event.instrument, event.priceTicks),
      fee: event.fee,
      maker: event.maker ? 1 : 0,
      assumed: event.assumed ? 1 : 0,
    });
  }

  #trade(event: EventOf<'position-closed'>, fact: Row): void {
    this.#put(FACTS.trades, {
      ...fact,
      decision_id: event.decisionId,
      symbol: this.#instrument(event.instrument).symbol,
      side: event.side > 0 ? 'LONG' : 'SHORT',
      realised: event.realised,
      fees: event.fees,
      opened_us: event.openedAtUs,
    });
  }

  #safety(event: EventOf<'kill' | 'halt' | 'resume' | 'control'>, fact: Row): void {
    this.#put(FACTS.safety, {
      ...fact,
      kind: event.kind,
      stage: event.kind === 'kill' ? event.stage : null,
      reason: event.kind === 'halt' ? event.reason : null,
      source: event.kind === 'halt' ? null : event.source,
      from_control: event.kind === 'control' ? event.from : null,
      to_control: event.kind === 'control' ? event.to : null,
      open_orders: event.kind === 'kill' ? event.openOrders : null,
      value: event.kind === 'halt' ? event.value : null,
      limit_value: event.kind === 'halt' ? event.limit : null,
    });
  }

  #suggestion(event: EventOf<'suggestion' | 'suggestion-closed'>): void {
    if (event.kind === 'suggestion-closed') {
      const { suggestionId, outcome, producer, regime = null } = event;
      const closed = { producer, regime, outcome, closed_us: event.atUs };
      this.#put(FACTS.suggestions, { session: this.#session, suggestion_id: suggestionId, ...closed });
      return;
    }
    const { suggestion } = event;
    this.#put(FACTS.suggestions, {
      session: this.#session,
      suggestion_id: suggestion.suggestionId,
      action: suggestion.action,
      producer: suggestion.producer,
      regime: suggestion.regime ?? null,
      weight_now: suggestion.weightNow,
      weight_then: suggestion.weightThen,
      samples: suggestion.samples,
      mean_edge_ppm: suggestion.meanEdgePpm,
      mean_cost_ppm: suggestion.meanCostPpm,
      t_statistic: suggestion.tStatistic,
      hit_rate: suggestion.hitRate,
      made_us: event.atUs,
    });
  }

  #other({ seq: _seq, atUs: _atUs, kind, ...rest }: EngineEvent, fact: Row): void {
    this.#put(FACTS.otherEvents, { ...fact, kind, json: JSON.stringify(rest) });
  }

  #instrument(index: number): Instrument {
    const instrument = this.#instruments[index];
    if (instrument === undefined) throw new RangeError(`the session has no instrument ${index}`);
    return instrument;
  }

  /** Null for 0, which is a market order or no price. The middle of an odd spread is rounded to a tick. */
  #price(instrument: number, ticks: number): Cell {
    return ticks > 0 ? formatOnGrid(Math.round(ticks), this.#instrument(instrument).tick) : null;
  }

  #quantity(instrument: number, lots: number): string {
    return formatOnGrid(lots, this.#instrument(instrument).lot);
  }
}

/** What a command speaks of, in words. */
function subjectOf(command: OperatorCommand): Cell {
  switch (command.kind) {
    case 'approve':
    case 'veto':
      return `proposal ${command.proposalId} revision ${command.revision}`;
    case 'resize':
      return `proposal ${command.proposalId} revision ${command.revision} to ${command.lots} lots`;
    case 'set-control':
      return command.mode;
    case 'accept-suggestion':
    case 'reject-suggestion':
    case 'undo-suggestion':
      return `suggestion ${command.suggestionId}`;
    default:
      return null;
  }
}
