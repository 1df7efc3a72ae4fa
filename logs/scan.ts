/** Goes through the segments of a session in order, each read, verified and chained to the one before. */
import { basename, join } from 'node:path';
import { AT } from '../engine/domain/index.ts';
import { JournalRotError } from './errors.ts';
import { decodeSegmentHeader, MANIFEST_NAME, SEGMENT_HEADER_BYTES, segmentNumber } from './format.ts';
import { genesisOf } from './identity.ts';
import { readManifest, type SessionManifest } from './manifest.ts';
import { type ChainState, checkSegment, type Segment } from './segment.ts';
import { readSegment, readSegmentStart, SegmentRoom, segmentNames } from './segment-file.ts';

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

/** The room of the last pass that ended, as long as nobody else wants the memory: the next pass need not take its own. */
let idleRoom: WeakRef<SegmentRoom> | undefined;

function takeRoom(): SegmentRoom {
  const room = idleRoom?.deref();
  idleRoom = undefined;
  return room ?? new SegmentRoom();
}

/**
 * One pass over a session, in the memory of its largest segment. The counts and the tail are whole when
 * {@link segments} has been run to its end.
 */
export class SessionScan {
  readonly directory: string;
  readonly manifest: SessionManifest;
  /** Sequence of the session's first input: 1, or the one behind the base that it starts from. */
  readonly firstSeq: number;
  readonly #chain: ChainState;
  readonly #room = takeRoom();
  #last: Segment | undefined;
  #firstUs = 0;

  constructor(directory: string) {
    this.directory = directory;
    this.manifest = readManifest(directory);
    const baseSeq = this.manifest.startsFrom?.seq ?? 0;
    this.firstSeq = baseSeq + 1;
    const head = genesisOf(this.manifest);
    const lastUs = this.manifest.startsFrom?.atUs ?? 0;
    this.#chain = { segment: 1, nextSeq: this.firstSeq, lastUs, lastNoteSeq: baseSeq, head };
  }

  /** Inputs verified so far, or passed over by {@link segments}. */
  get inputs(): number {
    return this.#chain.nextSeq - this.firstSeq;
  }

  /** Sequence of the last input so far; one less than the first while there is none. */
  get lastSeq(): number {
    return this.#chain.nextSeq - 1;
  }

  /** Chain head of the last seal so far, as hex. */
  get chainHead(): string {
    return Buffer.from(this.#chain.head).toString('hex');
  }

  /**
   * Verifies and yields one segment after the other, each valid until the next one, or the end, is asked for. With `fromSeq`
   * it begins with the segment in which that input is: those before it are not read, and their chain is taken
   * from its header. Throws {@link JournalRotError} or a JournalError.
   */
  *segments(fromSeq = 0): Generator<Segment> {
    const names = segmentNames(this.directory);
    for (const [i, name] of names.entries()) {
      if (segmentNumber(name) === i + 1) continue;
      throw new JournalRotError(join(this.directory, name), 0, `segment ${i + 1} is missing before it`, 'chain');
    }
    const skipped = this.#skipTo(names, fromSeq);
    for (let i = skipped; i < names.length; i++) {
      const path = join(this.directory, names[i]!);
      const bytes = readSegment(path, this.#room);
      const inputsBefore = this.inputs;
      const segment = checkSegment(
        { path, bytes, isLast: i === names.length - 1, wasWhole: this.manifest.complete, room: this.#room },
        this.#chain,
        this.manifest.instruments.length,
      );
      if (inputsBefore === 0 && segment.inputs.length > 0) {
        this.#firstUs = segment.view.getFloat64(segment.inputs[0]! + AT.receivedAtUs, true);
      }
      this.#last = segment;
      yield segment;
    }
    this.#holdAgainstManifest(skipped > 0);
    idleRoom = new WeakRef(this.#room);
  }

  /** Takes up the chain at the last segment that begins at or before `seq`. @returns how many are before it. */
  #skipTo(names: readonly string[], seq: number): number {
    for (let i = names.length - 1; i > 0; i--) {
      const path = join(this.directory, names[i]!);
      const bytes = readSegmentStart(path, SEGMENT_HEADER_BYTES);
      const header = bytes.byteLength < SEGMENT_HEADER_BYTES ? 'it has no header' : decodeSegmentHeader(bytes);
      // The last one's may be torn; any other fault is found when the segment is read.
      if (typeof header === 'string' || header.firstSeq > seq) continue;
      if (header.segment !== i + 1 || header.firstSeq < this.firstSeq) continue;
      this.#chain.segment = header.segment;
      this.#chain.nextSeq = header.firstSeq;
      this.#chain.lastNoteSeq = this.firstSeq - 1;
      this.#chain.lastUs = 0;
      this.#chain.head = header.previousHead;
      return i;
    }
    return 0;
  }

  /** Gives the memory of the pass back: the segments that it has yielded are gone. */
  release(): void {
    idleRoom = undefined;
    this.#room.release();
  }

  /** Where the session ends. */
  tail(): SessionTail {
    const reason = this.#last?.torn ?? this.#cutReason();
    return {
      torn: reason !== undefined,
      reason,
      atFile: basename(this.#last?.path ?? ''),
      atOffset: this.#last?.end ?? 0,
      lastSeq: this.lastSeq,
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
  #holdAgainstManifest(isPart: boolean): void {
    const { complete, inputs, firstUs, lastUs } = this.manifest;
    if (!complete || this.inputs < inputs) return;
    const path = join(this.directory, MANIFEST_NAME);
    if (this.inputs > inputs) {
      throw new JournalRotError(path, 0, `it counts ${inputs} inputs and the journal has ${this.inputs}`, 'manifest');
    }
    const isOtherStart = !isPart && firstUs !== this.#firstUs;
    const isOtherEnd = (!isPart || this.#chain.lastUs > 0) && lastUs !== (this.inputs > 0 ? this.#chain.lastUs : 0);
    if (isOtherStart || isOtherEnd) {
      throw new JournalRotError(path, 0, 'its first and last time are not those of the journal', 'manifest');
    }
  }
}
