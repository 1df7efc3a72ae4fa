/** The recording behind a fork of it: folded on for itself, so that what its operator answered is known by what it was. */
import { type Refusal, refusalIn } from '../core/refusal.ts';
import { createState, type EngineState } from '../core/state.ts';
import { createEngine, type Engine, step } from '../core/step.ts';
import {
  type AnswerCommand,
  AT,
  COMMAND_WIDTH,
  type CommandSource,
  cursorOver,
  decodeCommand,
  type InputCursor,
  RECORD,
} from '../domain/index.ts';
import { assert } from '../kernel/assert.ts';
import type { ModelLibrary } from '../models/library.ts';
import {
  isAnswer,
  nextNumber,
  type QuestionKind,
  Questions,
  questionKind,
  questionOf,
  type Subject,
  subjectOf,
  type Terms,
  termsOf,
} from './questions.ts';
import type { InputSource } from './source.ts';

/** An answer as it was recorded. */
export interface RecordedAnswer {
  readonly command: AnswerCommand;
  readonly source: CommandSource;
  /** Undefined where it has done what it says. */
  readonly refused: Refusal['reason'] | undefined;
  /** What was answered: as far as the tables still knew. */
  readonly subject: Subject | undefined;
  readonly terms: Terms;
}

const row = new Float64Array(COMMAND_WIDTH);

/** The answer under a cursor; undefined when it is another input. */
export function answerAt({ view, offset }: InputCursor): Pick<RecordedAnswer, 'command' | 'source'> | undefined {
  if (view.getUint8(offset + AT.type) !== RECORD.command) return undefined;
  for (let i = 0; i < COMMAND_WIDTH; i++) row[i] = view.getFloat64(offset + AT.command + i * 8, true);
  const decoded = decodeCommand(row);
  return decoded !== undefined && isAnswer(decoded.command)
    ? { command: decoded.command, source: decoded.source }
    : undefined;
}

export class RecordedSide {
  readonly #source: InputSource;
  readonly #engine: Engine;
  readonly #input = cursorOver(new Uint8Array(8));
  readonly #answers = new Map<number, RecordedAnswer>();
  readonly #questions = new Questions();
  /** Numbers below these were given before the fork: fork and recording mean the same by them. */
  readonly #firstNumber: Readonly<Record<QuestionKind, number>>;
  #place: number;

  /** `state` is that of the recording after `place` of its inputs; it is copied. */
  constructor(source: InputSource, state: EngineState, place: number, models: ModelLibrary) {
    this.#source = source;
    this.#engine = createEngine(createState(state.config), models);
    const bytes = new Uint8Array(state.arena.byteLength);
    state.arena.save(bytes);
    this.#engine.state.arena.load(bytes);
    this.#place = place;
    this.#firstNumber = { proposal: nextNumber(state, 'proposal'), suggestion: nextNumber(state, 'suggestion') };
  }

  /** Folds on until `place` inputs are folded; what is behind stays known. */
  advance(place: number): void {
    for (; this.#place < place; this.#place++) {
      this.#source.seek(this.#place, this.#input);
      const found = answerAt(this.#input);
      const asked = found && this.#asked(found.command);
      const events = step(this.#engine, this.#input);
      this.#questions.note(events, this.#place);
      if (found !== undefined && asked !== undefined)
        this.#answers.set(this.#place, {
          ...found,
          ...asked,
          refused: refusalIn(events, found.command)?.reason,
        });
    }
  }

  #asked(command: AnswerCommand): Pick<RecordedAnswer, 'subject' | 'terms'> {
    const [kind, id] = [questionKind(command), questionOf(command)];
    const { state } = this.#engine;
    return { subject: subjectOf(state, kind, id), terms: termsOf(state, kind, id) };
  }

  /** The answer that is the recording's input `place`. */
  answer(place: number): RecordedAnswer {
    this.advance(place + 1);
    const found = this.#answers.get(place);
    assert(found !== undefined, 'no answer was recorded there');
    return found;
  }

  /** True of a number that fork and recording share. */
  isShared(kind: QuestionKind, id: number): boolean {
    return id < this.#firstNumber[kind];
  }

  /** Of what the recording has asked between the fork and its input `place`; undefined when that is nothing. */
  identity(kind: QuestionKind, id: number, place: number): string | undefined {
    this.advance(place);
    return this.#questions.identity(kind, id, place);
  }

  has(identity: string): boolean {
    return this.#questions.number(identity) !== undefined;
  }
}
