/** The refusal of an import: one line that names the file, the line and the reason. */
import { cleanText } from '../../logs/index.ts';

const LONGEST_REASON = 300;

/** Thrown when files cannot be imported. Nothing of the import is left behind. */
export class ImportError extends Error {
  override readonly name = 'ImportError';
  /** Bad input data. */
  readonly exitCode = 3;
  readonly file: string;
  readonly line: number | undefined;
  readonly reason: string;

  constructor(file: string, line: number | undefined, reason: string) {
    const cleanReason = cleanText(reason).slice(0, LONGEST_REASON);
    const cleanFile = cleanText(file);
    super(`${cleanFile}${line === undefined ? '' : `, line ${line}`}: ${cleanReason}`);
    this.file = cleanFile;
    this.line = line;
    this.reason = cleanReason;
  }
}
