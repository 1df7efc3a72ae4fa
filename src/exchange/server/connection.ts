/** One WebSocket of a client: what goes out on it, in order and with the faults in force, and what keeps it alive. */
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { FaultPlan } from '../faults/fault-plan.ts';
import { corruptDepth, type FrameClass, fateOf } from '../faults/frame-faults.ts';
import type { Listener } from '../market/topic.ts';
import type { ServerSettings } from './settings.ts';

/** A client that takes nothing any more is cut off when this much waits for it. */
const MOST_WAITING_BYTES = 64 * 1024 * 1024;
const AS_TEXT = { binary: false };
const POLICY_VIOLATION = 1008;

export class Connection implements Listener {
  /** Path and query that it came by. */
  readonly url: string;
  readonly #ws: WebSocket;
  readonly #socket: Duplex;
  readonly #plan: FaultPlan;
  readonly #openedMs: number;
  #heardMs: number;
  #isCorked = false;
  #secondFromMs = 0;
  #messages = 0;
  /** A frame that goes out behind the next one. */
  #late: Buffer | undefined;
  #lastDueMs = 0;
  /** Frames that wait for their time, in order: a timer that is a little early sends the first, not its own. */
  readonly #waiting: Buffer[] = [];

  constructor(ws: WebSocket, socket: Duplex, url: string, plan: FaultPlan, nowMs: number) {
    this.#ws = ws;
    this.#socket = socket;
    this.url = url;
    this.#plan = plan;
    this.#openedMs = nowMs;
    this.#heardMs = nowMs;
    ws.on('pong', () => {
      this.#heardMs = Date.now();
    });
  }

  frame(name: string, frameClass: FrameClass, bytes: Buffer): void {
    if (this.#plan.touchesFrames || this.#waiting.length > 0 || this.#late !== undefined)
      this.#faulty(name, frameClass, bytes);
    else this.#send(bytes);
  }

  /** An answer: faults of frames leave it alone. */
  answer(text: string): void {
    this.#send(Buffer.from(text));
  }

  /** Counts a message of the client; false when it has sent too many, and is being cut off. */
  takes(most: number): boolean {
    const nowMs = Date.now();
    if (nowMs - this.#secondFromMs >= 1_000) {
      this.#secondFromMs = nowMs;
      this.#messages = 0;
    }
    if (++this.#messages <= most) return true;
    this.refuse('Too many requests');
    return false;
  }

  refuse(reason: string): void {
    this.#ws.close(POLICY_VIOLATION, reason);
  }

  /** Pings, and ends a connection that is dead or has lived for too long. */
  keep(settings: ServerSettings, nowMs: number): void {
    if (nowMs - this.#heardMs > settings.pongWithinMs || nowMs - this.#openedMs > settings.connectionMs)
      this.#ws.close(1001, 'disconnected by the server');
    else this.#ws.ping();
  }

  /** As when the line breaks: without a word. */
  cut(): void {
    this.#ws.terminate();
  }

  #send(bytes: Buffer): void {
    if (this.#ws.readyState !== this.#ws.OPEN) return;
    if (this.#ws.bufferedAmount > MOST_WAITING_BYTES) {
      this.cut();
      return;
    }
    // Frames of one turn leave in one write.
    if (!this.#isCorked) {
      this.#isCorked = true;
      this.#socket.cork();
      process.nextTick(() => {
        this.#isCorked = false;
        this.#socket.uncork();
      });
    }
    this.#ws.send(bytes, AS_TEXT);
  }

  #faulty(name: string, frameClass: FrameClass, bytes: Buffer): void {
    const fate = fateOf(this.#plan, name, frameClass);
    if (fate.copies === 0) return;
    const wrong = fate.corrupt === undefined ? undefined : corruptDepth(bytes.toString(), fate.corrupt);
    const sent = wrong === undefined ? bytes : Buffer.from(wrong);
    if (fate.late && this.#late === undefined) {
      this.#late = sent;
      return;
    }
    for (let i = 0; i < fate.copies; i++) this.#after(fate.delayMs, sent);
    const late = this.#late;
    this.#late = undefined;
    if (late !== undefined) this.#after(fate.delayMs, late);
  }

  /** Frames that wait keep their order: none overtakes one before it. */
  #after(delayMs: number, bytes: Buffer): void {
    const nowMs = performance.now();
    const dueMs = Math.max(nowMs + delayMs, this.#lastDueMs);
    if (dueMs <= nowMs) {
      this.#send(bytes);
      return;
    }
    this.#lastDueMs = dueMs;
    this.#waiting.push(bytes);
    setTimeout(() => this.#send(this.#waiting.shift()!), dueMs - nowMs);
  }
}
