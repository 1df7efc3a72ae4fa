/** One decision as a tree: every layer's inputs, output, limit and verdict, and what would have changed it. */
import type { DecisionTrace, GateTrace, ProducerVote, StrategyTrace } from '../../engine/domain/index.ts';
import { gateText, producerRationale } from '../../state/rationale.ts';
import { sideText } from '../../state/text/names.ts';
import { clock, count, date, fixed, grouped, percentOf, signed, trimmed } from '../../state/text/numbers.ts';
import type { ExplainView } from '../../state/view.ts';
import { line, lineWidth, type Span, type Style, type StyledLine, span, wrapText } from '../text/line.ts';
import { signStyle } from './fields.ts';
import { directionSpan } from './votes.ts';

interface Node {
  readonly head: StyledLine;
  /** Words after the head, or under it where they do not fit beside it. */
  readonly words?: string;
  readonly children?: readonly Node[];
}

/** Sizes of one tick and one lot, drawn from the texts of price and quantity: for display only. */
interface Units {
  readonly tick: number;
  readonly tickDecimals: number;
  readonly lot: number;
  readonly lotDecimals: number;
}

const decimalsOf = (text: string): number => text.split('.')[1]?.length ?? 0;

function unitsOf(view: ExplainView): Units {
  const { trace } = view;
  return {
    tick: trace.priceTicks > 0 ? Number(view.price) / trace.priceTicks : 0,
    tickDecimals: decimalsOf(view.price),
    lot: trace.lots > 0 ? Number(view.quantity) / trace.lots : 0,
    lotDecimals: decimalsOf(view.quantity),
  };
}

const quantityText = (lots: number, units: Units): string =>
  units.lot > 0 ? trimmed(fixed(lots * units.lot, units.lotDecimals)) : `${count(lots)} lots`;

function distanceText(ticks: number, trace: DecisionTrace, units: Units): string {
  const share = trace.priceTicks > 0 ? ticks / trace.priceTicks : Number.NaN;
  return `${grouped(fixed(ticks * units.tick, units.tickDecimals))} (${percentOf(share, 2)}, ${count(ticks)} ticks)`;
}

function producerNode(vote: ProducerVote): Node {
  const takesPart = vote.status === 'voted' || vote.status === 'neutral';
  const says: Span = takesPart ? directionSpan(vote.direction) : span(vote.status, 'quiet');
  const weight = `weight ${fixed(vote.weight, 2)}`;
  const numbers = takesPart
    ? [span(`  ${vote.conviction}/10 × ${weight} → `), span(signed(vote.contribution, 3), signStyle(vote.contribution))]
    : [span(`  ${weight}`, 'quiet')];
  const name = span(vote.producer.padEnd(9), takesPart ? 'strong' : 'quiet');
  return { head: line(name, says, ...numbers), words: producerRationale(vote) };
}

function voteNode(trace: DecisionTrace): Node {
  const { vote } = trace;
  return {
    head: line(
      span('vote', 'title'),
      '  ',
      directionSpan(vote.direction),
      span('  score ', 'quiet'),
      span(signed(vote.score, 3), 'strong'),
      span(` (needs ±${fixed(vote.minScore, 2)})`, 'quiet'),
      span('  consensus ', 'quiet'),
      span(percentOf(vote.consensus, 0), 'strong'),
      span(` (needs ${percentOf(vote.minConsensus, 0)})`, 'quiet'),
    ),
    children: [
      {
        head: line(
          span(`confidence ${percentOf(vote.confidence, 0)}, disagreement ${fixed(vote.disagreement, 2)}`, 'quiet'),
        ),
      },
    ],
  };
}

const figureText = (value: number): string => fixed(value, Number.isInteger(value) ? 0 : 2);

function strategyNode(strategy: StrategyTrace): Node {
  const inputs = strategy.inputs.map(
    ([name, value, limit]) => `${name} ${figureText(value)} (needs ${figureText(limit)})`,
  );
  return {
    head: line(span(strategy.strategy, 'strong'), '  ', directionSpan(strategy.direction)),
    words: inputs.join(', '),
  };
}

