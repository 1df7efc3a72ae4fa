/** One decision as a tree: every layer's inputs, output, limit and verdict, what followed, and what would have changed it. */
import type { DecisionTrace, GateTrace, ModelVote, ProducerVote, StrategyTrace } from '../../engine/domain/index.ts';
import { hasAnswered, isCounted, modelDirection } from '../../state/explain/ensemble.ts';
import { flipTexts, shortfallText } from '../../state/explain/flips.ts';
import { marginOf } from '../../state/explain/margins.ts';
import { takesPart } from '../../state/explain/votes.ts';
import { modelNote } from '../../state/model-words.ts';
import { gateText, producerRationale } from '../../state/rationale.ts';
import { blockersText, sideText } from '../../state/text/names.ts';
import { amount, clock, count, date, fixed, grouped, percentOf, signed } from '../../state/text/numbers.ts';
import type { ExplainView } from '../../state/view.ts';
import { balance, bar } from '../text/bars.ts';
import { clipLine, line, type Span, type Style, type StyledLine, span } from '../text/line.ts';
import { drawTree, type TreeNode } from '../text/tree.ts';
import { commandLines } from './command-lines.ts';
import { followedNodes } from './explain-followed.ts';
import { signStyle, UNKNOWN } from './fields.ts';
import { type Units, unitsOf } from './units.ts';
import { directionSpan, FULL_BAR, voteSpan } from './votes.ts';

const VOTE_BAR_WIDTH = 11;
const GATE_BAR_WIDTH = 8;
/** Narrower trees have no bars beside their gates. */
const WIDTH_FOR_GATE_BARS = 100;

/** Direction, conviction × weight → contribution, each in its column. */
function producerNode(vote: ProducerVote): TreeNode {
  const isActive = takesPart(vote);
  const { direction, conviction, weight, contribution } = vote;
  const says = isActive ? directionSpan(direction) : span(vote.status, 'quiet');
  return {
    head: line(
      span(vote.producer.padEnd(9), isActive ? 'strong' : 'quiet'),
      { ...says, text: says.text.padEnd(8) },
      span(
        `${isActive ? `${conviction}/10` : UNKNOWN} × ${fixed(weight, 2)}`.padStart(12),
        isActive ? 'plain' : 'quiet',
      ),
      span(' → ', 'quiet'),
      span((isActive ? signed(contribution, 3) : UNKNOWN).padStart(6), isActive ? signStyle(contribution) : 'quiet'),
      ' ',
      ...balance(isActive ? contribution / FULL_BAR : 0, VOTE_BAR_WIDTH),
    ),
    words: producerRationale(vote),
  };
}

/** Weight of all producers, and of those that could speak: their contributions are shares of it. */
function producersNode(producers: readonly ProducerVote[]): TreeNode {
  const weightOf = (votes: readonly ProducerVote[]): string =>
    fixed(
      votes.reduce((sum, { weight }) => sum + weight, 0),
      2,
    );
  return {
    head: line(
      span('producers', 'title'),
      span(`  conviction × weight → share; ${weightOf(producers.filter(takesPart))} of `, 'quiet'),
      span(`${weightOf(producers)} weight speaks`, 'quiet'),
    ),
    children: producers.map(producerNode),
  };
}

function voteNode({ vote, regime }: DecisionTrace): TreeNode {
  const market = regime === undefined ? '' : `, regime ${regime}`;
  return {
    head: line(
      span('vote', 'title'),
      '  ',
      voteSpan(vote),
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
          span(
            `confidence ${percentOf(vote.confidence, 0)}, disagreement ${fixed(vote.disagreement, 2)}${market}`,
            'quiet',
          ),
        ),
      },
    ],
  };
}

