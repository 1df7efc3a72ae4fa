/** Why a producer voted as it did and what a gate measured, in words, from the numbers that the engine gives. */
import type { GateName, GateTrace, ProducerName, ProducerVote } from '../engine/domain/index.ts';
import { NEVER } from './explain/margins.ts';
import {
  basisPoints,
  compact,
  count,
  duration,
  fixed,
  grouped,
  percentOf,
  signed,
  signedPercentOfPpm,
} from './text/numbers.ts';

type Evidence = ProducerVote['evidence'];

const RATIONALE: Readonly<Record<ProducerName, (evidence: Evidence, direction: number) => string>> = {
  rsi: ([rsi], direction) =>
    `RSI ${fixed(rsi, 1)}: ${direction > 0 ? 'oversold' : direction < 0 ? 'overbought' : 'neither oversold nor overbought'}`,
  momentum: ([atrs, ppm], direction) =>
    `moved ${signed(atrs, 1)} ATR over 20 bars (${signedPercentOfPpm(ppm)})${direction === 0 ? ': too little' : ''}`,
  ofi: ([flow], direction) =>
    `order flow ${signed(flow, 2)} of ±1: ${direction > 0 ? 'buyers lead' : direction < 0 ? 'sellers lead' : 'too little'}`,
  energy: ([ratio, velocity]) => `energy ${fixed(ratio, 1)}× its mean, price ${signedPercentOfPpm(velocity)} a bar`,
  vacuum: ([ratio], direction) =>
    `asks hold ${fixed(ratio, 2)}× the bids near the touch${direction > 0 ? ': thin above' : direction < 0 ? ': thin below' : ''}`,
  gaussian: ([z, tail]) => `z ${signed(z, 2)}, tail probability ${percentOf(tail, 2)}`,
  social: ([sentiment, z], direction) =>
    `sentiment ${signed(sentiment, 2)}, talk ${signed(z, 1)} σ from usual${direction === 0 ? ': too little' : ''}`,
  whale: ([share, worth], direction) =>
    `${percentOf(Math.abs(share), 0)} net ${share < 0 ? 'into' : 'out of'} exchanges of ${compact(String(worth))}${direction === 0 ? ': too little' : ''}`,
  funding: ([ppm, limit], direction) =>
    `funding ${signedPercentOfPpm(ppm)} (limit ${percentOf(limit / 1e6, 2)})${direction > 0 ? ': shorts pay' : direction < 0 ? ': longs pay' : ''}`,
};

/** Those that speak of readings of a slow source. */
const SLOW: ReadonlySet<ProducerName> = new Set(['social', 'whale', 'funding']);

/** Why a slow source is silent, from the seconds since its last reading and its failures. */
function silence([ageS, failures]: Evidence): string {
  const failing = failures > 0 ? `, its source fails (${count(failures)} times)` : '';
  return ageS === 0 ? `no reading has come${failing}` : `last reading ${duration(ageS * 1000)} old${failing}`;
}

/** One producer's reason in words; for one that does not take part, why it does not. */
export function producerRationale(vote: ProducerVote): string {
  switch (vote.status) {
    case 'warming':
      return 'its window is not full yet';
    case 'no-data':
      return SLOW.has(vote.producer) ? silence(vote.evidence) : 'the feed has no such data';
    case 'disabled':
      return 'disabled by the governor';
    case 'muted':
      return 'muted by the governor in this regime';
    case 'neutral':
    case 'voted':
      return RATIONALE[vote.producer](vote.evidence, vote.direction);
  }
}

type GateNumbers = Pick<GateTrace, 'verdict' | 'value' | 'limit'>;

const seconds = (us: number): string => duration(us / 1000);
const times = (ratio: number): string => `${fixed(ratio, 2)}×`;
const counted = (value: number, what: string): string => `${count(value)} ${what}${value === 1 ? '' : 's'}`;
const passed = (gate: GateNumbers): boolean => gate.verdict !== 'veto';

const GATE_TEXT: Readonly<Record<GateName, (gate: GateNumbers, price: (ticks: number) => string) => string>> = {
  halted: (g) => (passed(g) ? 'entries are not halted' : 'entries are halted'),
  'venue-ready': (g) =>
    passed(g) ? 'nothing stands between us and the venue' : 'something stands between us and the venue: see the header',
  tradable: (g) => (passed(g) ? 'the instrument can be traded' : 'the instrument is watch-only'),
  'data-fresh': (g) =>
    g.value < NEVER ? `data ${seconds(g.value)} old (limit ${seconds(g.limit)})` : 'no data has come yet',
  'book-whole': (g) => (passed(g) ? 'no update of the book is missing' : 'the book misses an update'),
  'price-known': (g) => (passed(g) ? 'a reference price is known' : 'no reference price is known'),
  'volatility-known': (g) => (passed(g) ? 'the range is known' : 'the average true range is not warm'),
  'short-allowed': (g) => (passed(g) ? 'the side is allowed' : 'spot cannot be sold short'),
  'no-duplicate': (g) =>
    passed(g) ? 'no position, entry or proposal here' : `${count(g.value)} position, entry or proposal here already`,
  cooldown: (g) =>
    g.value < NEVER ? `${fixed(g.value, 1)} bars since the last entry (needs ${count(g.limit)})` : 'no entry before',
  'order-rate': (g) => `${counted(g.value, 'order')} in the last minute (limit ${count(g.limit)})`,
  'max-positions': (g) => `${counted(g.value, 'position')} open (limit ${count(g.limit)})`,
  spread: (g) => `spread ${basisPoints(g.value)} (limit ${basisPoints(g.limit)})`,
  collar: (g) => `limit price ${basisPoints(g.value)} from the reference (limit ${basisPoints(g.limit)})`,
  'stop-not-reached': (g, price) =>
    `price at ${price(g.value)} ${passed(g) ? 'has not reached' : 'is at or beyond'} the stop at ${price(g.limit)}`,
  reward: (g) => `${fixed(g.value, 2)} R at the target after costs (needs ${fixed(g.limit, 2)})`,
  'order-size': (g) => `order ${percentOf(g.value)} of equity (limit ${percentOf(g.limit)})`,
  'position-size': (g) => `position ${percentOf(g.value)} of equity (limit ${percentOf(g.limit)})`,
  leverage: (g) => `exposure ${times(g.value)} equity (limit ${times(g.limit)})`,
  'min-notional': (g) => `worth ${grouped(fixed(g.value, 2))} (needs ${grouped(fixed(g.limit, 2))})`,
};

const inTicks = (ticks: number): string => `${count(ticks)} ticks`;

/** What a gate measured and the limit it was held against; prices are told in ticks where no words for them are given. */
export function gateText(gate: GateNumbers & { readonly gate: GateName }, price = inTicks): string {
  return GATE_TEXT[gate.gate](gate, price);
}
