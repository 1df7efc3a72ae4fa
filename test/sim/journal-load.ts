/**
 * A live host under a steady load on the real disk: how long its operator waits for an acknowledgement, and how late
 * its loop is. A duration in, figures out; they are those of the machine it runs on.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { LiveHost } from '../../src/host/live-host.ts';
import type { FromEngine } from '../../state/protocol.ts';
import { inScratch } from '../fixtures/scratch.ts';

export interface LoadFigures {
  readonly seconds: number;
  /** Inputs journaled, which must be about the rate. */
  readonly inputsPerSecond: number;
  readonly acknowledged: number;
  readonly unanswered: number;
  readonly refused: number;
  readonly acknowledgedP50Ms: number;
  readonly acknowledgedP99Ms: number;
  readonly lagP99Ms: number;
}

export interface LoadOptions {
  readonly seconds: number;
  readonly seed: number;
  /** As the synthetic market is told; what comes of it in an hour is some 7 % less. */
  readonly ratePerSecond?: number;
  /** Time between two commands. */
  readonly commandMs?: number;
}

const SYMBOLS = ['BTC', 'ETH', 'SOL', 'DOGE', 'XRP', 'ADA', 'LTC', 'DOT'].map((coin) => `${coin}/USDT:USDT`);

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export function journalLoad(options: LoadOptions): Promise<LoadFigures> {
  const { seconds, seed, ratePerSecond = 1_150, commandMs = 20 } = options;
  return inScratch(async (dataDir) => {
    const sentMs = new Map<number, number>();
    const waitedMs: number[] = [];
    let refused = 0;
    let ready = false;
    let inputs = 0;
    const heard = (message: FromEngine): void => {
      if (message.type === 'ready') ready = true;
      else if (message.type === 'view') setImmediate(() => host.handle({ type: 'credit' }));
      else if (message.type === 'stopped') inputs = Number(message.summary?.inputs ?? 0);
      else if (message.type === 'command-done') {
        waitedMs.push(performance.now() - (sentMs.get(message.id) ?? 0));
        sentMs.delete(message.id);
        if (message.refused !== undefined || message.unrecorded !== undefined) refused++;
      }
    };
    const host: LiveHost = new LiveHost(
      {
        kind: 'live',
        dataDir,
        symbols: SYMBOLS,
        seed,
        control: 'manual',
        barIntervalUs: 1_000_000,
        startingCash: '10000',
        ratePerSecond,
        warmupMs: 0,
        forMs: 0,
        session: 'load',
      },
      heard,
    );
    host.start();
    while (!ready) await pause(1);
    const lag = monitorEventLoopDelay({ resolution: 1 });
    lag.enable();
    const startMs = performance.now();
    for (let id = 1; performance.now() - startMs < seconds * 1000; id++) {
      sentMs.set(id, performance.now());
      host.handle({ type: 'command', id, command: { kind: 'set-control', mode: id % 2 === 0 ? 'manual' : 'observe' } });
      await pause(commandMs);
    }
    const tookMs = performance.now() - startMs;
    lag.disable();
    await pause(100);
    const unanswered = sentMs.size;
    await host.stop('the load is over');
    waitedMs.sort((a, b) => a - b);
    const at = (share: number): number => round(waitedMs[Math.floor(waitedMs.length * share)] ?? Number.NaN);
    return {
      seconds,
      inputsPerSecond: Math.round((inputs / tookMs) * 1000),
      acknowledged: waitedMs.length - refused,
      unanswered,
      refused,
      acknowledgedP50Ms: at(0.5),
      acknowledgedP99Ms: at(0.99),
      // The delay of a timer of one millisecond: what is beyond that one is lag.
      lagP99Ms: round(Math.max(0, lag.percentile(99) / 1e6 - 1)),
    };
  });
}

const round = (ms: number): number => Math.round(ms * 100) / 100;
