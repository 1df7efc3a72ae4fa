/** A head of a session's chain to be kept elsewhere: with it a cut or rewritten journal shows, whatever its manifest says. */
import { AT, SEAL_RECORD } from '../engine/domain/index.ts';
import { HASH_BYTES, RECORD_HEADER_BYTES, SEAL_BYTES, SEGMENT_HEADER_BYTES } from './format.ts';
import type { Segment } from './segment.ts';
import { isSessionName } from './session-name.ts';

export interface Anchor {
  readonly session: string;
  /** Number of the segment that the seal is in. */
  readonly segment: number;
  /** Sequence of the last input before the seal. */
  readonly seq: number;
  /** Digest of the seal, hex. */
  readonly head: string;
}

const TEXT = /^chimera-anchor session=(\S{1,64}) segment=(\d{1,6}) seq=(\d{1,16}) head=([0-9a-f]{64})$/;

/** One line that {@link parseAnchor} reads back. */
export function anchorText({ session, segment, seq, head }: Anchor): string {
  return `chimera-anchor session=${session} segment=${segment} seq=${seq} head=${head}`;
}

/** Reads the line, or the same as JSON; undefined when it is neither. */
export function parseAnchor(text: string): Anchor | undefined {
  const match = TEXT.exec(text.trim());
  const found: Partial<Record<keyof Anchor, unknown>> | undefined = match
    ? { session: match[1], segment: Number(match[2]), seq: Number(match[3]), head: match[4] }
    : parseObject(text);
  const { session, segment, seq, head } = found ?? {};
  if (typeof session !== 'string' || !isSessionName(session)) return undefined;
  if (typeof head !== 'string' || !/^[0-9a-f]{64}$/.test(head)) return undefined;
  if (!Number.isSafeInteger(segment) || !Number.isSafeInteger(seq)) return undefined;
  return { session, segment: segment as number, seq: seq as number, head };
}

function parseObject(text: string): Partial<Record<keyof Anchor, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The last seal of a verified segment; undefined where it has none. */
export function lastAnchor(session: string, number: number, segment: Segment): Anchor | undefined {
  if (segment.sealedEnd === SEGMENT_HEADER_BYTES || segment.seals === 0) return undefined;
  return { session, segment: number, ...sealAt(segment.view, segment.sealedEnd - SEAL_BYTES) };
}

/** Whether a verified segment has the seal of an anchor that names it. */
export function holdsAnchor({ view, sealedEnd }: Segment, anchor: Anchor): boolean {
  for (let at = SEGMENT_HEADER_BYTES; at < sealedEnd; at += view.getUint32(at + AT.length, true)) {
    if (view.getUint8(at + AT.type) !== SEAL_RECORD) continue;
    const { seq, head } = sealAt(view, at);
    if (seq === anchor.seq && head === anchor.head) return true;
  }
  return false;
}

function sealAt(view: DataView, at: number): { readonly seq: number; readonly head: string } {
  const digest = Buffer.from(view.buffer, view.byteOffset + at + RECORD_HEADER_BYTES, HASH_BYTES);
  return { seq: view.getFloat64(at + AT.seq, true), head: digest.toString('hex') };
}