/** Direction, chance × weight → contribution, each in its column. */
function modelNode(vote: ModelVote): TreeNode {
  const isActive = hasAnswered(vote);
  const { model, status, chance, weight, contribution } = vote;
  const says = isActive ? directionSpan(modelDirection(vote)) : span(status, 'quiet');
  const sure = chance === undefined ? UNKNOWN : percentOf(chance, 1);
  return {
    head: line(
      span(model.padEnd(12), isActive ? 'strong' : 'quiet'),
      { ...says, text: says.text.padEnd(8) },
      span(`${sure} × ${fixed(weight, 2)}`.padStart(14), isActive ? 'plain' : 'quiet'),
      span(' → ', 'quiet'),
      span(
        (isCounted(vote) ? signed(contribution, 3) : UNKNOWN).padStart(6),
        isCounted(vote) ? signStyle(contribution) : 'quiet',
      ),
      ' ',
      ...balance(contribution / FULL_BAR, VOTE_BAR_WIDTH),
    ),
    words: modelNote(vote),
  };
}

/** Each model, and what they say together; nothing in a run without models. */
function modelNodes({ models, ensemble }: DecisionTrace): readonly TreeNode[] {
  if (ensemble === undefined) return [];
  const { score, minScore, consensus, minConsensus, speaking, minModels, confidence, disagreement } = ensemble;
  const needs = (text: string): Span => span(` (needs ${text})`, 'quiet');
  return [
    {
      head: line(
        span('models', 'title'),
        span('  chance of a rise × weight → share; ', 'quiet'),
        span(`${speaking} of ${models.filter(({ role }) => role === 'serve').length} speak`, 'quiet'),
        needs(String(minModels)),
      ),
      children: models.map(modelNode),
    },
    {
      head: line(
        ...[span('ensemble', 'title'), span('  '), voteSpan(ensemble), span('  score ', 'quiet')],
        ...[span(signed(score, 3), 'strong'), needs(`±${fixed(minScore, 2)}`)],
      ),
      words: `consensus ${percentOf(consensus, 0)} (needs ${percentOf(minConsensus, 0)}), confidence ${percentOf(confidence, 0)}, disagreement ${fixed(disagreement, 2)}`,
    },
  ];
}

/** Value and limit; how much is missing only where the strategy says so nowhere else. */
function inputText([name, value, limit, bound]: StrategyTrace['inputs'][number], isShortTold: boolean): string {
  const decimals = Number.isInteger(value) && Number.isInteger(limit) ? 0 : 2;
  if (bound === 'most') {
    const over = value > limit ? `, ${fixed(value - limit, decimals)} over` : '';
    return `${name} ${fixed(value, decimals)} (needs ${fixed(limit, decimals)} or less${over})`;
  }
  const short = value < limit && !isShortTold ? `, ${fixed(limit - value, decimals)} short` : '';
  return `${name} ${fixed(value, decimals)} (needs ${fixed(limit, decimals)}${short})`;
}

/** How the directions became one, where it is not that each that speaks counts alike. */
function combinationText({ rule, leastWeight }: DecisionTrace['combination']): string {
  switch (rule) {
    case 'agreement':
      return '';
    case 'weighted':
      return `  ${percentOf(leastWeight, 0)} of the weight must point one way`;
    case 'learned':
      return '  follows the one that has done best in this regime';
  }
}

function weightText({ weight }: StrategyTrace, { rule }: DecisionTrace['combination']): string {
  if (rule === 'agreement') return '';
  return rule === 'weighted' ? `  weight ${percentOf(weight, 0)}` : weight > 0 ? '  followed' : '';
}

function strategyNode(strategy: StrategyTrace, trace: DecisionTrace): TreeNode {
  const lacked = strategy.strategy === 'confluence' ? shortfallText(trace) : undefined;
  return {
    head: line(
      span(strategy.strategy, 'strong'),
      '  ',
      directionSpan(strategy.direction),
      span(weightText(strategy, trace.combination), 'quiet'),
    ),
    words: strategy.inputs.map((input) => inputText(input, lacked !== undefined)).join(', '),
    ...(lacked !== undefined && { children: [{ head: [], words: lacked }] }),
  };
}

function sizingNode({ sizing }: DecisionTrace, units: Units): TreeNode {
  return {
    head: line(
      span('sizing', 'title'),
      span(`  risks ${grouped(sizing.riskBudget)} of ${grouped(sizing.equity)} equity → wants `, 'quiet'),
      span(units.quantity(sizing.wantedLots), 'strong'),
    ),
    children: [
      { head: line(span('stop   ', 'stop'), span(units.distance(sizing.stopTicks))) },
      { head: line(span('target ', 'target'), span(units.distance(sizing.targetTicks))) },
    ],
  };
}

