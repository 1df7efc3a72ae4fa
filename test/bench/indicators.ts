/**
 * RSI, EMA, MACD, ATR and Bollinger bands together, bar by bar, against libraries that stream them. They are none of the
 * project's packages: the folder they are installed in is named by CHIMERA_INDICATOR_PEERS, and those that are there are
 * timed in turns with us, else their figure is the recorded one.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { nextBelow, seedPrng } from '../../engine/kernel/prng.ts';
import { AVERAGE_SLOTS, emaAlpha, updateAverage } from '../../engine/kernel/rolling.ts';
import { MACD, RSI, updateMacd, updateRsi } from '../../engine/market/indicators/momentum.ts';
import {
  ATR,
  BOLLINGER,
  bollingerSigma,
  bollingerSlots,
  updateAtr,
  updateBollinger,
} from '../../engine/market/indicators/volatility.ts';
import type { BenchRow } from './row.ts';

const ROUNDS = 7;
const BARS = 100_000;
/** Windows of RSI and ATR, of EMA and Bollinger bands, and of the MACD. */
const WILDER = 14;
const MEAN = 20;
const [FAST, SLOW, SIGNAL] = [12, 26, 9];
/** Distances of the bands from their middle, in deviations. */
const BANDS = 2;
/** Most that ours may be off from a peer that says what it knows, against the size of the number. */
const MOST_ERROR = 1e-8;

