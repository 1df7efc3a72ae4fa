/** One pass over the lines of a file: reader, parser and guard put together. */
import { DecimalReader } from './decimals.ts';
import type { Detection } from './detect.ts';
import type { FileNameHints } from './file-name.ts';
import type { DataFile } from './file-stream.ts';
import { createParser, framingOf } from './formats.ts';
import { EventGuard } from './guard.ts';
import { LineReader } from './line-reader.ts';
import type { EventHandler, LineParser } from './market-event.ts';

/** What a pass needs to know of a file. */
export interface PassInput {
  readonly data: DataFile;
  readonly detection: Detection;
  readonly hints: FileNameHints;
  readonly defaultSymbol: string | undefined;
  readonly timeFrame: string | undefined;
}

/** Reads a file from its beginning; what its lines say goes to the handler, as `advance` is called. */
export class FilePass {
  readonly decimals = new DecimalReader();
  readonly reader: LineReader;
  readonly #parser: LineParser;

  constructor(input: PassInput, handler: EventHandler, knowsSymbol: (symbol: string) => boolean) {
    const { data, detection, hints, defaultSymbol, timeFrame } = input;
    const guard = new EventGuard(handler, knowsSymbol);
    const parser = createParser(detection.format, {
      name: data.name,
      handler: guard,
      decimals: this.decimals,
      hints,
      layout: detection.layout,
      defaultSymbol,
      timeFrame,
    });
    this.#parser = parser;
    this.reader = new LineReader(data, framingOf(detection.format), {
      line: (text, line) => parser.line(text, line),
      unreadable: (line, reason) => guard.bad(line, reason),
    });
  }

  /** Reads the next piece; false when the file has ended. */
  async advance(): Promise<boolean> {
    const more = await this.reader.advance();
    if (!more) this.#parser.end();
    return more;
  }
}
