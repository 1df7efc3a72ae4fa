/**
 * Keeps the record of a run: every input and what it caused go to the journal at once, and to the disk by group
 * commit — soon for what binds money or an operator, now and then for market data. Whoever must not speak before that
 * waits at the gate. When the journal fails, the last words beside it are all that is still written.
 */
import type { EngineEvent } from '../../engine/domain/index.ts';
import { type CommitListener, JournalError, type SessionManifest, type SessionWriter } from '../../logs/index.ts';
import { EffectGate } from './effects.ts';
import type { SessionResult } from './session-result.ts';

/** Market data reaches the system, and survives this process, within this; and the disk within the other. */
const WRITE_MS = 50;
const SYNC_MS = 1_000;
/** A disk that owes a commit for so long has failed: nobody who waits for money waits longer. */
const STALLED_MS = 5_000;
/** Most time that counts between two looks at it: a program that was stopped for a minute knows nothing of the disk. */
const MOST_BETWEEN_MS = 1_000;
/** A journal that is so far behind the engine takes no more market data before it has caught up. */
const MOST_WAITING_BYTES = 16 * 1024 * 1024;

/** Of the room for last words, what is left to commands. */
const COMMANDS_ROOM = 32 * 1024;

/** Events that bind money or an operator. */
const BINDING: ReadonlySet<EngineEvent['kind']> = new Set([
  'proposal-opened',
  'proposal-resized',
  'proposal-closed',
  'order',
  'fill',
  'kill',
  'halt',
  'resume',
  'model',
  'control',
  'suggestion-closed',
  'command-refused',
]);

interface Bound {
  readonly seq: number;
  readonly record: Uint8Array;
  readonly events: readonly EngineEvent[];
  readonly isCommand: boolean;
}

export class Recorder {
  readonly gate: EffectGate;
  readonly #journal: SessionWriter;
  readonly #onFailure: (error: JournalError) => void;
  #failure: JournalError | undefined;
  /** The failure has been told: what comes now is a last word at once. */
  #isOver = false;
  /** What binds somebody and is not on the disk yet: the first of the last words when the journal fails. */
  #bound: Bound[] = [];
  /** Sequence of the last input that bound somebody. */
  #boundSeq = 0;
  /** Sequence of the last input, and of the last that a commit took along. */
  #seq = 0;
  #writtenSeq = 0;
  #lastWriteMs = 0;
  #lastSyncMs = 0;
  /** Up to which input a sync is owed, and how long the polls have seen it owed. */
  #owedSeq = 0;
  #owedMs: number | undefined;
  #lastPollMs = Number.POSITIVE_INFINITY;

