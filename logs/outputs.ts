/** The outputs and checkpoints that a session recorded, as assertions for its replay: found by sequence, read when asked for. */
import { AT, assert, type EngineEvent, OUTPUT_RECORD } from '../engine/domain/index.ts';
import { cleanText } from './clean-text.ts';
import { JournalRotError } from './errors.ts';
import { decodeText } from './format.ts';
import type { LoadedPage, PageReader } from './pages.ts';

/** What was recorded of an input: canonical JSON of an event, or the hash of the state after it. */
export interface RecordedNote {
  readonly kind: 'output' | 'checkpoint';
  readonly seq: number;
  readonly atUs: number;
  /** As it was recorded, so compare it and do not print it. */
  readonly text: string;
}

/** The hash that the state had after input `seq`. */
export interface Checkpoint {
  readonly seq: number;
  readonly atUs: number;
  readonly stateHash: string;
}

/** The note at offset `at` of verified records. */
export function noteAt(view: DataView, at: number): RecordedNote {
  const text = decodeText(view, at, view.getUint32(at, true));
  assert(text !== undefined, 'a note was verified when it was read');
  return {
    kind: view.getUint8(at + AT.type) === OUTPUT_RECORD ? 'output' : 'checkpoint',
    seq: view.getFloat64(at + AT.seq, true),
    atUs: view.getFloat64(at + AT.receivedAtUs, true),
    text,
  };
}

/** The event that an output tells of. Throws {@link JournalRotError}, at `offset` of `path`, when it is none of its input. */
export function eventOf(note: RecordedNote, path: string, offset: number): EngineEvent {
  const value = parseSafely(note.text);
  const fits =
    value !== null &&
    typeof value === 'object' &&
    'kind' in value &&
    typeof value.kind === 'string' &&
    'seq' in value &&
    value.seq === note.seq &&
    'atUs' in value &&
    value.atUs === note.atUs;
  if (!fits) throw new JournalRotError(path, offset, 'the output is no event of its input');
  return value as EngineEvent;
}

/** The outputs and checkpoints of a session in pages. */
export class RecordedOutputs {
  readonly #reader: PageReader;
  /** How many outputs there are. */
  readonly count: number;

  constructor(reader: PageReader, count: number) {
    this.#reader = reader;
    this.count = count;
  }

  /**
   * Canonical JSON of what input `seq` caused, in order: equal to `canonical(event)` of a true replay. As it
   * was recorded, so compare it and do not print it.
   */
  textsAt(seq: number): readonly string[] {
    const texts: string[] = [];
    for (const { note } of this.#from(seq)) {
      if (note.seq !== seq) break;
      if (note.kind === 'output') texts.push(note.text);
    }
    return texts;
  }

  /** The events that input `seq` caused. Throws {@link JournalRotError} when a text is none. */
  eventsAt(seq: number): readonly EngineEvent[] {
    const events: EngineEvent[] = [];
    for (const { note, page, at } of this.#from(seq)) {
      if (note.seq !== seq) break;
      if (note.kind === 'output') events.push(eventOf(note, page.path, page.from + at));
    }
    return events;
  }

  /** Every event in order. */
  *events(): Generator<EngineEvent> {
    for (const { note, page, at } of this.#from(0)) {
      if (note.kind === 'output') yield eventOf(note, page.path, page.from + at);
    }
  }

  /** Outputs and checkpoints in order, from those of input `seq` on. */
  *notes(seq = 0): Generator<RecordedNote> {
    for (const { note } of this.#from(seq)) yield note;
  }

  *#from(seq: number): Generator<{ readonly note: RecordedNote; readonly page: LoadedPage; readonly at: number }> {
    const { pages } = this.#reader;
    let low = 0;
    let high = pages.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (pages[middle]!.lastNoteSeq < seq) low = middle + 1;
      else high = middle;
    }
    for (let i = low; i < pages.length; i++) {
      const count = pages[i]!.notes;
      for (let k = 0; k < count; k++) {
        // Asked for anew each time: whoever takes the notes may have loaded other pages meanwhile.
        const page = this.#reader.load(i);
        const at = page.notes[k]!;
        if (page.view.getFloat64(at + AT.seq, true) < seq) continue;
        yield { note: noteAt(page.view, at), page, at };
      }
    }
  }
}

/** JSON with every text in it safe to print; undefined when it is none. */
function parseSafely(text: string): unknown {
  try {
    return JSON.parse(text, (_key, value: unknown) => (typeof value === 'string' ? cleanText(value) : value));
  } catch {
    return undefined;
  }
}
