/** Frames from another thread over a real loopback socket: into the product's own host parts, or a bare reader. */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { EngineConfig } from '../../engine/domain/index.ts';
import { type ManifestDraft, SessionWriter } from '../../logs/index.ts';
import { systemClock } from '../../src/clock.ts';
import { Recorder } from '../../src/host/recorder.ts';
import { Sequencer } from '../../src/host/sequencer.ts';
import { BinanceFeed } from '../../src/venues/binance/binance-feed.ts';
import { BINANCE_MARKETS } from '../../src/venues/binance/market.ts';
import type { FeedSink, FeedStatus } from '../../src/venues/market-feed.ts';
import type { Network } from '../../src/venues/network.ts';
import { openRealSocket, realSchedule } from '../../src/venues/real-network.ts';
import { testConfig } from '../fixtures/engine-session.ts';
import { inScratch } from '../fixtures/scratch.ts';
import { LINEAR } from '../unit/venues/venue-instruments.ts';
import type { SenderJob } from './wire-sender.ts';

export interface Recorded {
  readonly frames: readonly Buffer[];
  /** The answer to the question for a book. */
  readonly book: string;
}

export interface Pace {
  /** In a second; 0 is as fast as they are taken. */
  readonly rate: number;
  readonly count: number;
}

const nowMs = (): number => performance.timeOrigin + performance.now();

/** A text message of a server: two bytes, two more for the length where it is needed, and the frame. */
function messageOf(frame: Buffer): Buffer {
  const { byteLength } = frame;
  if (byteLength < 126) return Buffer.concat([Buffer.from([0x81, byteLength]), frame]);
  return Buffer.concat([Buffer.from([0x81, 126, byteLength >> 8, byteLength & 255]), frame]);
}

/** Resolves with when each was sent, when `connect` has said of all that they arrived. */
export async function overLoopback(
  frames: readonly Buffer[],
  { rate, count }: Pace,
  connect: (url: string, arrived: () => void) => () => void,
): Promise<Float64Array> {
  const messages = frames.map(messageOf);
  const ends = new Uint32Array(frames.length);
  let end = 0;
  for (const [i, message] of messages.entries()) {
    end += message.byteLength;
    ends[i] = end;
  }
  const sentMs = new Float64Array(new SharedArrayBuffer(count * 8));
  const job: SenderJob = { bytes: Buffer.concat(messages), ends, rate, count, sentMs };
  const worker = new Worker(new URL('wire-sender.ts', import.meta.url), { workerData: job });
  const port = await new Promise<number>((resolve) => void worker.once('message', resolve));
  await new Promise<void>((resolve) => {
    let left = count;
    const close = connect(`ws://127.0.0.1:${port}`, () => {
      if (--left > 0) return;
      close();
      resolve();
    });
    setTimeout(() => worker.postMessage('send'), 200);
  });
  await worker.terminate();
  return sentMs;
}

/** CPU seconds of this thread for each frame that `read` gets over a socket, in nanoseconds. */
export async function readOverLoopback(
  frames: readonly Buffer[],
  count: number,
  read: (bytes: Uint8Array) => void,
): Promise<number> {
  let before = process.threadCpuUsage();
  let n = 0;
  await overLoopback(frames, { rate: 0, count }, (url, arrived) => {
    const socket = openRealSocket(url, {
      opened: () => {},
      alive: () => {},
      closed: () => {},
      frame: (bytes) => {
        // The first ones open the connection and warm the code.
        if (n++ === count >> 2) before = process.threadCpuUsage();
        read(bytes);
        arrived();
      },
    });
    return () => socket.drop();
  });
  const { user, system } = process.threadCpuUsage(before);
  return ((user + system) * 1000) / (count - (count >> 2));
}

export interface Applied {
  /** Microseconds from the message of the socket to the end of what follows from it. */
  readonly workUs: Float64Array;
  /** Milliseconds from the other thread's send to the same. */
  readonly lagMs: Float64Array;
  readonly inputs: number;
  readonly status: FeedStatus;
}

function draftOf(config: EngineConfig): ManifestDraft {
  const { accountCurrency, instruments, barIntervalUs } = config;
  const origin = {
    createdAt: new Date().toISOString(),
    venue: 'binance',
    build: 'bench',
    nodeVersion: process.version,
  };
  return { kind: 'console', ...origin, accountCurrency, instruments, barIntervalUs, config };
}

/** The product's feed, sequencer, recorder and journal on the disk, as the live host has them, the engine in auto mode. */
export function applyOverLoopback(market: Recorded, pace: Pace): Promise<Applied> {
  return inScratch(async (folder) => {
    const clock = systemClock();
    const config = testConfig({ instruments: [LINEAR.spec], bookLevels: 1024, control: 'auto' });
    const recorder = new Recorder(
      (group) => SessionWriter.open(join(folder, 'sessions'), 'wire', draftOf(config), { group }),
      (error) => {
        throw error;
      },
    );
    const sequencer = new Sequencer(config, recorder, () => {});
    const sink: FeedSink = {
      encoder: sequencer.encoder,
      accept: () => {
        sequencer.accept(clock.nowUs());
        return true;
      },
      notice: () => {},
    };
    const poll = setInterval(() => recorder.poll(clock.nowUs() / 1000), 10);
    const workUs = new Float64Array(pace.count);
    const doneMs = new Float64Array(pace.count);
    let status: FeedStatus | undefined;
    const sentMs = await overLoopback(market.frames, pace, (url, arrived) => {
      const done = (n: number, us: number): void => {
        workUs[n] = us;
        doneMs[n] = nowMs();
        arrived();
      };
      const feed = feedOf(url, timed(market, done));
      feed.start(sink);
      return () => {
        status = feed.status();
        feed.stop();
      };
    });
    clearInterval(poll);
    const { inputs } = sequencer;
    await sequencer.finish();
    return { workUs, lagMs: doneMs.map((ms, i) => ms - sentMs[i]!), inputs, status: status! };
  });
}

/** The real socket, whose messages are timed; the question for a book is answered when some changes have come. */
function timed(market: Recorded, done: (n: number, us: number) => void): Network {
  let n = 0;
  return {
    open: (address, events) =>
      openRealSocket(address, {
        ...events,
        frame: (bytes) => {
          const start = process.hrtime.bigint();
          events.frame(bytes);
          done(n++, Number(process.hrtime.bigint() - start) / 1000);
        },
      }),
    get: (_, answer) => {
      const timer = setTimeout(() => answer({ status: 200, body: market.book, retryAfterUs: 0 }), 400);
      return () => clearTimeout(timer);
    },
  };
}

function feedOf(url: string, network: Network): BinanceFeed {
  const market = BINANCE_MARKETS.binanceusdm;
  return new BinanceFeed({
    market,
    instruments: [LINEAR],
    socketBase: url,
    restBase: 'http://127.0.0.1',
    network,
    schedule: realSchedule(systemClock()),
    unit: Math.random,
    // One connection for all that was recorded over one.
    routes: [{ path: '/stream', streams: market.routes.flatMap(({ streams }) => streams) }],
  });
}