interface Bar {
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** Takes a bar into all five; `values` of the newest bar are asked for apart, so that none pays for what the check needs. */
interface Streams {
  update(bar: Bar): void;
  /** RSI, EMA, MACD, its signal, ATR, middle and upper band, once all are warm. */
  values(): readonly number[];
}

interface Peer {
  readonly name: string;
  readonly file: string;
  readonly goal: number;
  /** Nanoseconds of an update, and our own beside them, as this benchmark measured them once. */
  readonly recorded: readonly [theirs: number, ours: number];
  /** Whether it gives the digits that it has. */
  readonly isExact: boolean;
  readonly open: (library: Library) => Streams;
}

// biome-ignore lint/suspicious/noExplicitAny: packages that need not be installed have no types here
type Library = Readonly<Record<string, any>>;

function ourStreams(): Streams {
  let at = 0;
  const take = (slots: number): number => {
    at += slots;
    return at - slots;
  };
  const [rsi, ema, macd, atr] = [take(RSI.slots), take(AVERAGE_SLOTS), take(MACD.slots), take(ATR.slots)];
  const bands = take(bollingerSlots(MEAN));
  const s = new Float64Array(at);
  const alpha = emaAlpha(MEAN);
  let sigma = 0;
  return {
    update({ high, low, close }) {
      updateRsi(s, rsi, close, WILDER);
      updateAverage(s, ema, close, MEAN, alpha, 1);
      updateMacd(s, macd, close, FAST, SLOW, SIGNAL, true);
      updateAtr(s, atr, high, low, close, WILDER, true);
      updateBollinger(s, bands, close, MEAN);
      sigma = bollingerSigma(s, bands);
    },
    values() {
      const middle = s[bands + BOLLINGER.middle]!;
      return [
        s[rsi + RSI.value]!,
        s[ema + 1]!,
        s[macd + MACD.line]!,
        s[macd + MACD.signal]!,
        s[atr + ATR.value]!,
        middle,
        middle + BANDS * sigma,
      ];
    },
  };
}

function tradingSignals(library: Library): Streams {
  const { RSI, EMA, MACD, ATR, BollingerBands } = library;
  const [rsi, ema, atr] = [new RSI(WILDER), new EMA(MEAN), new ATR(WILDER)];
  const macd = new MACD(new EMA(FAST), new EMA(SLOW), new EMA(SIGNAL));
  const bands = new BollingerBands(MEAN, BANDS);
  return {
    update(bar) {
      rsi.update(bar.close, false);
      ema.update(bar.close, false);
      macd.update(bar.close, false);
      atr.update(bar, false);
      bands.update(bar.close, false);
    },
    values() {
      const [line, band] = [macd.getResultOrThrow(), bands.getResultOrThrow()];
      const single = [rsi, ema, atr].map((each) => Number(each.getResultOrThrow()));
      return [single[0]!, single[1]!, line.macd, line.signal, single[2]!, band.middle, band.upper];
    },
  };
}

function technicalIndicators(library: Library): Streams {
  const { RSI, EMA, MACD, ATR, BollingerBands } = library;
  const rsi = new RSI({ period: WILDER, values: [] });
  const ema = new EMA({ period: MEAN, values: [] });
  const macd = new MACD({
    ...{ fastPeriod: FAST, slowPeriod: SLOW, signalPeriod: SIGNAL, values: [] },
    ...{ SimpleMAOscillator: false, SimpleMASignal: false },
  });
  const atr = new ATR({ period: WILDER, high: [], low: [], close: [] });
  const bands = new BollingerBands({ period: MEAN, stdDev: BANDS, values: [] });
  let values: readonly number[] = [];
  return {
    update(bar) {
      const line = macd.nextValue(bar.close);
      const [strength, mean] = [rsi.nextValue(bar.close), ema.nextValue(bar.close)];
      const [range, band] = [atr.nextValue(bar), bands.nextValue(bar.close)];
      values = [strength, mean, line?.MACD, line?.signal, range, band?.middle, band?.upper];
    },
    values: () => values,
  };
}

const PEERS: readonly Peer[] = [
  {
    name: 'trading-signals',
    file: 'trading-signals/dist/index.js',
    goal: 8,
    recorded: [1944, 102],
    isExact: true,
    open: tradingSignals,
  },
  {
    name: 'technicalindicators',
    file: 'technicalindicators/dist/index.js',
    goal: 25,
    recorded: [2433, 103],
    // Its RSI is rounded to two digits, and its averages begin with a mean.
    isExact: false,
    open: technicalIndicators,
  },
];

/** A walk in ticks. */
function walk(): readonly Bar[] {
  const random = new Int32Array(4);
  seedPrng(random, 11);
  let close = 100_000;
  return Array.from({ length: BARS }, () => {
    close += nextBelow(random, 401) - 200;
    return { high: close + nextBelow(random, 100), low: close - nextBelow(random, 100), close };
  });
}

/** Processor nanoseconds of one update. */
function costNs(open: () => Streams, bars: readonly Bar[]): number {
  const streams = open();
  const before = process.cpuUsage();
  for (let i = 0; i < bars.length; i++) streams.update(bars[i]!);
  const { user, system } = process.cpuUsage(before);
  if (!(streams.values()[0]! > 0)) throw new Error('an RSI that is no number');
  return ((user + system) * 1000) / bars.length;
}

/** The greatest difference of any value at any bar from the 100th on. */
function worstError(open: () => Streams, bars: readonly Bar[]): number {
  const [ours, theirs] = [ourStreams(), open()];
  let worst = 0;
  for (const [i, bar] of bars.slice(0, 10_000).entries()) {
    ours.update(bar);
    theirs.update(bar);
    if (i < 100) continue;
    const found = theirs.values();
    for (const [k, value] of ours.values().entries())
      worst = Math.max(worst, Math.abs(value - found[k]!) / Math.max(1, Math.abs(value)));
  }
  return worst;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

async function benchPeer(peer: Peer, bars: readonly Bar[]): Promise<BenchRow> {
  const file = join(process.env.CHIMERA_INDICATOR_PEERS ?? '', peer.file);
  const isThere = process.env.CHIMERA_INDICATOR_PEERS !== undefined && existsSync(file);
  let [theirs, ours] = peer.recorded;
  let told = 'quoted from a recorded run, ours too';
  if (isThere) {
    const library: Library = await import(pathToFileURL(file).href);
    const open = (): Streams => peer.open(library);
    const error = worstError(open, bars);
    if (peer.isExact && !(error <= MOST_ERROR)) throw new Error(`${peer.name}: values differ by ${error}`);
    told = `timed here in turns; ${peer.isExact ? `worst difference ${error.toExponential(1)}` : 'it rounds, so it is not compared'}`;
    const rounds = Array.from({ length: ROUNDS }, () => [costNs(open, bars), costNs(ourStreams, bars)] as const);
    [theirs, ours] = [median(rounds.map(([them]) => them)), median(rounds.map(([, us]) => us))];
  }
  return {
    name: `five indicators, an update against ${peer.name} (ns)`,
    ours: Math.round(ours),
    reference: Math.round(theirs),
    ratio: theirs / ours,
    goal: peer.goal,
    rounds: ROUNDS,
    note: `RSI, EMA, MACD, ATR and Bollinger bands of ${BARS} bars; ${told}`,
  };
}

export async function benchIndicators(): Promise<BenchRow[]> {
  const bars = walk();
  const rows: BenchRow[] = [];
  for (const peer of PEERS) rows.push(await benchPeer(peer, bars));
  return rows;
}
