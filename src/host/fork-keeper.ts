/** What a replay has beside a fork: the recorded run, what became of the recorded answers, and the file that is left at the end. */
import type { OperatorCommand } from '../../engine/domain/index.ts';
import type { InputSource, TimeTravel, TimeTravelOptions } from '../../engine/index.ts';
import { answersText, isSilent } from '../../state/text/fork-answers.ts';
import type { AnswersView, BesideView } from '../../state/view.ts';
import type { DataDir } from '../data-dir.ts';
import { saveFork } from '../fork-file.ts';
import { countedAnswers, type ForkResult, resultOfFork } from './fork-result.ts';
import { RecordedRun } from './recorded-run.ts';
import { inRecording } from './replay-places.ts';

export class ForkKeeper {
  readonly #travel: TimeTravel;
  readonly #source: InputSource;
  readonly #options: TimeTravelOptions;
  /** The run that the fork leaves. */
  #recorded: RecordedRun | undefined;
  #forkedHere = false;

  /** `source` is the recording. */
  constructor(travel: TimeTravel, source: InputSource, options: TimeTravelOptions) {
    this.#travel = travel;
    this.#source = source;
    this.#options = options;
  }

  /** The operator's keys have made it another run than the one that was opened. */
  get forkedHere(): boolean {
    return this.#forkedHere;
  }

  fork(command: OperatorCommand): void {
    this.#forkedHere = true;
    this.#travel.fork(command);
  }

  /** Beside a fork the run that it leaves is read as well, at most `inputs` more. @returns true while there is more. */
  read(inputs: number): boolean {
    if (!this.#travel.forked) return false;
    this.#recorded ??= new RecordedRun(this.#source, this.#travel.state.config, this.#options);
    return this.#recorded.index(inputs);
  }

  /** The recorded run at the cursor, once it has been read so far. */
  beside(): BesideView | undefined {
    const { state, cursor, commands } = this.#travel;
    return this.#recorded?.beside(state, inRecording(cursor, commands));
  }

  /** Up to the cursor; undefined while there is nothing to tell. */
  answers(): AnswersView | undefined {
    const told = this.#travel.answers(this.#travel.cursor);
    const counted = told && countedAnswers(told);
    return counted === undefined || isSilent(counted) ? undefined : counted;
  }

  /** What to add to the words for the input at `index`; empty where it did what was recorded. */
  inputNote(index: number): string {
    const told = this.#travel.answerAt(index);
    if (told === undefined) return '';
    const number = ` #${told.recorded}`;
    if (told.here === undefined) return `${number}: not given, nothing such here`;
    return told.here === told.recorded ? number : `${number}, #${told.here} here`;
  }

  /** A run that the operator's keys have forked is kept, so that it can be opened and folded again. */
  save(dir: DataDir, session: string): Readonly<Record<string, string>> {
    if (!this.#forkedHere) return {};
    const { commands, state, source } = this.#travel;
    const placed = commands.map((each) => ({ ...each, atUs: source.timeAt(each.index) }));
    const result = this.#result();
    const forkedRun = saveFork(dir, { session, config: state.config, commands: placed, result: result ?? null });
    const words = result === undefined ? [] : answersText(result.answers, true);
    return words.length === 0 ? { forkedRun } : { forkedRun, recordedAnswers: words.join('; ') };
  }

  /** Undefined where fork or recording have not been read to their ends: nobody waits for that when leaving. */
  #result(): ForkResult | undefined {
    const travel = this.#travel;
    const recorded = this.#recorded?.stateAt(this.#source.count);
    if (recorded === undefined || travel.indexed < travel.total) return undefined;
    travel.seek(travel.total);
    return resultOfFork(travel.state, recorded, travel.total, travel.answers(travel.total)!);
  }
}
