/** The vote of one decision counted again with other votes: what it hung on, and what a strategy lacked to agree. */
import type {
  DecisionTrace,
  Direction,
  ModelKind,
  ModelVote,
  PartTrace,
  ProducerName,
  ProducerVote,
  StrategyTrace,
} from '../../engine/domain/index.ts';
import { ensembleWith, isCounted, withoutModels } from './ensemble.ts';

/** It spoke, if only to say that it sees nothing: its weight counts. */
export const takesPart = ({ status }: ProducerVote): boolean => status === 'voted' || status === 'neutral';

const opinion = ({ direction, conviction }: ProducerVote): number => (direction * conviction) / 10;

/** Score and consensus of these votes, counted as the engine does: in the same order, to the same bits. */
export function countVotes(votes: readonly ProducerVote[]): { readonly score: number; readonly consensus: number } {
  let active = 0;
  let voting = 0;
  let sum = 0;
  for (const vote of votes) {
    if (!takesPart(vote)) continue;
    active += vote.weight;
    if (vote.status === 'voted') voting += vote.weight;
    sum += vote.weight * opinion(vote);
  }
  const score = active > 0 ? sum / active : 0;
  let agreeing = 0;
  for (const vote of votes) if (takesPart(vote) && opinion(vote) * score > 0) agreeing += vote.weight;
  return { score, consensus: voting > 0 ? agreeing / voting : 0 };
}

const agreeingWith = (votes: readonly ProducerVote[], way: Direction): number =>
  votes.filter(({ status, direction }) => status === 'voted' && direction === way).length;

type Votes = readonly ProducerVote[];

/** What was said, by producers and by models. */
interface Said {
  readonly votes: Votes;
  readonly models: readonly ModelVote[];
  /** Fewer that speak come to nothing. */
  readonly minModels: number;
  /** What the votes come to. */
  readonly score: number;
  readonly consensus: number;
}

const saidIn = ({ ensemble }: DecisionTrace, votes: Votes, models: readonly ModelVote[]): Said => ({
  votes,
  models,
  minModels: ensemble?.minModels ?? 0,
  ...countVotes(votes),
});

/** What a block makes of these votes; one that looks at anything else says what it said. */
function answerOf(part: PartTrace, { votes, models, minModels, score, consensus }: Said): Direction {
  const { block, parameters } = part;
  const way = Math.sign(score) as Direction;
  switch (block) {
    case 'vote':
      return Math.abs(score) < (parameters.score ?? 0) || consensus < (parameters.consensus ?? 0) ? 0 : way;
    case 'agreement':
      return agreeingWith(votes, way) >= (parameters.producers ?? 0) ? way : 0;
    case 'ensemble':
      return ensembleWith(models, minModels, parameters);
    case 'momentum': {
      const vote = votes.find(({ producer }) => producer === 'momentum');
      return Math.abs(vote?.evidence[0] ?? 0) >= (parameters.atr ?? 0) ? votedWay(vote) : 0;
    }
    case 'signal': {
      const vote = votes[parameters.producer ?? 0];
      return (vote?.conviction ?? 0) >= (parameters.conviction ?? 0) ? votedWay(vote) : 0;
    }
    default:
      return part.answer;
  }
}

const votedWay = (vote: ProducerVote | undefined): Direction => (vote?.status === 'voted' ? vote.direction : 0);

/** What a strategy makes of these votes. */
function strategyWith({ parts }: StrategyTrace, said: Said): Direction {
  let direction: Direction = 0;
  for (const part of parts) {
    const answer = answerOf(part, said);
    const hasDirection = part.kind === 'direction';
    if (part.role === 'unless') {
      if (answer === (hasDirection ? -direction : 1)) return 0;
      continue;
    }
    if (answer === 0 || (hasDirection && direction !== 0 && answer !== direction)) return 0;
    if (hasDirection) direction = answer;
  }
  return direction;
}

/** What the strategies would have made of these votes; the other figures are those of the decision. */
export function directionWith(
  trace: DecisionTrace,
  votes: Votes,
  models: readonly ModelVote[] = trace.models,
): Direction {
  const { strategies, combination } = trace;
  const said = saidIn(trace, votes, models);
  const ways = strategies.map((strategy) => strategyWith(strategy, said));
  const long = ways.includes(1);
  if (combination.rule === 'agreement') return long === ways.includes(-1) ? 0 : long ? 1 : -1;
  const sum = strategies.reduce((all, { weight }, s) => all + weight * (ways[s] ?? 0), 0);
  return Math.abs(sum) > DUST && Math.abs(sum) >= combination.leastWeight - DUST ? (Math.sign(sum) as Direction) : 0;
}

