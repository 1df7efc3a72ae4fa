/**
 * Steps engines through a forked run. A recorded answer goes to the question that it was given to, by whatever number
 * that has here; where there is no such question it is not given, and both is told.
 */
import { type Refusal, refusalIn } from '../core/refusal.ts';
import type { EngineState } from '../core/state.ts';
import { type Engine, step } from '../core/step.ts';
import {
  type AnswerCommand,
  AT,
  cursorOver,
  type EngineEvent,
  type InputCursor,
  InputEncoder,
  NO_INSTRUMENT,
  type Term,
} from '../domain/index.ts';
import { assert } from '../kernel/assert.ts';
import type { ModelLibrary } from '../models/library.ts';
import type { ForkedSource } from './fork.ts';
import {
  differing,
  isAnswer,
  nextNumber,
  type QuestionKind,
  Questions,
  questionKind,
  questionOf,
  type Subject,
  type Terms,
  termsOf,
} from './questions.ts';
import { answerAt, type RecordedAnswer, RecordedSide } from './recorded-side.ts';

/** What has become of a recorded answer in a fork. */
export interface ForkAnswer {
  /** Its place in the forked run. */
  readonly index: number;
  readonly atUs: number;
  readonly answer: AnswerCommand['kind'];
  /** Number of its question in the recording. */
  readonly recorded: number;
  readonly subject: Subject | undefined;
  /** Number of that question here; undefined where there is no such question, so that it was not given. */
  readonly here: number | undefined;
  /** Why the recording has not taken it, and why this run has not; undefined where it was taken. */
  readonly refusedThere: Refusal['reason'] | undefined;
  readonly refusedHere: Refusal['reason'] | undefined;
  /** The fork has answered that question before, by a command that was put in. */
  readonly overruled: boolean;
  /** What is not as the operator was shown it. */
  readonly differs: readonly Term[];
}

/** A proposal of the fork that ended without anybody's answer. */
interface Lapse {
  readonly index: number;
  readonly proposalId: number;
  readonly outcome: 'expired' | 'cleared-by-policy';
}

/** What a fork has made of the recorded answers behind it, up to one of its moments. */
export interface ForkAnswers {
  /** Given, and taken by the engine. */
  readonly given: number;
  /** Those of them whose question was not quite the same: another size or price. */
  readonly differing: readonly ForkAnswer[];
  /** No such question here. */
  readonly noQuestion: readonly ForkAnswer[];
  /** Taken in the recording, but not here, for the fork has answered the question itself. */
  readonly overruled: readonly ForkAnswer[];
  /** Taken in the recording, but not here for another reason: it is over, the engine is halted, risk says no. */
  readonly refused: readonly ForkAnswer[];
  /** Proposals that expired here and have no recorded answer. */
  readonly unanswered: number;
  /** Proposals that the recording does not have, so that nobody was asked: expired (of those above), or cleared by policy. */
  readonly newExpired: number;
  readonly newCleared: number;
}

export class ForkedRun {
  readonly #source: ForkedSource;
  readonly #models: ModelLibrary;
  readonly #input = cursorOver(new Uint8Array(8));
  readonly #encoder = new InputEncoder();
  readonly #here = new Questions();
  readonly #answers = new Map<number, ForkAnswer>();
  readonly #lapses = new Map<number, readonly Lapse[]>();
  #recorded: RecordedSide | undefined;

  constructor(source: ForkedSource, models: ModelLibrary) {
    this.#source = source;
    this.#models = models;
  }

