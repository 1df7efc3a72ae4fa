/** Reads every file of an import once, and refuses those that no session can be made of. */
import type { ClockSample } from './calibrate.ts';
import { detectFormat } from './detect.ts';
import { fileNameHints } from './file-name.ts';
import { FilePass } from './file-pass.ts';
import { type DataFile, openDataFile, readBytes, type StreamTally } from './file-stream.ts';
import { venueOfFormat } from './formats.ts';
import { ImportError } from './import-error.ts';
import { ProgressMeter } from './progress.ts';
import { FileSurvey } from './survey.ts';
import { MOST_BARS, refuseBadShare, SurveyLimits } from './survey-limits.ts';
import type { SurveyedFile } from './surveyed-file.ts';
import { grouped } from './text.ts';
import { DEFAULT_MAX_BAD_LINE_SHARE, type ImportOptions } from './types.ts';

const HEAD_BYTES = 1 << 17;

/** The share of bad lines that the caller allows. */
export function maxShareOf(options: ImportOptions): number {
  return options.maxBadLineShare ?? DEFAULT_MAX_BAD_LINE_SHARE;
}

/** Surveys the files in the order given; refuses bad ones. */
export async function surveyFiles(
  options: ImportOptions,
  clock: ClockSample,
  knowsSymbol: (symbol: string) => boolean,
): Promise<{ files: SurveyedFile[]; meter: ProgressMeter }> {
  if (options.files.length === 0) throw new ImportError('import', undefined, 'no file is given');
  const opened: DataFile[] = [];
  for (const path of options.files) opened.push(await openDataFile(path));
  const bytes = opened.reduce((sum, file) => sum + file.size, 0);
  const meter = new ProgressMeter(bytes, options.onProgress, options.nowMs);
  const files: SurveyedFile[] = [];
  let bars = 0;
  for (const data of opened) {
    const file = await surveyFile(data, options, clock, knowsSymbol, meter, MOST_BARS - bars);
    bars += file.survey.bars;
    refuseBadShare(file.name, file.survey, file.lines, maxShareOf(options));
    refuseEmpty(file);
    refuseTwin(file, files);
    files.push(file);
  }
  return { files, meter };
}

async function surveyFile(
  data: DataFile,
  options: ImportOptions,
  clock: ClockSample,
  knowsSymbol: (symbol: string) => boolean,
  meter: ProgressMeter,
  barsLeft: number,
): Promise<SurveyedFile> {
  const hints = fileNameHints(data.name);
  const detection = detectFormat(await readHead(data), options.format);
  const survey = new FileSurvey(clock);
  const defaultSymbol = options.symbol ?? hints.symbol;
  const input = { data, detection, hints, defaultSymbol, timeFrame: options.timeFrame };
  const pass = new FilePass(input, survey, knowsSymbol);
  const { reader } = pass;
  const limits = new SurveyLimits(data.name, maxShareOf(options), barsLeft);
  try {
    let bytes = 0;
    let lines = 0;
    for (let more = true; more; ) {
      more = await pass.advance();
      meter.add(data.name, reader.tally.bytes - bytes, reader.lines - lines);
      bytes = reader.tally.bytes;
      lines = reader.lines;
      limits.check(reader, survey);
    }
  } finally {
    await reader.close();
  }
  const venue = hints.venue ?? venueOfFormat(detection.format);
  const { decimals } = pass;
  return {
    ...input,
    name: data.name,
    survey,
    tally: reader.tally,
    lines: reader.lines,
    decimals,
    venue,
    namelessSymbol: undefined,
  };
}

async function readHead(data: DataFile) {
  const tally: StreamTally = { bytes: 0, unpackedBytes: 0, sha256: '' };
  let text = '';
  for await (const chunk of readBytes(data, tally)) {
    text += chunk.toString('latin1');
    if (text.length >= HEAD_BYTES) break;
  }
  return { name: data.name, text, cutOff: tally.sha256 === '' };
}

function refuseEmpty(file: SurveyedFile): void {
  if (file.survey.events > 0) return;
  const kinds = Object.entries(file.survey.ignored.toRecord()).map(([kind, count]) => `${kind} ${grouped(count)}`);
  throw new ImportError(file.name, undefined, `holds nothing to import (${kinds.join(', ') || 'no line at all'})`);
}

function refuseTwin(file: SurveyedFile, earlier: readonly SurveyedFile[]): void {
  const twin = earlier.find((other) => other.tally.sha256 === file.tally.sha256);
  if (twin !== undefined) throw new ImportError(file.name, undefined, `holds the same bytes as ${twin.name}`);
}