  /**
   * `open` begins the session with the listener it is given. `onFailure` is called once, when no event of the input
   * under way is still to come; by then everybody who waited has been refused.
   */
  constructor(
    open: (group: CommitListener) => SessionWriter,
    onFailure: (error: JournalError) => void,
    gate = new EffectGate(),
  ) {
    this.gate = gate;
    this.#onFailure = onFailure;
    this.#journal = open({
      onDurable: (seq) => {
        this.#owedMs = seq >= this.#owedSeq ? undefined : 0;
        this.#forget(seq);
        this.gate.durable(seq);
      },
      onFailure: (error) => this.#failed(error),
    });
  }

  get name(): string {
    return this.#journal.name;
  }

  get directory(): string {
    return this.#journal.directory;
  }

  /** Why nothing is recorded any more. */
  get failure(): JournalError | undefined {
    return this.#failure;
  }

  /** Sequence of the last input. */
  get lastSeq(): number {
    return this.#seq;
  }

  /** What is to be shown or answered hangs on this input: it is the last that bound anybody. */
  get boundSeq(): number {
    return this.#boundSeq;
  }

  /** False while the disk is too far behind for more market data. */
  get hasRoom(): boolean {
    return this.#failure !== undefined || this.#journal.waitingBytes < MOST_WAITING_BYTES;
  }

  /** Before its step. */
  input(seq: number, record: Uint8Array): void {
    this.#seq = seq;
    this.#attempt(() => this.#journal.append(record));
  }

  /** After its step: what the input, whose record is given again, put out. */
  outputs(record: Uint8Array, events: readonly EngineEvent[], isCommand: boolean): void {
    const binds = isCommand || events.some((event) => BINDING.has(event.kind));
    const bound = { seq: this.#seq, record, events, isCommand };
    if (binds && this.#isOver) this.#lastWord(bound);
    else if (binds) {
      this.#boundSeq = this.#seq;
      this.#bound.push({ ...bound, record: record.slice() });
    }
    this.#attempt(() => {
      for (const event of events) this.#journal.appendOutput(event);
      if (binds) this.#commit('sync');
    });
  }

  checkpoint(seq: number, atUs: number, stateHash: string): void {
    this.#attempt(() => this.#journal.appendCheckpoint(seq, atUs, stateHash));
  }

  /** Call often: commits market data, and watches for a disk that does not answer. */
  poll(nowMs: number): void {
    if (this.#failure !== undefined) return;
    if (this.#owedMs !== undefined) this.#owedMs += Math.max(0, Math.min(nowMs - this.#lastPollMs, MOST_BETWEEN_MS));
    this.#lastPollMs = nowMs;
    if (this.#owedMs !== undefined && this.#owedMs > STALLED_MS) {
      this.#journal.giveUp(`the disk has not answered for ${STALLED_MS / 1000} s`);
      return;
    }
    if (this.#seq === this.#writtenSeq && this.gate.durableSeq >= this.#seq) return;
    if (nowMs - this.#lastSyncMs >= SYNC_MS) {
      this.#lastSyncMs = nowMs;
      this.#attempt(() => this.#commit('sync'));
    } else if (nowMs - this.#lastWriteMs >= WRITE_MS && this.#seq !== this.#writtenSeq) {
      this.#lastWriteMs = nowMs;
      this.#attempt(() => this.#commit('write'));
    }
  }

  /** Ends the record, with what came of the run for the manifest. Throws or rejects with the {@link JournalError} of a journal that failed. */
  async finish(stateHash: string, result?: SessionResult): Promise<SessionManifest> {
    if (this.#failure === undefined) this.#attempt(() => this.#commit('sync'));
    await this.#journal.settled();
    if (this.#failure !== undefined) throw this.#failure;
    return this.#journal.finish(result === undefined ? { stateHash } : { stateHash, result });
  }

  /** Lets go of the journal as it is. */
  abandon(): void {
    this.#journal.abort();
  }

  /** After a fault elsewhere: what was recorded so far is kept, if the disk takes it. Never rejects. */
  async letGo(): Promise<void> {
    this.#attempt(() => this.#commit('sync'));
    await this.#journal.settled();
    this.#journal.abort();
  }

  #forget(durableSeq: number): void {
    let count = 0;
    while (count < this.#bound.length && this.#bound[count]!.seq <= durableSeq) count++;
    this.#bound.splice(0, count);
  }

  #commit(urgency: 'write' | 'sync'): void {
    this.#writtenSeq = this.#seq;
    if (urgency === 'sync') {
      this.#owedSeq = this.#seq;
      this.#owedMs ??= 0;
    }
    this.#journal.commit(urgency);
  }

  /** What binds, and not why: commands always, anything else while half of the room is left for them. */
  #lastWord({ record, events, isCommand }: Bound): void {
    const binding = events.filter((event) => BINDING.has(event.kind));
    // What cannot be written in the last place there is cannot be told in any other.
    this.#journal.appendLast(record, binding, isCommand ? 0 : COMMANDS_ROOM).catch(() => {});
  }

  #attempt(operation: () => void): void {
    if (this.#failure !== undefined) return;
    try {
      operation();
    } catch (cause) {
      if (!(cause instanceof JournalError)) throw cause;
      this.#failed(cause);
    }
  }

  #failed(error: JournalError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    queueMicrotask(() => {
      this.#isOver = true;
      // Exits that wait leave now: what they are must be known in the next life.
      for (const bound of this.#bound.splice(0)) this.#lastWord(bound);
      this.gate.fail(error.message);
      this.#onFailure(error);
    });
  }
}