const VERDICTS: Readonly<Record<GateTrace['verdict'], readonly [word: string, style: Style]>> = {
  allow: ['allow', 'good'],
  reduce: ['reduce', 'warn'],
  veto: ['VETO', 'alarm'],
};

/** The bar says how near the gate was to a veto. */
function gateNode(gate: GateTrace, { trace, blockers }: ExplainView, units: Units, width: number): TreeNode {
  const [word, style] = VERDICTS[gate.verdict];
  const isVeto = gate.verdict === 'veto';
  const reduced = gate.verdict === 'reduce' ? ` → reduced to ${units.quantity(gate.lotsAfter)}` : '';
  const margin = marginOf(trace, gate);
  const nearness = isVeto ? 1 : margin === undefined ? 0 : 1 - margin.share;
  const beside: readonly Span[] =
    width < WIDTH_FOR_GATE_BARS ? [] : [...bar(nearness, GATE_BAR_WIDTH, style), span(' ')];
  return {
    head: line(span(word.padEnd(7), style), ...beside, span(gate.gate.padEnd(16), 'strong')),
    words: isVeto && blockers.length > 0 ? blockersText(blockers) : `${gateText(gate, units.price)}${reduced}`,
    ...(isVeto && { children: [{ head: line(span('the first veto: later gates were not asked', 'warn')) }] }),
  };
}

function outcome({ trace, quantity }: ExplainView): Span {
  switch (trace.verdict) {
    case 'proposed':
      return span(`PROPOSED ${sideText(trace.side)} ${amount(quantity)}`, 'good');
    case 'vetoed':
      return span(`VETOED by ${trace.vetoedBy ?? 'a gate'}`, 'warn');
    case 'observed':
      return span('OBSERVED, not proposed', 'quiet');
  }
}

function tree(view: ExplainView, width: number): readonly TreeNode[] {
  const { trace, followed } = view;
  const units = unitsOf(view);
  const isOpen = trace.verdict === 'proposed' && followed.length === 0;
  return [
    producersNode(trace.producers),
    voteNode(trace),
    ...modelNodes(trace),
    {
      head: line(span('strategies', 'title'), span(combinationText(trace.combination), 'quiet')),
      children: trace.strategies.map((each) => strategyNode(each, trace)),
    },
    sizingNode(trace, units),
    {
      head: line(span('gates', 'title'), span('  in the order in which they were asked', 'quiet')),
      children: trace.gates.map((gate) => gateNode(gate, view, units, width)),
    },
    {
      head: line(span('outcome', 'title'), '  ', outcome(view)),
      ...(isOpen && { words: 'nothing has followed up to here' }),
    },
    ...followedNodes(followed, units),
    {
      head: line(span('what would have changed it', 'title')),
      children: flipTexts(view, units.price).map((words) => ({ head: [], words })),
    },
  ];
}

/** The command that goes there. */
function reopenLines(reopen: string | undefined, width: number): readonly StyledLine[] {
  if (reopen === undefined) return [line(span(' o goes to this moment', 'quiet'))];
  return commandLines(' to stand there: ', reopen, width).map((text) => line(span(text, 'quiet')));
}

/** All rows of the explanation, none wider than `width`; the overlay scrolls over them. */
export function formatExplain(view: ExplainView, width: number): readonly StyledLine[] {
  const { trace, reopen } = view;
  const when = `input ${count(view.seq)}, ${date(view.atUs)} ${clock(view.atUs)} UTC`;
  return [
    line(
      ' ',
      span(`${sideText(trace.side)} ${view.symbol} at ${grouped(view.price)}`, signStyle(trace.side)),
      '  ',
      outcome(view),
    ),
    line(span(` decision ${trace.decisionId}, ${when}`, 'quiet')),
    ...reopenLines(reopen, width),
    ...drawTree(tree(view, width), ' ', width),
  ].map((each) => clipLine(each, width));
}
