/** `chimera export`: `brain.db`, drawn from the journals, and a session's tables as CSV. */
import { resolve } from 'node:path';
import { cleanText } from '../../logs/index.ts';
import { openDataDir } from '../data-dir.ts';
import { CommandError, EXIT, type ExitCode } from '../exit-codes.ts';
import type { BrainDb } from '../stores/brain-db.ts';
import { projectBrain } from '../stores/brain-projection.ts';
import { FACT_TABLES, SESSIONS, type Table } from '../stores/brain-tables.ts';
import { csvHeader, csvRow } from '../stores/csv.ts';
import { makeFolder, refuseExisting, writeNewFile } from './new-folder.ts';
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
  if (csv !== undefined) refuseExisting(csv, '--csv');
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

/** Writes a file for each table, all of them or none. */
function writeFolder(database: BrainDb, session: string, folder: string): Record<string, number> {
  const fault = [...database.rows(SESSIONS, session)][0]?.fault;
  if (fault !== null) throw new CommandError(EXIT.verification, cleanText(`${session} cannot be exported: ${fault}`));
  return makeFolder(folder, (into) =>
    Object.fromEntries(FACT_TABLES.map((table) => [table.name, writeTable(database, table, session, into)])),
  );
}

/** @returns the number of rows. */
function writeTable(database: BrainDb, table: Table, session: string, folder: string): number {
  return writeNewFile(folder, `${table.name}.csv`, (put) => {
    let count = 0;
    put(csvHeader(table));
    for (const row of database.rows(table, session)) {
      put(csvRow(table, row));
      count++;
    }
    return count;
  });
}
