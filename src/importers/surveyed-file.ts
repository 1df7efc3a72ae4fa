/** A file that has been read once: what it is, what it holds, and how the second pass reads it. */
import type { DecimalReader } from './decimals.ts';
import type { Detection } from './detect.ts';
import type { FileNameHints } from './file-name.ts';
import type { DataFile, StreamTally } from './file-stream.ts';
import type { FileSurvey } from './survey.ts';

export interface SurveyedFile {
  readonly data: DataFile;
  readonly name: string;
  readonly detection: Detection;
  readonly hints: FileNameHints;
  readonly survey: FileSurvey;
  readonly tally: StreamTally;
  readonly lines: number;
  readonly decimals: DecimalReader;
  readonly defaultSymbol: string | undefined;
  readonly timeFrame: string | undefined;
  /** The venue that the layout or the file name tells. */
  readonly venue: string | undefined;
  /** Symbol of the records that name none. */
  namelessSymbol: string | undefined;
}
