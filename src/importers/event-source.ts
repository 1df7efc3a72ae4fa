/** The second pass over one file as a sorted stream of ready events, read piece by piece as they are taken. */
import { FilePass } from './file-pass.ts';
import { ImportError } from './import-error.ts';
import type { EventHandler, MarketEvent, ReadingEvent } from './market-event.ts';
import type { ReadingPlan } from './readings.ts';
import type { PricedEvent, Quantiser, ReadyEvent } from './ready-event.ts';
import type { SurveyedFile } from './surveyed-file.ts';

/** Bars that stand out of order are held and sorted; above this many the file must be sorted first. */
const MOST_UNSORTED = 2_000_000;
/** A venue's tick grows over the years and old orders stay; where more levels than these are off it, it is the wrong tick. */
const MOST_STRAYS_SHARE = 0.25;

/** How the events of a file are made ready. */
export interface SourceRules {
  /** By symbol as the file writes it. */
  readonly quantisers: ReadonlyMap<string, Quantiser>;
  readonly readings: ReadingPlan;
  /** Lines that the survey of all files found bad: bars that stand twice. */
  readonly skippedLines: ReadonlySet<number>;
  readonly leaveOutAggregates: (symbol: string) => boolean;
  /** True when the lines are not in the order of their times. */
  readonly sort: boolean;
  readonly knowsSymbol: (symbol: string) => boolean;
  readonly onRead: (file: SurveyedFile, bytes: number, lines: number) => void;
}

export class EventSource implements EventHandler {
  readonly file: SurveyedFile;
  readonly order: number;
  /** Time of the next event; until the file is opened, of its earliest one. */
  atUs: number;
  readonly #rules: SourceRules;
  #pass: FilePass | undefined;
  #queue: ReadyEvent[] = [];
  #next = 0;
  #ended = false;
  #latestUs = 0;
  #strays = 0;

  constructor(file: SurveyedFile, order: number, firstUs: number, rules: SourceRules) {
    this.file = file;
    this.order = order;
    this.atUs = firstUs;
    this.#rules = rules;
  }

  /** The next event, or undefined when the piece in hand is used up: then {@link fill} is due. */
  get head(): ReadyEvent | undefined {
    return this.#queue[this.#next];
  }

  /** Goes past the head. Times never run backwards: an event that is a little late counts as received now. */
  take(): void {
    this.#next++;
    this.#settle();
  }

  /** Reads on until there is a head; false when the file has no more events. */
  async fill(): Promise<boolean> {
    this.#pass ??= new FilePass(this.file, this, this.#rules.knowsSymbol);
    const pass = this.#pass;
    while (this.head === undefined || (this.#rules.sort && !this.#ended)) {
      if (this.#ended) return false;
      if (!this.#rules.sort) {
        this.#queue = [];
        this.#next = 0;
      }
      const before = pass.reader.tally.bytes;
      const linesBefore = pass.reader.lines;
      this.#ended = !(await pass.advance());
      this.#rules.onRead(this.file, pass.reader.tally.bytes - before, pass.reader.lines - linesBefore);
      if (this.#ended) this.#refuseChanged(pass);
    }
    if (this.#rules.sort) this.#queue.sort((a, b) => a.atUs - b.atUs || a.line - b.line);
    this.#settle();
    return true;
  }

  async close(): Promise<void> {
    await this.#pass?.reader.close();
  }

  event(event: MarketEvent): void {
    if (event.kind === 'reading') this.#reading(event);
    else this.#priced(event);
  }

  #reading(event: ReadingEvent): void {
    const ready = this.#rules.readings.ready(event);
    if (typeof ready === 'string') this.file.survey.ignore(ready);
    else this.#queue.push(...ready);
  }

  #priced(event: PricedEvent): void {
    const { quantisers, skippedLines, leaveOutAggregates } = this.#rules;
    if (skippedLines.has(event.line)) return;
    if (event.kind === 'trade' && event.aggregate && leaveOutAggregates(event.symbol)) {
      this.file.survey.ignore('aggTrade beside trades');
      return;
    }
    const quantiser = quantisers.get(event.symbol);
    const ready = quantiser?.convert(event);
    if (quantiser !== undefined && quantiser.cuts + quantiser.strays > 0) this.#countCuts(event, quantiser);
    if (ready !== undefined) {
      this.#queue.push(ready);
      if (this.#rules.sort && this.#queue.length > MOST_UNSORTED) {
        throw new ImportError(this.file.name, event.line, 'too many bars out of order; sort the file first');
      }
      return;
    }
    const reason = quantiser?.fault ?? 'the file changed while it was read';
    if (event.kind === 'snapshot') throw new ImportError(this.file.name, event.line, reason);
    this.file.survey.bad(event.line, reason);
  }

  #countCuts(event: PricedEvent, { cuts, strays }: Quantiser): void {
    const { survey } = this.file;
    for (let i = 0; i < cuts; i++) survey.ignore('part of a quantity below a lot');
    for (let i = 0; i < strays; i++) survey.ignore('level off the tick');
    this.#strays += strays;
    if (this.#strays > survey.levels * MOST_STRAYS_SHARE) {
      throw new ImportError(
        this.file.name,
        event.line,
        'one level in four is off the tick; the instruments are of another time',
      );
    }
  }

  /** The survey has counted these. */
  bad(): void {}

  ignore(): void {}

  #settle(): void {
    const head = this.head;
    if (head === undefined) return;
    this.#latestUs = Math.max(this.#latestUs, head.atUs);
    this.atUs = this.#latestUs;
  }

  #refuseChanged(pass: FilePass): void {
    if (pass.reader.tally.sha256 === this.file.tally.sha256) return;
    throw new ImportError(this.file.name, undefined, 'changed while it was read; import it again');
  }
}