  /** Folds input `index` into an engine that has folded all before it. */
  step(engine: Engine, index: number): readonly EngineEvent[] {
    const { forkedAt } = this.#source;
    if (forkedAt === undefined || index < forkedAt) {
      this.#source.seek(index, this.#input);
      return step(engine, this.#input);
    }
    if (this.#recorded === undefined) {
      assert(index === forkedAt, 'a forked run is gone into at its fork');
      this.#recorded = new RecordedSide(this.#source.recording, engine.state, index, this.#models);
    }
    const place = this.#source.placeOf(index);
    this.#source.seek(index, this.#input);
    const found = place === undefined ? undefined : answerAt(this.#input);
    if (place === undefined || found === undefined) {
      const events = step(engine, this.#input);
      this.#note(events, index, place);
      return events;
    }
    return this.#stepAnswer(engine, index, place, this.#recorded.answer(place));
  }

  /** Reads the recording as far as a run that has folded `index` inputs, so that an answer far on need not wait for it. */
  follow(index: number): void {
    this.#recorded?.advance(index - this.#source.commands.filter((each) => each.index < index).length);
  }

  /** Forgets what is known from input `index` on: the run is another from there. */
  truncate(index: number): void {
    const { forkedAt } = this.#source;
    if (forkedAt === undefined || index <= forkedAt) this.#recorded = undefined;
    for (const known of [this.#answers, this.#lapses]) for (const at of known.keys()) if (at >= index) known.delete(at);
    // The command that was put in there has no place in the recording: the input behind it has the one that is meant.
    const place = this.#source.placeOf(index) ?? this.#source.placeOf(index + 1);
    this.#here.forgetFrom(this.#recorded === undefined ? 0 : (place ?? Number.POSITIVE_INFINITY));
  }

  /** What became of the recorded answer at input `index`; undefined where there is none behind the fork. */
  answer(index: number): ForkAnswer | undefined {
    return this.#answers.get(index);
  }

  /** After `cursor` inputs, as far as they have been folded; undefined where nothing is forked. */
  answers(cursor: number): ForkAnswers | undefined {
    const recorded = this.#recorded;
    if (recorded === undefined) return undefined;
    const answers = [...this.#answers.values()].filter(({ index }) => index < cursor).sort((a, b) => a.index - b.index);
    const taken = answers.filter((each) => each.here !== undefined && each.refusedHere === undefined);
    const untaken = answers.filter(
      (each) => each.here !== undefined && each.refusedHere !== undefined && each.refusedThere === undefined,
    );
    const lapses = [...this.#lapses.values()].flat().filter(({ index }) => index < cursor);
    const answered = new Set(untaken.map(({ here }) => here));
    const expired = lapses.filter((each) => each.outcome === 'expired' && !answered.has(each.proposalId));
    const isNew = (each: Lapse): boolean => !this.#isRecorded(recorded, each);
    return {
      given: taken.length,
      differing: taken.filter(({ differs }) => differs.length > 0),
      noQuestion: answers.filter(({ here }) => here === undefined),
      overruled: untaken.filter(({ overruled }) => overruled),
      refused: untaken.filter(({ overruled }) => !overruled),
      unanswered: expired.length,
      newExpired: expired.filter(isNew).length,
      newCleared: lapses.filter((each) => each.outcome === 'cleared-by-policy' && isNew(each)).length,
    };
  }

  /** Whether the recording has a proposal of this run as well. */
  #isRecorded(recorded: RecordedSide, { index, proposalId }: Lapse): boolean {
    if (recorded.isShared('proposal', proposalId)) return true;
    const place = this.#source.placeOf(index) ?? index;
    const identity = this.#here.identity('proposal', proposalId, place);
    if (identity === undefined) return false;
    recorded.advance(Math.min(place, this.#source.recording.count));
    return recorded.has(identity);
  }

  #note(events: readonly EngineEvent[], index: number, place: number | undefined): void {
    if (events.length === 0) return;
    if (place !== undefined) this.#here.note(events, place);
    const opened = new Set<number>();
    const lapses: Lapse[] = [];
    for (const event of events) {
      if (event.kind === 'proposal-opened') opened.add(event.proposal.proposalId);
      if (event.kind !== 'proposal-closed' || opened.has(event.proposalId)) continue;
      const { outcome, proposalId } = event;
      if (outcome === 'expired' || outcome === 'cleared-by-policy') lapses.push({ index, proposalId, outcome });
    }
    if (lapses.length > 0) this.#lapses.set(index, lapses);
  }

  #stepAnswer(engine: Engine, index: number, place: number, answer: RecordedAnswer): readonly EngineEvent[] {
    const kind = questionKind(answer.command);
    const recorded = questionOf(answer.command);
    const here = this.#numberHere(engine.state, kind, recorded, place);
    const terms = here === undefined ? {} : termsOf(engine.state, kind, here);
    const differs = differing(answer.terms, terms);
    const events = step(engine, this.#bound(answer, index, here));
    this.#note(events, index, place);
    const told: ForkAnswer = {
      index,
      atUs: engine.state.control.nowUs[0]!,
      answer: answer.command.kind,
      recorded,
      subject: answer.subject,
      here,
      refusedThere: answer.refused,
      refusedHere:
        here === undefined ? undefined : refusalIn(events, { kind: answer.command.kind, proposalId: here })?.reason,
      overruled: this.#isOverruled(kind, here, index),
      differs,
    };
    this.#answers.set(index, told);
    return here === undefined || differs.length > 0 ? [eventOf(told, engine.state, terms), ...events] : events;
  }

  #isOverruled(kind: QuestionKind, here: number | undefined, before: number): boolean {
    return this.#source.commands.some(
      ({ index, command }) =>
        index < before && isAnswer(command) && questionKind(command) === kind && questionOf(command) === here,
    );
  }

  /**
   * The number here of what the recording counts as `id`; undefined when that was not asked here. A number that meant
   * nothing in the recording stays one that means nothing.
   */
  #numberHere(state: EngineState, kind: QuestionKind, id: number, place: number): number | undefined {
    const recorded = this.#recorded!;
    if (recorded.isShared(kind, id)) return id;
    const identity = recorded.identity(kind, id, place);
    if (identity !== undefined) return this.#here.number(identity);
    return id >= nextNumber(state, kind) ? id : undefined;
  }

  /** The input under the cursor with the number that its question has here; nothing but time passes where it has none. */
  #bound({ command, source }: RecordedAnswer, index: number, here: number | undefined): InputCursor {
    const bound = here === undefined ? undefined : this.#renamed(command, index, here);
    if (bound === command) return this.#input;
    if (bound === undefined) this.#encoder.timer();
    else this.#encoder.command(bound, source);
    const { view, offset } = this.#input;
    this.#encoder.stamp(view.getFloat64(offset + AT.seq, true), view.getFloat64(offset + AT.receivedAtUs, true));
    return cursorOver(this.#encoder.bytes());
  }

  /**
   * Revisions are counted anew like numbers: one that was recorded and not taken here is missing. After a smaller size
   * that was asked for in the fork no recorded answer counts, for it was given to the larger one.
   */
  #renamed(command: AnswerCommand, index: number, here: number): AnswerCommand {
    if (!('proposalId' in command)) return command.suggestionId === here ? command : { ...command, suggestionId: here };
    let missing = 0;
    for (const each of this.#answers.values()) {
      const isResize = each.answer === 'resize' && each.here === here && each.index < index;
      if (isResize && each.refusedThere === undefined && each.refusedHere !== undefined) missing++;
    }
    if (missing === 0 && command.proposalId === here) return command;
    return { ...command, proposalId: here, revision: command.revision - missing };
  }
}

function eventOf(told: ForkAnswer, state: EngineState, terms: Terms): EngineEvent {
  const { answer, recorded, here, differs, atUs, subject } = told;
  const instrument = subject?.instrument ?? NO_INSTRUMENT;
  const lots = terms.size ?? 0;
  const seq = state.control.seq[0]!;
  return { seq, atUs, kind: 'recorded-answer', answer, recorded, here, differs, instrument, side: subject?.side, lots };
}
