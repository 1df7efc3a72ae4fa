/** Goes through the segments of a session in order, each read, verified and chained to the one before. */
import { basename, join } from 'node:path';
import { AT } from '../engine/domain/index.ts';
import { JournalRotError } from './errors.ts';
import { HASH_BYTES, MANIFEST_NAME, segmentNumber } from './format.ts';
import { readManifest, type SessionManifest } from './manifest.ts';
import { type ChainState, checkSegment, type Segment } from './segment.ts';
import { readSegment, segmentNames } from './segment-file.ts';

/** Where a session ends, and whether that is where its writer meant it to end. */
export interface SessionTail {
  /** True when an unclean stop or a later cut took something from the end. */
  readonly torn: boolean;
  readonly reason: string | undefined;
  /** File name of the last segment, and the offset behind its last good record. */
  readonly atFile: string;
  readonly atOffset: number;
  /** Sequence of the last good input; 0 without any. */
  readonly lastSeq: number;
  /** Inputs that a complete session's manifest counts and the journal no longer has. */
  readonly missingInputs: number;
}

/** One pass over a session. The counts and the tail are whole when {@link segments} has been run to its end. */
export class SessionScan {
  readonly directory: string;
  readonly manifest: SessionManifest;
  readonly #chain: ChainState = {
    segment: 1,
    nextSeq: 1,
    lastUs: 0,
    lastNoteSeq: 0,
    head: new Uint8Array(HASH_BYTES),
  };
  #last: Segment | undefined;
  #firstUs = 0;

  constructor(directory: string) {
    this.directory = directory;
    this.manifest = readManifest(directory);
  }

  /** Inputs verified so far. */
  get inputs(): number {
    return this.#chain.nextSeq - 1;
  }

  /** Chain head of the last seal so far, as hex. */
  get chainHead(): string {
    return Buffer.from(this.#chain.head).toString('hex');
  }

  /** Verifies and yields one segment after the other. Throws {@link JournalRotError} or a JournalError. */
  *segments(): Generator<Segment> {
    const names = segmentNames(this.directory);
    for (const [i, name] of names.entries()) {
      const path = join(this.directory, name);
      if (segmentNumber(name) !== i + 1) {
        throw new JournalRotError(path, 0, `segment ${i + 1} is missing before it`);
      }
      const bytes = readSegment(path);
      const inputsBefore = this.inputs;
      const segment = checkSegment(
        { path, bytes, isLast: i === names.length - 1, wasWhole: this.manifest.complete },
        this.#chain,
        this.manifest.instruments.length,
      );
      if (inputsBefore === 0 && segment.inputs.length > 0) {
        this.#firstUs = segment.view.getFloat64(segment.inputs[0]! + AT.receivedAtUs, true);
      }
      this.#last = segment;
      yield segment;
    }
    this.#holdAgainstManifest();
  }

  /** Where the session ends. */
  tail(): SessionTail {
    const reason = this.#last?.torn ?? this.#cutReason();
    return {
      torn: reason !== undefined,
      reason,
      atFile: basename(this.#last?.path ?? ''),
      atOffset: this.#last?.end ?? 0,
      lastSeq: this.inputs,
      missingInputs: this.manifest.complete ? this.manifest.inputs - this.inputs : 0,
    };
  }

  /** A complete session was sealed at its end: when it no longer is, or inputs are missing, it was cut. */
  #cutReason(): string | undefined {
    const { complete, inputs, chainHead } = this.manifest;
    if (!complete) return undefined;
    if (this.inputs < inputs) return `the manifest counts ${inputs} inputs and the journal has ${this.inputs}`;
    const sealed = this.#last !== undefined && this.#last.sealedEnd === this.#last.end;
    if (!sealed || this.chainHead !== chainHead)
      return 'the journal does not end with the seal that its manifest names';
    return undefined;
  }

  /** A complete session's manifest must not speak of another journal. */
  #holdAgainstManifest(): void {
    const { complete, inputs, firstUs, lastUs } = this.manifest;
    if (!complete || this.inputs < inputs) return;
    const path = join(this.directory, MANIFEST_NAME);
    if (this.inputs > inputs) {
      throw new JournalRotError(path, 0, `it counts ${inputs} inputs and the journal has ${this.inputs}`);
    }
    if (firstUs !== this.#firstUs || lastUs !== this.#chain.lastUs) {
      throw new JournalRotError(path, 0, 'its first and last time are not those of the journal');
    }
  }
}