function sizingNode(trace: DecisionTrace, units: Units): Node {
  const { sizing } = trace;
  return {
    head: line(
      span('sizing', 'title'),
      span(`  risks ${grouped(sizing.riskBudget)} of ${grouped(sizing.equity)} equity → wants `, 'quiet'),
      span(quantityText(sizing.wantedLots, units), 'strong'),
    ),
    children: [
      { head: line(span('stop   ', 'stop'), span(distanceText(sizing.stopTicks, trace, units))) },
      { head: line(span('target ', 'target'), span(distanceText(sizing.targetTicks, trace, units))) },
    ],
  };
}

const VERDICT_STYLE: Readonly<Record<GateTrace['verdict'], Style>> = { allow: 'good', reduce: 'warn', veto: 'alarm' };

function gateNode(gate: GateTrace, units: Units): Node {
  const reduced = gate.verdict === 'reduce' ? ` → reduced to ${quantityText(gate.lotsAfter, units)}` : '';
  return {
    head: line(span(gate.verdict.padEnd(7), VERDICT_STYLE[gate.verdict]), span(gate.gate.padEnd(13), 'strong')),
    words: `${gateText(gate)}${reduced}`,
  };
}

function outcome(view: ExplainView): StyledLine {
  const { trace } = view;
  switch (trace.verdict) {
    case 'proposed':
      return line(
        span('outcome', 'title'),
        '  ',
        span(`PROPOSED ${sideText(trace.side)} ${trimmed(view.quantity)}`, 'good'),
      );
    case 'vetoed':
      return line(span('outcome', 'title'), '  ', span(`VETOED by ${trace.vetoedBy ?? 'a gate'}`, 'warn'));
    case 'observed':
      return line(span('outcome', 'title'), '  ', span('OBSERVED: control was OBSERVE, nothing was proposed', 'quiet'));
  }
}

/** What would have made it otherwise, from the numbers of the trace alone. */
export function whatWouldFlip(trace: DecisionTrace): string {
  const { vote } = trace;
  const margin =
    `no decision if the score were within ±${fixed(vote.minScore, 2)} (is ${signed(vote.score, 3)}) ` +
    `or consensus below ${percentOf(vote.minConsensus, 0)} (is ${percentOf(vote.consensus, 0)})`;
  if (trace.verdict !== 'vetoed') return margin;
  const gate = trace.gates.find((each) => each.gate === trace.vetoedBy);
  return gate === undefined
    ? margin
    : `no veto by ${gate.gate} if it held: ${gateText(gate)}; later gates were not asked`;
}

function tree(view: ExplainView): readonly Node[] {
  const { trace } = view;
  const units = unitsOf(view);
  return [
    { head: line(span('producers', 'title')), children: trace.producers.map(producerNode) },
    voteNode(trace),
    { head: line(span('strategies', 'title')), children: trace.strategies.map(strategyNode) },
    sizingNode(trace, units),
    { head: line(span('gates', 'title')), children: trace.gates.map((gate) => gateNode(gate, units)) },
    { head: outcome(view), words: whatWouldFlip(trace) },
  ];
}

function draw(nodes: readonly Node[], prefix: string, width: number): readonly StyledLine[] {
  return nodes.flatMap((node, index) => {
    const isLast = index === nodes.length - 1;
    const below = prefix + (isLast ? '   ' : '│  ');
    const head = line(span(`${prefix}${isLast ? '└─ ' : '├─ '}`, 'quiet'), ...node.head);
    const beside = node.words === undefined ? head : line(...head, span(`  ${node.words}`, 'quiet'));
    const fits = node.words === undefined || lineWidth(beside) <= width;
    const under = fits ? [] : wrapText(node.words, Math.max(10, width - below.length));
    return [
      fits ? beside : head,
      ...under.map((text) => line(span(below, 'quiet'), span(text, 'quiet'))),
      ...draw(node.children ?? [], below, width),
    ];
  });
}

/** All rows of the explanation; the overlay scrolls over them. */
export function formatExplain(view: ExplainView, width: number): readonly StyledLine[] {
  const { trace } = view;
  return [
    line(' ', span(`${sideText(trace.side)} ${view.symbol} at ${grouped(view.price)}`, signStyle(trace.side))),
    line(
      span(
        ` decision ${trace.decisionId}, input ${count(view.seq)}, ${date(view.atUs)} ${clock(view.atUs)} UTC`,
        'quiet',
      ),
    ),
    ...draw(tree(view), ' ', width),
  ];
}
