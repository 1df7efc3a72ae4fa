/** How far a gate of one decision was from its other verdict: from a veto to the nearest pass, from a pass to the nearest veto. */
import type { DecisionTrace, GateName, GateTrace } from '../../engine/domain/index.ts';

/** Distances are in the unit of {@link GateMargin.value}. */
export interface GateMargin {
  readonly gate: GateName;
  readonly vetoed: boolean;
  /** The number that the verdict hangs on: of a gate that reduces, what one lot would come to. */
  readonly value: number;
  readonly turnsAt: number;
  /** True when the verdict is still the same at `turnsAt` itself, and turns beyond it. */
  readonly isBeyond: boolean;
  readonly by: number;
  /** `by` as a share of what is allowed: tells which of several gates is the nearest. */
  readonly share: number;
}

/** Beyond this an age, or bars since an entry, mean that there was none at all. */
export const NEVER = 1e14;

type Rule = 'at-most' | 'below' | 'at-least' | 'stop' | 'shrinks';

/** Gates that hold a number against a limit; the others ask for a state. */
const RULES: Readonly<Partial<Record<GateName, Rule>>> = {
  'data-fresh': 'at-most',
  'no-duplicate': 'at-most',
  cooldown: 'at-least',
  'order-rate': 'below',
  'max-positions': 'below',
  spread: 'at-most',
  collar: 'at-most',
  'stop-not-reached': 'stop',
  reward: 'at-least',
  'order-size': 'shrinks',
  'position-size': 'shrinks',
  leverage: 'shrinks',
  'min-notional': 'at-least',
};

/** Lots that a gate was asked about: what the one before it has left. */
function lotsAsked(trace: DecisionTrace, gate: GateTrace): number {
  return trace.gates[trace.gates.indexOf(gate) - 1]?.lotsAfter ?? trace.sizing.wantedLots;
}

/**
 * Where no more than one lot is asked for, as a share of equity: the gate shrinks until that fits. What a lot is worth is
 * told by the first gate of size, where nothing else is counted.
 */
function leastShare(trace: DecisionTrace, gate: GateTrace): number | undefined {
  const first = trace.gates.find((each) => each.gate === 'order-size');
  if (first === undefined) return undefined;
  const lots = lotsAsked(trace, first);
  const asked = lotsAsked(trace, gate);
  if (lots <= 0 || asked <= 0) return undefined;
  return gate.value - ((asked - 1) * first.value) / lots;
}

/** Undefined for a gate that holds no number against a limit, or held none of meaning. */
export function marginOf(trace: DecisionTrace, gate: GateTrace): GateMargin | undefined {
  const rule = RULES[gate.gate];
  const vetoed = gate.verdict === 'veto';
  const { limit } = gate;
  const value = rule === 'shrinks' ? leastShare(trace, gate) : gate.value;
  if (rule === undefined || value === undefined || !Number.isFinite(value) || Math.abs(value) >= NEVER)
    return undefined;
  // No lot at all is refused whatever it would be worth, and without equity there is no share of it.
  if (gate.gate === 'min-notional' && lotsAsked(trace, gate) === 0) return undefined;
  if (rule === 'shrinks' && vetoed && value <= limit) return undefined;
  const at = (turnsAt: number, isBeyond: boolean, scale = limit): GateMargin => {
    const by = Math.abs(turnsAt - value);
    return { gate: gate.gate, vetoed, value, turnsAt, isBeyond, by, share: scale > 0 ? by / scale : Infinity };
  };
  switch (rule) {
    case 'at-most':
      // Bid above ask: a spread below nothing.
      return at(vetoed && value < 0 ? 0 : limit, !vetoed);
    case 'shrinks':
    case 'at-least':
      return at(limit, !vetoed);
    case 'below':
      return at(vetoed ? limit - 1 : limit, false);
    case 'stop':
      return at(vetoed ? limit + trace.side : limit, false, limit === 0 ? 0 : trace.sizing.stopTicks);
  }
}

/** The gate that stopped the decision; undefined where none did. */
export const vetoOf = (trace: DecisionTrace): GateTrace | undefined =>
  trace.gates.find(({ verdict }) => verdict === 'veto');

/** Of the gates that let it pass, the one that was the nearest to a veto; of equals the first that was asked. */
export function nearestToVeto(trace: DecisionTrace): GateMargin | undefined {
  let nearest: GateMargin | undefined;
  for (const gate of trace.gates) {
    const margin = gate.verdict === 'veto' ? undefined : marginOf(trace, gate);
    if (margin !== undefined && margin.share < (nearest?.share ?? Infinity)) nearest = margin;
  }
  return nearest;
}
