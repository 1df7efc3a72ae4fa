/** `chimera export`: `brain.db`, drawn from the journals, and a session's tables as CSV. */
import { closeSync, existsSync, fsyncSync, mkdtempSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { cleanText, systemFiles } from '../../logs/index.ts';
import { openDataDir } from '../data-dir.ts';
import { CommandError, EXIT, type ExitCode } from '../exit-codes.ts';
import type { BrainDb } from '../stores/brain-db.ts';
import { projectBrain } from '../stores/brain-projection.ts';
import { FACT_TABLES, SESSIONS, type Table } from '../stores/brain-tables.ts';
import { csvHeader, csvRow } from '../stores/csv.ts';
import { printJson, printSummary, tell } from './output.ts';
import { progressLine } from './progress.ts';
import { sessionDirectory } from './session-files.ts';

export interface ExportArguments {
  readonly dataDir: string;
  readonly json: boolean;
  readonly session: string | undefined;
  /** Folder that is made for the files. */
  readonly csv: string | undefined;
  readonly rebuild: boolean;
}

export function runExport(args: ExportArguments): ExitCode {
  const { session, csv } = args;
  if ((session === undefined) !== (csv === undefined))
    throw new CommandError(EXIT.usage, 'a session is exported into a folder: chimera export SESSION --csv FOLDER');
  if (session !== undefined) sessionDirectory(args.dataDir, session);
  if (csv !== undefined && existsSync(csv))
    throw new CommandError(EXIT.usage, `${csv} exists; nothing is overwritten, choose another --csv`);
  const dir = openDataDir(args.dataDir);
  const progress = progressLine({ json: args.json });
  const database = projectBrain(dir, args.rebuild, { onSession: (name) => progress.at(`reading ${name}`) });
  progress.done();
  try {
    for (const { session: name, fault } of database.rows(SESSIONS)) {
      if (fault !== null) tell(cleanText(`${String(name)} is left out: ${String(fault)}`));
    }
    if (session === undefined || csv === undefined) reportDatabase(database, args.json);
    else reportFiles(session, csv, writeFolder(database, session, csv), args.json);
    return EXIT.done;
  } finally {
    database.close();
  }
}

function reportDatabase(database: BrainDb, json: boolean): void {
  const rows = Object.fromEntries([SESSIONS, ...FACT_TABLES].map((table) => [table.name, database.count(table)]));
  if (json) printJson({ file: database.path, rows });
  else printSummary(`${database.path} holds`, rows);
}

function reportFiles(session: string, folder: string, rows: Record<string, number>, json: boolean): void {
  if (json) printJson({ session, folder: resolve(folder), rows });
  else printSummary(cleanText(`${session} in ${folder}`), rows);
}

/** Writes a file for each table, all of them or none: the folder gets its name when they are on the disk. */
function writeFolder(database: BrainDb, session: string, folder: string): Record<string, number> {
  const fault = [...database.rows(SESSIONS, session)][0]?.fault;
  if (fault !== null) throw new CommandError(EXIT.verification, cleanText(`${session} cannot be exported: ${fault}`));
  let partial: string | undefined;
  try {
    partial = mkdtempSync(`${resolve(folder)}.partial-`);
    const into = partial;
    const rows = FACT_TABLES.map((table) => [table.name, writeTable(database, table, session, into)] as const);
    systemFiles.syncDirectory(partial);
    renameSync(partial, folder);
    systemFiles.syncDirectory(dirname(resolve(folder)));
    return Object.fromEntries(rows);
  } catch (cause) {
    if (partial !== undefined) rmSync(partial, { recursive: true, force: true });
    throw new CommandError(EXIT.fault, cleanText(`cannot write ${folder}: ${(cause as Error).message}`));
  }
}

/** @returns the number of rows. */
function writeTable(database: BrainDb, table: Table, session: string, folder: string): number {
  const descriptor = openSync(join(folder, `${table.name}.csv`), 'wx', 0o600);
  try {
    let count = 0;
    writeSync(descriptor, csvHeader(table));
    for (const row of database.rows(table, session)) {
      writeSync(descriptor, csvRow(table, row));
      count++;
    }
    fsyncSync(descriptor);
    return count;
  } finally {
    closeSync(descriptor);
  }
}
