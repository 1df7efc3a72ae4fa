/** What would have made a decision otherwise, in sentences: computed from its trace, and from what followed on it. */
import type { DecisionTrace, Direction, GateName, GateTrace } from '../../engine/domain/index.ts';
import type { LogEvent } from '../log-entry.ts';
import { blockersText, directionText, sideText } from '../text/names.ts';
import { basisPoints, count, duration, fixed, grouped, percentOf } from '../text/numbers.ts';
import type { ExplainView } from '../view.ts';
import { type GateMargin, marginOf, nearestToVeto, vetoOf } from './margins.ts';
import { hungOn, type Shortfall, shortfallOf, votesEnough } from './votes.ts';

type Explained = Pick<ExplainView, 'trace' | 'followed' | 'blockers'>;

/** A price, or a distance of two, in words. */
type PriceText = (ticks: number) => string;

const inTicks: PriceText = (ticks) => `${count(ticks)} ticks`;

/** What the number of a gate is, and how it is written. */
interface Measure {
  readonly what: string;
  text(value: number, price: PriceText): string;
}

const seconds = (us: number): string => duration(us / 1000);
const share = (value: number): string => percentOf(value, 2);
const money = (value: number): string => grouped(fixed(value, 2));
const ofOneLot = 'the worth of one lot over equity';

const MEASURES: Readonly<Partial<Record<GateName, Measure>>> = {
  'data-fresh': { what: 'the age of the data', text: seconds },
  'no-duplicate': { what: 'the number of positions, entries and proposals here', text: count },
  cooldown: { what: 'the number of bars since the last entry', text: (bars) => fixed(bars, 1) },
  'order-rate': { what: 'the number of orders in the last minute', text: count },
  'max-positions': { what: 'the number of open positions', text: count },
  spread: { what: 'the spread', text: basisPoints },
  collar: { what: 'the distance of the limit price from the reference', text: basisPoints },
  'stop-not-reached': { what: 'the price', text: (ticks, price) => price(ticks) },
  reward: { what: 'the gain at the target, after costs,', text: (r) => `${fixed(r, 2)} R` },
  'order-size': { what: ofOneLot, text: share },
  'position-size': { what: ofOneLot, text: share },
  leverage: { what: 'the exposure over equity, one lot of this included,', text: share },
  'min-notional': { what: 'the worth of the order', text: money },
};

const NO_ROOM = 'with more equity: there was no room for a single lot';

/** For a veto that no number decided: what would have had to be different. */
const STATES: Readonly<Partial<Record<GateName, string>>> = {
  halted: 'if entries had not been halted',
  tradable: 'in an instrument that can be traded; this one is watch-only',
  'data-fresh': 'if any data had come',
  'book-whole': 'if no update of the book had been missing',
  'price-known': 'if a reference price had been known',
  'volatility-known': 'with a warm average true range, or with risk.entriesBeforeVolatility in the policy',
  'short-allowed': 'for a BUY: spot cannot be sold short',
  'order-size': NO_ROOM,
  'position-size': NO_ROOM,
  leverage: NO_ROOM,
};

function vetoFlip({ trace, blockers }: Explained, gate: GateTrace, price: PriceText): string {
  const would = `${gate.gate} would have let it pass`;
  if (blockers.length > 0) return `${would} without this: ${blockersText(blockers)}`;
  const margin = marginOf(trace, gate);
  const measure = MEASURES[gate.gate];
  if (margin === undefined || measure === undefined) {
    const { riskBudget, stopTicks } = trace.sizing;
    const noLot = `with a size of one lot: ${grouped(riskBudget)} at risk buy none with a stop ${price(stopTicks)} away`;
    return `${would} ${STATES[gate.gate] ?? noLot}`;
  }
  const { value, turnsAt, by } = margin;
  const isLess = turnsAt < value;
  const orBeyond = turnsAt === 0 ? '' : isLess ? ' or less' : ' or more';
  const text = (of: number): string => measure.text(of, price);
  const to = `${text(turnsAt)}${orBeyond} instead of ${text(value)}`;
  return `${would} with ${measure.what} at ${to}: ${text(by)} ${isLess ? 'less' : 'more'}`;
}

