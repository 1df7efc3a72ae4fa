/** `chimera import FILES… --out NAME`: recorded market data into a session that replay can fold. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { InstrumentKind } from '../../engine/domain/index.ts';
import { JournalError, PARTIAL_SUFFIX, SessionWriter } from '../../logs/index.ts';
import { BUILD } from '../build-info.ts';
import { openDataDir } from '../data-dir.ts';
import { CommandError, EXIT, type ExitCode } from '../exit-codes.ts';
import { importFiles } from '../importers/import.ts';
import { ImportError } from '../importers/import-error.ts';
import type { FormatName, ImportHeader, ImportProgress, ImportResult, ImportSink } from '../importers/types.ts';
import { lockImport } from '../session-writers.ts';
import { printJson, printLine, tell } from './output.ts';
import { progressLine } from './progress.ts';

export interface ImportArguments {
  readonly dataDir: string;
  readonly files: readonly string[];
  readonly out: string;
  readonly instruments: string | undefined;
  readonly format: FormatName | undefined;
  readonly symbol: string | undefined;
  readonly market: InstrumentKind | undefined;
  readonly timeFrame: string | undefined;
  readonly maxBadShare: number | undefined;
  readonly json: boolean;
}

export async function runImport(args: ImportArguments): Promise<ExitCode> {
  const dir = openDataDir(args.dataDir);
  if (existsSync(join(dir.sessions, args.out))) {
    throw new CommandError(EXIT.usage, `session ${args.out} exists; nothing is overwritten, choose another --out`);
  }
  const lock = lockImport(dir, args.out, new Date().toISOString());
  const target: { writer?: SessionWriter } = {};
  const progress = progressLine({ json: args.json });
  const interrupted = (): void => {
    target.writer?.abort();
    lock.release();
    tell('import interrupted: nothing was kept');
    process.exit(130);
  };
  process.on('SIGINT', interrupted).on('SIGTERM', interrupted);
  try {
    const result = await importFiles({
      files: args.files,
      instrumentsFile: args.instruments,
      format: args.format,
      symbol: args.symbol,
      market: args.market,
      timeFrame: args.timeFrame,
      maxBadLineShare: args.maxBadShare,
      openSink: (header) => openSink(header, dir.sessions, args.out, target),
      onProgress: (done) => progress.at(progressText(done)),
      nowMs: () => performance.now(),
    });
    progress.done();
    finish(target.writer, result);
    report(result, args);
    return EXIT.done;
  } catch (cause) {
    if (cause instanceof ImportError) throw new CommandError(EXIT.badInput, cause.message);
    if (cause instanceof JournalError) {
      target.writer?.abort();
      throw new CommandError(EXIT.fault, cause.message);
    }
    throw cause;
  } finally {
    progress.done();
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    lock.release();
  }
}

function openSink(
  header: ImportHeader,
  sessions: string,
  name: string,
  target: { writer?: SessionWriter },
): ImportSink {
  removeRemains(join(sessions, name + PARTIAL_SUFFIX), name);
  target.writer = SessionWriter.create(sessions, name, {
    kind: 'import',
    createdAt: new Date().toISOString(),
    venue: header.venue,
    accountCurrency: header.accountCurrency,
    instruments: [...header.instruments],
    barIntervalUs: header.barIntervalUs,
    build: BUILD,
    nodeVersion: process.version,
  });
  return target.writer;
}

/** What an importer left that died: nobody else holds its lock, so nobody writes there any more. */
function removeRemains(directory: string, name: string): void {
  if (!existsSync(directory)) return;
  const files = readdirSync(directory).length;
  tell(`an earlier import of ${name} broke off: its ${files} files are removed, and it begins anew`);
  rmSync(directory, { recursive: true, force: true });
}

function finish(writer: SessionWriter | undefined, result: ImportResult): void {
  writer?.finish({
    instruments: [...result.instruments],
    source: {
      recorderOffsetUs: result.recorderOffsetUs,
      files: result.files.map(({ name, bytes, sha256, format, lines, records, badLines, ignored }) => ({
        name,
        bytes,
        sha256,
        format,
        lines,
        records,
        badLines,
        ignored: { ...ignored },
      })),
    },
  });
}

function progressText({ file, bytesRead, bytesTotal, rate, etaMs }: ImportProgress): string {
  const percent = bytesTotal > 0 ? ((bytesRead / bytesTotal) * 100).toFixed(0) : '?';
  return `${percent} %  ${Math.round(rate).toLocaleString('en-GB')} lines/s  ${(etaMs / 1000).toFixed(0)} s left  ${file}`;
}

function report(result: ImportResult, args: ImportArguments): void {
  if (args.json) {
    printJson({ session: args.out, ...result });
    return;
  }
  const line = (text: string): void => void printLine(`${text}`);
  line(`session ${args.out}: ${result.inputs} inputs, bars of ${result.barIntervalUs / 1e6} s`);
  for (const file of result.files) {
    const ignored = Object.entries(file.ignored).map(([kind, count]) => `${count} ${kind}`);
    line(
      `  ${file.name}: ${file.format}, ${file.lines} lines, ${file.records} inputs, ${file.badLines} bad${ignored.length > 0 ? `; left out: ${ignored.join(', ')}` : ''}`,
    );
    for (const bad of file.firstBad) line(`    line ${bad.line}: ${bad.reason}`);
    for (const note of file.notes) line(`    ${note}`);
  }
  for (const series of result.series) {
    const counts = Object.entries(series.counts).map(([kind, count]) => `${count} ${kind}`);
    const faults = [
      series.sequenceBreaks > 0 ? `${series.sequenceBreaks} sequence breaks` : '',
      series.missingBars > 0 ? `${series.missingBars} bars missing` : '',
    ].filter((text) => text !== '');
    line(`  ${series.symbol}: ${[...counts, ...faults].join(', ')}`);
  }
  for (const spec of result.instruments) {
    if (spec.inferred)
      line(
        `  ${spec.symbol}: tick ${spec.tickSize} and lot ${spec.lotSize} inferred from the data; give --instruments for the venue's own`,
      );
  }
  if (result.recorderOffsetUs !== 0)
    line(`  the recorder's clock was set right by ${result.recorderOffsetUs / 1000} ms`);
  line(`open it: chimera replay ${args.out}`);
}
