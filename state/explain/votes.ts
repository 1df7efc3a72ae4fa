/** The vote of one decision counted again with other votes: what it hung on, and what a strategy lacked to agree. */
import type { DecisionTrace, Direction, ProducerName, ProducerVote, StrategyTrace } from '../../engine/domain/index.ts';

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

const strategyOf = (trace: DecisionTrace, name: StrategyTrace['strategy']): StrategyTrace | undefined =>
  trace.strategies.find(({ strategy }) => strategy === name);

/** Value and limit of one of a strategy's inputs. */
function inputOf(strategy: StrategyTrace | undefined, name: string): readonly [value: number, limit: number] {
  const input = strategy?.inputs.find(([each]) => each === name);
  return input === undefined ? [0, 0] : [input[1], input[2]];
}

const neededProducers = (trace: DecisionTrace): number =>
  inputOf(strategyOf(trace, 'confluence'), 'producers agreeing')[1];

function confluence(trace: DecisionTrace, votes: readonly ProducerVote[]): Direction {
  const { score, consensus } = countVotes(votes);
  const { minScore, minConsensus } = trace.vote;
  if (Math.abs(score) < minScore || consensus < minConsensus) return 0;
  const way = Math.sign(score) as Direction;
  return agreeingWith(votes, way) >= neededProducers(trace) ? way : 0;
}

/** Where it was flat and nothing opposed it, the window of its volume was not full: no vote would have changed that. */
function momentumVolume(trace: DecisionTrace, votes: readonly ProducerVote[]): Direction {
  const asked = strategyOf(trace, 'momentum-volume');
  const before = trace.producers.find(({ producer }) => producer === 'momentum');
  const momentum = votes.find(({ producer }) => producer === 'momentum');
  const [ratio, least] = inputOf(asked, 'volume ratio');
  if (momentum?.status !== 'voted' || !(ratio >= least)) return 0;
  const wasOpposed = before?.status === 'voted' && trace.vote.score * before.direction < 0;
  if (asked?.direction === 0 && !wasOpposed) return 0;
  return countVotes(votes).score * momentum.direction < 0 ? 0 : momentum.direction;
}

/** What the strategies would have made of these votes; the other figures are those of the decision. */
export function directionWith(trace: DecisionTrace, votes: readonly ProducerVote[]): Direction {
  const ways = [confluence(trace, votes), momentumVolume(trace, votes)];
  const long = ways.includes(1);
  return long === ways.includes(-1) ? 0 : long ? 1 : -1;
}

/** The votes as if these producers had been disabled. */
export const without = (votes: readonly ProducerVote[], gone: readonly ProducerName[]): readonly ProducerVote[] =>
  votes.map((vote) => (gone.includes(vote.producer) ? { ...vote, status: 'disabled' } : vote));

/**
 * The smallest sets of producers without which this side would not have been decided, all of one size; several where one
 * would do as well as another.
 */
export function hungOn(trace: DecisionTrace): ReadonlyArray<readonly ProducerName[]> {
  const voted = trace.producers.filter(({ status }) => status === 'voted').map(({ producer }) => producer);
  let found: ProducerName[][] = [];
  for (let bits = 1; bits < 2 ** voted.length; bits++) {
    const gone = voted.filter((_, p) => (bits & (1 << p)) !== 0);
    const least = found[0]?.length ?? gone.length;
    if (gone.length > least || directionWith(trace, without(trace.producers, gone)) === trace.side) continue;
    found = gone.length < least ? [gone] : [...found, gone];
  }
  return found;
}

/** What confluence lacked to go the decision's way; 0 where it had enough. */
export interface Shortfall {
  readonly score: number;
  readonly consensus: number;
  readonly producers: number;
}

/** Undefined where confluence went the decision's way. */
export function shortfallOf(trace: DecisionTrace): Shortfall | undefined {
  const { vote, side, producers } = trace;
  if (confluence(trace, producers) === side) return undefined;
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
 * first. Empty where it went that way, and where no single one would have been enough.
 */
export function votesEnough(trace: DecisionTrace): readonly OtherVote[] {
  const { side, producers } = trace;
  if (confluence(trace, producers) === side) return [];
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
