/** What ends the reading of a file before its end: too much of something, or nothing that could come to good. */
import { ImportError } from './import-error.ts';
import type { LineReader } from './line-reader.ts';
import type { FileSurvey } from './survey.ts';
import { grouped } from './text.ts';

/** Open times of all bars are held to find those that stand twice. */
export const MOST_BARS = 8_000_000;
const MOST_SYMBOLS = 1000;
/** With so many bad lines, and more of them than good ones, the rest is not read. */
const HOPELESS_BAD_LINES = 10_000;
const MOST_LINES_WITHOUT_RECORD = 1_000_000;
const LONGEST_STRETCH_WITHOUT_LINE = 64 * 2 ** 20;

/** The limits of one file. */
export class SurveyLimits {
  readonly #name: string;
  readonly #maxBadLineShare: number;
  readonly #barsLeft: number;
  #lines = 0;
  #bytesAtLine = 0;

  /** `barsLeft` is what the files before have left of {@link MOST_BARS}. */
  constructor(name: string, maxBadLineShare: number, barsLeft: number) {
    this.#name = name;
    this.#maxBadLineShare = maxBadLineShare;
    this.#barsLeft = barsLeft;
  }

  /** Called after each piece that was read. */
  check(reader: LineReader, survey: FileSurvey): void {
    const { lines, tally } = reader;
    if (lines > this.#lines) {
      this.#lines = lines;
      this.#bytesAtLine = tally.unpackedBytes;
    }
    const fewer = 'in one import; import fewer at a time';
    if (survey.bars > this.#barsLeft) this.#refuse(`more than ${grouped(MOST_BARS)} bars ${fewer}`);
    if (survey.symbols.size > MOST_SYMBOLS) this.#refuse(`more than ${grouped(MOST_SYMBOLS)} symbols ${fewer}`);
    if (tally.unpackedBytes - this.#bytesAtLine > LONGEST_STRETCH_WITHOUT_LINE) {
      throw new ImportError(this.#name, lines + 1, 'the line is longer than 64 MiB; this is no recording');
    }
    if (lines > MOST_LINES_WITHOUT_RECORD && survey.events === 0) {
      this.#refuse(`no record in the first ${grouped(MOST_LINES_WITHOUT_RECORD)} lines`);
    }
    const { count } = survey.badLines;
    if (count >= HOPELESS_BAD_LINES && count * 2 > lines) {
      refuseBadShare(this.#name, survey, lines, this.#maxBadLineShare);
    }
  }

  #refuse(reason: string): never {
    throw new ImportError(this.#name, this.#lines, reason);
  }
}

/** Refuses a file with a larger share of bad lines than is allowed; names the first of them. */
export function refuseBadShare(name: string, survey: FileSurvey, lines: number, maxShare: number): void {
  const { count, first } = survey.badLines;
  if (count === 0 || count <= maxShare * lines) return;
  const [bad] = first;
  const share = `${percent(count / lines)} %, more than ${percent(maxShare)} %`;
  const counted = count === 1 ? '1 bad line' : `${grouped(count)} bad lines`;
  throw new ImportError(name, bad?.line, `${bad?.reason ?? ''}; ${counted} of ${grouped(lines)} (${share})`);
}

function percent(share: number): string {
  return String(Number((share * 100).toPrecision(2)));
}
