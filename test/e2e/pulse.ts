/**
 * An engine's pulse: it is asked for its status again and again, and an answer that is late tells how long it paused. The
 * journal of a simulated market cannot tell: what an engine has missed it steps afterwards, under the times it was due.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { askEngine } from '../../src/control/client.ts';
import type { DataDir } from '../../src/data-dir.ts';

const ASKED_EVERY_MS = 10;
/** How often it is looked whether the test itself is held up, and what counts. */
const OWN_CHECK_MS = 5;
const OWN_PAUSE_MS = 5;

export interface PulseFigures {
  readonly answers: number;
  /** Longest wait for an answer, without what follows: the engine paused for that long at most. */
  readonly longestGapMs: number;
  /** Longest time within one answer that the program stood in line for a processor, or that the test itself was held up. */
  readonly longestStarvedMs: number;
  /** Inputs that the engine has stepped meanwhile. */
  readonly inputs: number;
  /** The engine has ended before it was stopped to be asked. */
  readonly ended: boolean;
}

/** Asks from when it is made until {@link stop}. */
export class Pulse {
  readonly #dir: DataDir;
  readonly #pid: number;
  readonly #asking: Promise<void>;
  #stopped = false;
  #answers = 0;
  #longestMs = 0;
  #longestStarvedMs = 0;
  #firstSeq: number | undefined;
  #lastSeq = 0;
  #ended = false;

  /** `pid` is the program's. */
  constructor(dir: DataDir, pid: number) {
    this.#dir = dir;
    this.#pid = pid;
    this.#asking = this.#ask();
    // Whoever stops it is told; until then nobody listens.
    this.#asking.catch(() => {});
  }

  /** Throws when the engine is there and does not answer. */
  async stop(): Promise<PulseFigures> {
    this.#stopped = true;
    await this.#asking;
    return {
      answers: this.#answers,
      longestGapMs: Math.round(this.#longestMs * 10) / 10,
      longestStarvedMs: Math.round(this.#longestStarvedMs * 10) / 10,
      inputs: this.#lastSeq - (this.#firstSeq ?? this.#lastSeq),
      ended: this.#ended,
    };
  }

  async #ask(): Promise<void> {
    const own = watchOwnPauses();
    try {
      for (; !this.#stopped; await pause(ASKED_EVERY_MS)) {
        own.heldUpMs = 0;
        const waits = waitsOf(this.#pid);
        const askedMs = performance.now();
        const reply = await askEngine(this.#dir, 'status').catch((cause) => this.#unlessEnded(cause));
        const tookMs = performance.now() - askedMs;
        if (reply === undefined) {
          this.#ended = true;
          return;
        }
        this.#answers++;
        this.#firstSeq ??= reply.status.seq;
        this.#lastSeq = reply.status.seq;
        const starvedMs = longestGrowth(waits, waitsOf(this.#pid)) + own.heldUpMs;
        this.#longestStarvedMs = Math.max(this.#longestStarvedMs, starvedMs);
        this.#longestMs = Math.max(this.#longestMs, tookMs - starvedMs);
      }
    } finally {
      own.stop();
    }
  }

  /** An engine that ends breaks off what it was about to say. */
  async #unlessEnded(cause: unknown): Promise<undefined> {
    if ((await askEngine(this.#dir, 'status')) !== undefined) throw cause;
  }
}

/** How long this process was kept from its timers since it was last set to 0. */
function watchOwnPauses(): { heldUpMs: number; stop(): void } {
  let lastMs = performance.now();
  const watch = { heldUpMs: 0, stop: () => clearInterval(timer) };
  const timer = setInterval(() => {
    const nowMs = performance.now();
    const lateMs = nowMs - lastMs - OWN_CHECK_MS;
    if (lateMs >= OWN_PAUSE_MS) watch.heldUpMs += lateMs;
    lastMs = nowMs;
  }, OWN_CHECK_MS);
  return watch;
}

/** By thread: how long it has stood in line for a processor, in milliseconds since it began. */
type Waits = ReadonlyMap<string, number>;

/** Empty for a program that has ended, and where the kernel does not tell. */
function waitsOf(pid: number): Waits {
  try {
    const folder = `/proc/${pid}/task`;
    return new Map(
      readdirSync(folder).map((thread) => {
        const [, waitedNs] = readFileSync(`${folder}/${thread}/schedstat`, 'utf8').split(' ');
        return [thread, Number(waitedNs) / 1e6];
      }),
    );
  } catch {
    return new Map();
  }
}

const longestGrowth = (before: Waits, after: Waits): number =>
  Math.max(0, ...[...after].map(([thread, waitedMs]) => waitedMs - (before.get(thread) ?? waitedMs)));
