/**
 * A live host on a disk that fails at a random call: EIO or ENOSPC, odd seeds at a sync, even ones at any other call. Nothing may be acknowledged
 * after it, the engine is halted at once, nothing is tried again, and a kill by every channel still works. A count
 * and a seed in, figures out; a run is its seed.
 */
import { mkdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { AT, RECORD } from '../../engine/domain/index.ts';
import { nextBelow, seedPrng } from '../../engine/kernel/prng.ts';
import { type FilePort, loadSession } from '../../logs/index.ts';
import { askEngine } from '../../src/control/client.ts';
import { dataDirAt } from '../../src/data-dir.ts';
import type { EffectGate } from '../../src/host/effects.ts';
import { LiveHost } from '../../src/host/live-host.ts';
import type { FromEngine } from '../../state/protocol.ts';
import { ModelDisk } from '../fixtures/model-disk.ts';
import { inScratch } from '../fixtures/scratch.ts';

export interface FaultFigures {
  runs: number;
  /** Commands that were acknowledged before the errors. */
  acknowledged: number;
  /** Longest time from an error to the view that says HALTED, in milliseconds. */
  longestHaltMs: number;
  /** Runs whose kill was found among the last words. */
  lastWords: number;
  /** Operations that failed. */
  readonly failed: Record<string, number>;
  /** Each names its seed; all must be empty. */
  readonly acknowledgedAfter: string[];
  readonly slowHalts: string[];
  readonly triedAgain: string[];
  readonly wrong: string[];
}

/** What breaks on purpose. */
export interface FaultPlant {
  readonly gate?: () => EffectGate;
  readonly files?: (disk: FilePort) => FilePort;
}

/** From the error to the HALT that is shown, on a machine that has nothing else to do. */
const HALT_MS = 100;
/** How long after the error it is watched that nothing more is acknowledged. */
const WATCHED_MS = 15;

interface Run {
  readonly seed: number;
  readonly disk: ModelDisk;
  readonly host: LiveHost;
  readonly dataDir: string;
  readonly figures: FaultFigures;
  acknowledged: number;
  failedAtMs: number;
  failedPath: string;
  haltedAtMs: number;
  nextId: number;
  stopped: Extract<FromEngine, { type: 'stopped' }> | undefined;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export async function journalFaults(
  count: number,
  seed: number,
  plant: FaultPlant = {},
  haltMs = HALT_MS,
): Promise<FaultFigures> {
  const figures: FaultFigures = {
    runs: 0,
    acknowledged: 0,
    longestHaltMs: 0,
    lastWords: 0,
    failed: {},
    acknowledgedAfter: [],
    slowHalts: [],
    triedAgain: [],
    wrong: [],
  };
  for (let each = seed; each < seed + count; each++) {
    await inScratch(async (scratch) => {
      const run = startRun(scratch, each, figures, plant);
      try {
        await drive(run, haltMs);
      } finally {
        await run.host.stop('the run is over');
      }
      judgeEnd(run, join(scratch, 'image'));
      figures.runs++;
    });
  }
  return figures;
}

function startRun(scratch: string, seed: number, figures: FaultFigures, plant: FaultPlant): Run {
  const dataDir = join(scratch, 'd');
  mkdirSync(dataDir);
  const disk = new ModelDisk(dataDir);
  const heard = (message: FromEngine): void => hear(run, message);
  const host = new LiveHost(
    {
      kind: 'live',
      dataDir,
      symbols: ['BTC/USDT:USDT'],
      seed,
      control: 'manual',
      barIntervalUs: 100_000,
      startingCash: '10000',
      ratePerSecond: 500,
      warmupMs: 500,
      forMs: 0,
      session: 's',
    },
    heard,
    { files: plant.files?.(disk) ?? disk, ...(plant.gate && { gate: plant.gate() }) },
  );
  const run: Run = {
    seed,
    disk,
    host,
    dataDir,
    figures,
    acknowledged: 0,
    failedAtMs: 0,
    failedPath: '',
    haltedAtMs: 0,
    nextId: 1,
    stopped: undefined,
  };
  return run;
}

function hear(run: Run, message: FromEngine): void {
  const { figures, seed } = run;
  if (message.type === 'view') {
    if (message.view.halted === 'journal' && run.haltedAtMs === 0) run.haltedAtMs = performance.now();
    setImmediate(() => run.host.handle({ type: 'credit' }));
  } else if (message.type === 'command-done' && message.refused === undefined && message.unrecorded === undefined) {
    run.acknowledged++;
    if (run.failedAtMs > 0) figures.acknowledgedAfter.push(`seed ${seed}: command ${message.id}`);
  } else if (message.type === 'stopped') run.stopped = message;
}

/** A busy operator, whose disk fails at some call. */
async function drive(run: Run, mostHaltMs: number): Promise<void> {
  const random = new Int32Array(4);
  seedPrng(random, run.seed);
  const { host, disk, figures, seed } = run;
  host.start();
  const failing = nextBelow(random, 60);
  // Which call comes when is the machine's: without this, a few seeds in a row might never meet a sync.
  const atSync = seed % 2 === 1;
  const code = nextBelow(random, 2) === 0 ? 'EIO' : 'ENOSPC';
  await pause(nextBelow(random, 10));
  const first = disk.calls;
  disk.onCall = (call, operation, path) => {
    if (run.failedAtMs > 0 && path === run.failedPath && operation !== 'close')
      figures.triedAgain.push(`seed ${seed}: ${operation} of ${path}`);
    if (run.failedAtMs > 0 || call < first + failing || (operation === 'dataSync') !== atSync) return;
    run.failedAtMs = performance.now();
    run.failedPath = path;
    figures.failed[operation] = (figures.failed[operation] ?? 0) + 1;
    throw Object.assign(new Error(`${code}: simulated`), { code });
  };
  let tight = false;
  for (const deadline = performance.now() + 5_000; run.failedAtMs === 0 && performance.now() < deadline; ) {
    tight = !tight;
    command(run, { kind: 'set-control', mode: tight ? 'observe' : 'manual' });
    await pause(nextBelow(random, 3));
  }
  for (const deadline = run.failedAtMs + 2 * mostHaltMs; run.haltedAtMs === 0 && performance.now() < deadline; ) {
    command(run, { kind: 'set-control', mode: 'manual' });
    await pause(1);
  }
  if (run.failedAtMs === 0) figures.wrong.push(`seed ${seed}: the disk did not fail`);
  const haltMs = run.haltedAtMs === 0 ? Number.POSITIVE_INFINITY : run.haltedAtMs - run.failedAtMs;
  figures.longestHaltMs = Math.max(figures.longestHaltMs, haltMs);
  if (haltMs > mostHaltMs) figures.slowHalts.push(`seed ${seed}: ${haltMs} ms`);
  command(run, { kind: 'kill' });
  command(run, { kind: 'resume' });
  const reply = await askEngine(dataDirAt(run.dataDir), 'kill');
  if (reply?.status.halted !== 'journal' || reply.status.unrecorded === undefined || reply.status.kill === 'armed')
    figures.wrong.push(`seed ${seed}: chimera kill heard ${JSON.stringify(reply)}`);
  await pause(WATCHED_MS);
}

function command(run: Run, wanted: Parameters<LiveHost['handle']>[0] extends infer M ? CommandOf<M> : never): void {
  run.host.handle({ type: 'command', id: run.nextId++, command: wanted });
}

type CommandOf<M> = M extends { readonly type: 'command'; readonly command: infer C } ? C : never;

/** What the machine finds after a power cut: every command that was acknowledged, and the kill. */
function judgeEnd(run: Run, target: string): void {
  const { disk, figures, seed } = run;
  figures.acknowledged += run.acknowledged;
  if (run.stopped?.fault !== true || run.stopped.exitCode !== 1)
    figures.wrong.push(`seed ${seed}: it ended as if all were well`);
  disk.powerCut(seed, target);
  const session = loadSession(join(target, relative(disk.root, join(disk.root, 'sessions', 's'))));
  const cursor = { view: new DataView(new ArrayBuffer(0)), words: new Int32Array(0), offset: 0 };
  let commands = 0;
  for (let index = 0; index < session.source.count; index++) {
    session.source.seek(index, cursor);
    if (cursor.view.getUint8(cursor.offset + AT.type) === RECORD.command) commands++;
  }
  if (commands < run.acknowledged)
    figures.wrong.push(`seed ${seed}: ${run.acknowledged} commands acknowledged, ${commands} there`);
  if (session.lastWords.some((word) => word.type === RECORD.command)) figures.lastWords++;
  else figures.wrong.push(`seed ${seed}: the kill is not among the last words`);
}
