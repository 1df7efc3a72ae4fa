/**
 * A recorded session with operator commands put in between: the inputs of a forked run, as they were recorded. What
 * recorded answers are given to is found by `ForkedRun`.
 */
import { AT, cursorOver, type InputCursor, InputEncoder, type OperatorCommand } from '../domain/index.ts';
import { assert } from '../kernel/assert.ts';
import type { Subject } from './questions.ts';
import type { InputSource } from './source.ts';

/** A command of the operator and its place in the forked run. */
export interface ForkCommand {
  readonly index: number;
  readonly command: OperatorCommand;
  /** What it answers, where that is a proposal. */
  readonly subject?: Subject | undefined;
}

interface Insertion extends ForkCommand {
  readonly bytes: Uint8Array;
}

/**
 * Later inputs move up by one for each command before them; their records are copied and stamped anew, the
 * recorded ones are never touched.
 */
export class ForkedSource implements InputSource {
  readonly #base: InputSource;
  readonly #insertions: Insertion[] = [];
  readonly #encoder = new InputEncoder();
  #scratch = new Uint8Array(4096);
  #scratchCursor = cursorOver(this.#scratch);
  readonly #baseCursor = cursorOver(new Uint8Array(8));
  /** Sequence of the first input. */
  readonly #firstSeq: number;

  constructor(base: InputSource) {
    this.#base = base;
    if (base.count > 0) base.seek(0, this.#baseCursor);
    this.#firstSeq = base.count > 0 ? this.#baseCursor.view.getFloat64(this.#baseCursor.offset + AT.seq, true) : 1;
  }

  get count(): number {
    return this.#base.count + this.#insertions.length;
  }

  /** The commands put in so far, in order; inserting them one by one makes the same run again. */
  get commands(): readonly ForkCommand[] {
    return this.#insertions.map(({ index, command, subject }) => ({ index, command, subject }));
  }

  /** Where the first command was put in: before it this run is the recording; undefined where there is none. */
  get forkedAt(): number | undefined {
    return this.#insertions[0]?.index;
  }

  /** What was recorded, without the commands put in. */
  get recording(): InputSource {
    return this.#base;
  }

  /** The recording's index of input `index`; undefined of a command that was put in. */
  placeOf(index: number): number | undefined {
    const { shift, exact } = this.#find(index);
    return exact === undefined ? index - shift : undefined;
  }

  /** Puts a command after `cursor` inputs of this run; commands inserted further on are dropped. */
  insert(cursor: number, command: OperatorCommand, subject?: Subject): void {
    assert(this.#base.count > 0, 'a session without inputs');
    assert(cursor >= 0 && cursor <= this.count, 'fork point outside the session');
    while (this.#insertions.length > 0 && this.#insertions.at(-1)!.index >= cursor) this.#insertions.pop();
    const atUs = cursor > 0 ? this.timeAt(cursor - 1) : this.timeAt(0);
    this.#encoder.command(command, 'replay');
    this.#encoder.stamp(this.#firstSeq + cursor, atUs);
    this.#insertions.push({ index: cursor, command, subject, bytes: this.#encoder.bytes().slice() });
  }

  timeAt(index: number): number {
    const { shift, exact } = this.#find(index);
    if (exact !== undefined) return new DataView(exact.bytes.buffer).getFloat64(AT.receivedAtUs, true);
    return this.#base.timeAt(index - shift);
  }

  seek(index: number, cursor: InputCursor): void {
    if (this.#insertions.length === 0) {
      this.#base.seek(index, cursor);
      return;
    }
    const { shift, exact } = this.#find(index);
    if (exact === undefined && shift === 0) {
      this.#base.seek(index, cursor);
      return;
    }
    if (exact !== undefined) this.#copy(exact.bytes, 0, exact.bytes.byteLength);
    else {
      this.#base.seek(index - shift, this.#baseCursor);
      const { view, offset } = this.#baseCursor;
      this.#copy(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), offset, view.getUint32(offset, true));
      this.#scratchCursor.view.setFloat64(AT.seq, this.#firstSeq + index, true);
    }
    cursor.view = this.#scratchCursor.view;
    cursor.words = this.#scratchCursor.words;
    cursor.offset = 0;
  }

  #find(index: number): { shift: number; exact: Insertion | undefined } {
    let shift = 0;
    for (const insertion of this.#insertions) {
      if (insertion.index === index) return { shift, exact: insertion };
      if (insertion.index > index) break;
      shift++;
    }
    return { shift, exact: undefined };
  }

  #copy(from: Uint8Array, offset: number, length: number): void {
    if (length > this.#scratch.byteLength) {
      this.#scratch = new Uint8Array(length * 2);
      this.#scratchCursor = cursorOver(this.#scratch);
    }
    this.#scratch.set(from.subarray(offset, offset + length));
  }
}
