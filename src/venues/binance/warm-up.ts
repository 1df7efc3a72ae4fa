/** Bars of before the start: asked for by REST, checked, and written oldest first over all instruments. */
import { z } from 'zod';
import { CommandError, EXIT } from '../../exit-codes.ts';
import { DecimalReader } from '../../importers/decimals.ts';
import { Quantiser, type ReadyBar } from '../../importers/ready-event.ts';
import { epochUs, timeFrameUs } from '../../importers/times.ts';
import type { FeedSink } from '../market-feed.ts';
import type { HttpGet, HttpReply } from '../network.ts';
import type { Schedule } from '../schedule.ts';
import type { VenueInstrument } from '../venue-instrument.ts';
import type { BinanceMarket } from './market.ts';

export interface BarRequest {
  readonly market: BinanceMarket;
  readonly instruments: readonly VenueInstrument[];
  readonly restBase: string;
  readonly get: HttpGet;
  readonly schedule: Schedule;
  readonly intervalUs: number;
  readonly count: number;
}

/** Time frames of Binance; that of a second is known on spot alone. */
const TIME_FRAMES = ['1m', '3m', '5m', '15m', '30m', '1h', '2h', '4h', '6h', '8h', '12h', '1d', '3d', '1w'] as const;

/** Open time, open, high, low, close, volume, close time, quote volume, trades, and what is not used. */
const Kline = z
  .tuple([z.number(), z.string(), z.string(), z.string(), z.string(), z.string(), z.number(), z.string(), z.number()])
  .rest(z.unknown());
const Klines = z.array(Kline);

/** Writes what there is, up to `count` closed bars of each instrument. Rejects when the venue does not answer. */
export async function requestBars(request: BarRequest, sink: FeedSink): Promise<void> {
  const { market, instruments, intervalUs } = request;
  const frames = market.kind === 'spot' ? ['1s', ...TIME_FRAMES] : TIME_FRAMES;
  const frame = frames.find((name) => timeFrameUs(name) === intervalUs);
  if (frame === undefined) {
    sink.notice('info', `${market.title} keeps no bars of ${intervalUs / 1e6} s: the indicators warm on live data`);
    return;
  }
  const bars: ReadyBar[] = [];
  for (const index of instruments.keys()) bars.push(...(await barsOf(request, frame, index)));
  bars.sort((a, b) => a.venueAtUs - b.venueAtUs || a.instrument - b.instrument);
  for (const { instrument, venueAtUs, open, high, low, close, volume, tradeCount } of bars) {
    sink.encoder.bar(instrument, venueAtUs, open, high, low, close, volume, intervalUs, tradeCount);
    sink.encoder.markHistory();
    if (!sink.accept()) return;
  }
}

async function barsOf(request: BarRequest, frame: string, index: number): Promise<ReadyBar[]> {
  const { market, instruments, restBase, schedule, intervalUs, count } = request;
  const { spec } = instruments[index]!;
  const quantiser = new Quantiser({ spec, index }, 0, 0, intervalUs);
  const endUs = Math.floor(schedule.nowUs() / intervalUs) * intervalUs;
  const bars: ReadyBar[] = [];
  for (let fromUs = endUs - count * intervalUs; fromUs < endUs; ) {
    const limit = Math.min(market.barsPerRequest, Math.round((endUs - fromUs) / intervalUs));
    const path = `${market.restPath}/klines?symbol=${spec.venueSymbol}&interval=${frame}`;
    const body = await answer(request, `${restBase}${path}&startTime=${fromUs / 1000}&limit=${limit}`);
    const page = readBars(market, body, quantiser);
    // The bar in the making is listed too, and a venue's clock may be ahead of ours.
    bars.push(...page.filter(({ venueAtUs }) => venueAtUs >= fromUs && venueAtUs < endUs));
    if (page.length < limit) break;
    fromUs = Math.max(fromUs, page.at(-1)!.venueAtUs) + intervalUs;
  }
  return bars;
}

function readBars(market: BinanceMarket, body: string, quantiser: Quantiser): ReadyBar[] {
  const refuse = (why: string): never => {
    throw new CommandError(EXIT.venue, `${market.title} sent bars that do not read: ${why}`);
  };
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    refuse('no JSON');
  }
  const klines = Klines.safeParse(parsed);
  if (!klines.success) return refuse('not in the form of klines');
  const decimals = new DecimalReader();
  const decimal = (text: string): string => decimals.read(text) ?? refuse('a number is no decimal');
  let lastUs = 0;
  return klines.data.map(([openMs, open, high, low, close, volume, , , tradeCount]) => {
    const openUs = epochUs(openMs) ?? refuse('a time is out of range');
    if (openUs <= lastUs) refuse('they are not in the order of time');
    lastUs = openUs;
    const prices = { open: decimal(open), high: decimal(high), low: decimal(low), close: decimal(close) };
    const times = { openUs, receivedUs: openUs, eventUs: undefined, venueUs: openUs, intervalUs: undefined };
    const origin = { line: 0, symbol: '', market: undefined, recorded: false };
    const bar = { kind: 'bar', ...origin, ...times, ...prices, volume: decimal(volume), tradeCount } as const;
    const ready = quantiser.convert(bar);
    return ready?.kind === 'bar' ? ready : refuse(quantiser.fault);
  });
}

/** The body of the answer; a refusal by limits is waited out once. */
async function answer(request: BarRequest, url: string): Promise<string> {
  const { get, schedule, market } = request;
  const ask = (): Promise<HttpReply | undefined> => new Promise((resolve) => void get(url, resolve));
  let reply = await ask();
  if (reply === undefined || reply.status === 429 || reply.status >= 500) {
    const pauseUs = Math.min(reply?.retryAfterUs || 1_000_000, 60_000_000);
    await new Promise<void>((resolve) => void schedule.after(pauseUs, resolve));
    reply = await ask();
  }
  if (reply === undefined) throw new CommandError(EXIT.venue, `${market.title} does not answer`);
  if (reply.status !== 200)
    throw new CommandError(EXIT.venue, `${market.title} refused bars with status ${reply.status}`);
  return reply.body;
}