/** Dust of sums of weights, as in the engine. */
const DUST = 1e-9;

/** The strategy whose only question is whether enough votes agree; undefined where it does not count. */
const confluenceOf = ({ strategies }: DecisionTrace): StrategyTrace | undefined =>
  strategies.find(({ strategy }) => strategy === 'confluence');

/** Undefined where it does not count. */
function confluence(trace: DecisionTrace, votes: Votes): Direction | undefined {
  const strategy = confluenceOf(trace);
  return strategy === undefined ? undefined : strategyWith(strategy, saidIn(trace, votes, trace.models));
}

const neededProducers = (trace: DecisionTrace): number =>
  confluenceOf(trace)?.parts.find(({ block }) => block === 'agreement')?.parameters.producers ?? 0;

/** Who has a say: a producer, or a kind of model. */
export type Voter = ProducerName | ModelKind;

/** The votes as if these producers had been disabled. */
export const without = (votes: readonly ProducerVote[], gone: readonly Voter[]): readonly ProducerVote[] =>
  votes.map((vote) => (gone.includes(vote.producer) ? { ...vote, status: 'disabled' } : vote));

/** What would have been decided if these had had no say. */
const directionWithout = (trace: DecisionTrace, gone: readonly Voter[]): Direction =>
  directionWith(trace, without(trace.producers, gone), withoutModels(trace.models, gone));

type Sets = ReadonlyArray<readonly Voter[]>;

const knownSets = new WeakMap<DecisionTrace, Sets>();

/**
 * The smallest sets of producers and models without which this side would not have been decided, all of one size; several
 * where one would do as well as another. Those that are neutral count as well: without them the others weigh more, or too few models speak.
 * Found once for a trace: where all agree thousands of sets are tried, and whoever shows them asks at every paint.
 */
export function hungOn(trace: DecisionTrace): Sets {
  const sets = knownSets.get(trace) ?? smallestSets(trace);
  knownSets.set(trace, sets);
  return sets;
}

function smallestSets(trace: DecisionTrace): Sets {
  const voters: readonly Voter[] = [
    ...trace.producers.filter(takesPart).map(({ producer }) => producer),
    ...trace.models.filter(isCounted).map(({ model }) => model),
  ];
  for (let size = 1; size <= voters.length; size++) {
    const found = subsets(voters, size).filter((gone) => directionWithout(trace, gone) !== trace.side);
    if (found.length > 0) return found;
  }
  return [];
}

/** All sets of this size, each in the order of the whole. */
const subsets = (of: readonly Voter[], size: number): readonly Voter[][] =>
  size === 0 ? [[]] : of.flatMap((first, i) => subsets(of.slice(i + 1), size - 1).map((rest) => [first, ...rest]));

/** What confluence lacked to go the decision's way; 0 where it had enough. */
export interface Shortfall {
  readonly score: number;
  readonly consensus: number;
  readonly producers: number;
}

/** Undefined where confluence went the decision's way, or does not count. */
export function shortfallOf(trace: DecisionTrace): Shortfall | undefined {
  const { vote, side, producers } = trace;
  const found = confluence(trace, producers);
  if (found === side || found === undefined) return undefined;
  return {
    score: Math.max(0, vote.minScore - vote.score * side),
    consensus: Math.max(0, vote.minConsensus - vote.consensus),
    producers: Math.max(0, neededProducers(trace) - agreeingWith(producers, side)),
  };
}

/** One producer's vote and what it would have had to be: the decision's side with this conviction. */
export interface OtherVote {
  readonly producer: ProducerName;
  readonly from: number;
  readonly to: number;
}

const MOST_CONVICTION = 10;

/**
 * Single votes, signed convictions, with which confluence would have gone the decision's way as well; the smallest change
 * first. Empty where it went that way or does not count, and where no single one would have been enough.
 */
export function votesEnough(trace: DecisionTrace): readonly OtherVote[] {
  const { side, producers } = trace;
  const found = confluence(trace, producers);
  if (found === side || found === undefined) return [];
  const enough = producers.filter(takesPart).flatMap((vote): OtherVote[] => {
    for (let conviction = 1; conviction <= MOST_CONVICTION; conviction++) {
      const changed: ProducerVote = { ...vote, status: 'voted', direction: side, conviction };
      const votes = producers.map((each) => (each === vote ? changed : each));
      if (confluence(trace, votes) !== side) continue;
      return [{ producer: vote.producer, from: vote.direction * vote.conviction, to: side * conviction }];
    }
    return [];
  });
  const size = ({ from, to }: OtherVote): number => Math.abs(to - from);
  return enough.sort((a, b) => size(a) - size(b));
}