function nearestText({ gate, value, turnsAt, isBeyond, by }: GateMargin, price: PriceText): string {
  const measure = MEASURES[gate];
  if (measure === undefined) return gate;
  const text = (of: number): string => measure.text(of, price);
  const turns = isBeyond ? `${turnsAt < value ? 'below' : 'above'} ${text(turnsAt)}` : `at ${text(turnsAt)}`;
  return `nearest to a veto was ${gate}: ${measure.what} was ${text(value)}, a veto comes ${turns}, ${text(by)} to spare`;
}

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

function hungOnText(trace: DecisionTrace): string {
  const sets = hungOn(trace);
  const side = sideText(trace.side);
  if (sets[0]?.length !== 1) {
    const without = sets.map(listed).join(', nor without ');
    return `it hung on no single vote: a ${side} would have been decided without any one of them, not without ${without}`;
  }
  const gone = sets.length === 1 ? 'its vote' : sets.length === 2 ? 'either of them' : 'any one of them';
  return `it hung on ${listed(sets.flat())}: without ${gone} no ${side} would have been decided`;
}

function outcomeFlip(trace: DecisionTrace, followed: readonly LogEvent[]): string | undefined {
  if (trace.verdict === 'observed') return 'it would have been proposed if control had not been OBSERVE';
  const closed = followed.find((event) => event.kind === 'proposal-closed');
  switch (closed?.outcome) {
    case 'expired':
      return 'an approval in time would have sent its order; nobody answered';
    case 'vetoed-by-operator':
      return 'without the veto of the operator its order could have been sent';
    case 'withdrawn':
      return 'entries were halted before anybody answered, which withdrew it';
    case 'refused-at-clearing':
      return `${closed.gate ?? 'a gate'} let it pass when it was decided and refused it when risk was checked again`;
    default: {
      const isSent = followed.some((event) => event.kind === 'order');
      const isFilled = followed.some((event) => event.kind === 'fill');
      return isSent && !isFilled ? 'its order has no fill: the price would have had to come to its limit' : undefined;
    }
  }
}

/** What would have made it otherwise, a sentence each; prices are told in ticks where no words for them are given. */
export function flipTexts(view: Explained, price = inTicks): readonly string[] {
  const { trace, followed } = view;
  const veto = vetoOf(trace);
  if (veto !== undefined) return [vetoFlip(view, veto, price), hungOnText(trace)];
  const outcome = outcomeFlip(
    trace,
    followed.map(({ event }) => event),
  );
  const nearest = nearestToVeto(trace);
  return [
    ...(outcome === undefined ? [] : [outcome]),
    ...(nearest === undefined ? [] : [nearestText(nearest, price)]),
    hungOnText(trace),
  ];
}

function lackText({ score, consensus, producers }: Shortfall): string {
  const lacks = [
    ...(score > 0 ? [`${fixed(score, 3)} of score`] : []),
    ...(consensus > 0 ? [`${percentOf(consensus, 1)} of consensus`] : []),
    ...(producers > 0 ? [`${count(producers)} more ${producers === 1 ? 'producer' : 'producers'} agreeing`] : []),
  ];
  return `lacked ${listed(lacks)}`;
}

/** A signed conviction: `SHORT 3/10`. */
function convictionText(value: number): string {
  const way = directionText(Math.sign(value) as Direction);
  return value === 0 ? way : `${way} ${Math.abs(value)}/10`;
}

/** What confluence lacked, and the least change of one vote that would have been enough; undefined where it agreed. */
export function shortfallText(trace: DecisionTrace): string | undefined {
  const shortfall = shortfallOf(trace);
  if (shortfall === undefined) return undefined;
  const [best, ...others] = votesEnough(trace);
  if (best === undefined) return `${lackText(shortfall)}; no single vote would have been enough`;
  const also = others.length === 0 ? '' : ` (or ${others.map(({ producer }) => producer).join(', or ')})`;
  const change = `${best.producer} voting ${convictionText(best.to)} instead of ${convictionText(best.from)}`;
  return `${lackText(shortfall)}; ${change} would have been enough${also}`;
}

/** The same in figures, for programs. */
export function flipFigures(trace: DecisionTrace) {
  const veto = vetoOf(trace);
  return {
    veto: veto === undefined ? null : (marginOf(trace, veto) ?? null),
    nearestVeto: veto === undefined ? (nearestToVeto(trace) ?? null) : null,
    hungOn: hungOn(trace),
    confluenceLacked: shortfallOf(trace) ?? null,
    votesEnough: votesEnough(trace),
  };
}
