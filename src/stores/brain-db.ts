/** The file `brain.db`: made, opened and checked; rows are put in by statements that are prepared once. */
import { chmodSync, existsSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { cleanText } from '../../logs/index.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import {
  BRAIN_VERSION,
  type Cell,
  createStatement,
  type Row,
  TABLES,
  type Table,
  upsertStatement,
} from './brain-tables.ts';

const FILE_MODE = 0o600;
/** How long a reader of the file by other tools is waited for. */
const BUSY_MS = 5_000;
/** SQLite's code for a lock that somebody else holds. */
const SQLITE_BUSY = 5;

/** The open file. SQLite's own rollback journal makes every transaction whole or none. */
export class BrainDb {
  readonly path: string;
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  private constructor(path: string, database: DatabaseSync) {
    this.path = path;
    this.#database = database;
  }

  /** Makes an empty one, 0600, for whoever makes a file anew: nothing is synced, so it has to be before it gets its name. The file must not be there. */
  static create(path: string): BrainDb {
    writeFileSync(path, '', { mode: FILE_MODE, flag: 'wx' });
    const database = new DatabaseSync(path, { timeout: BUSY_MS });
    database.exec('PRAGMA synchronous = OFF');
    const made = new BrainDb(path, database);
    made.transaction(() => {
      for (const table of TABLES) database.exec(createStatement(table));
      database.exec(`PRAGMA user_version = ${BRAIN_VERSION}`);
    });
    return made;
  }

  /**
   * Opens one that is there, its mode set right. Throws a {@link CommandError} that says how to make it anew where it is
   * damaged or of another build: nothing is lost by that, for the journals are the truth.
   */
  static open(path: string): BrainDb {
    let database: DatabaseSync | undefined;
    try {
      if ((statSync(path).mode & 0o777 & ~FILE_MODE) !== 0) chmodSync(path, FILE_MODE);
      database = new DatabaseSync(path, { timeout: BUSY_MS });
      const check = database.prepare('PRAGMA quick_check(1)').get();
      if (check?.quick_check !== 'ok') refuse(path, `it is damaged (${String(check?.quick_check)})`);
      const version = database.prepare('PRAGMA user_version').get()?.user_version;
      if (version !== BRAIN_VERSION)
        refuse(path, `it is of version ${String(version)}, and this build's is ${BRAIN_VERSION}`);
      for (const { name } of TABLES) database.prepare(`SELECT 1 FROM ${name} LIMIT 1`).get();
      return new BrainDb(path, database);
    } catch (cause) {
      database?.close();
      if (cause instanceof CommandError) throw cause;
      const { errcode, message } = cause as Error & { errcode?: number };
      if (errcode !== undefined && (errcode & 0xff) === SQLITE_BUSY)
        throw new CommandError(EXIT.refused, `${path} is kept by another program: try again`);
      return refuse(path, `it is damaged (${message})`);
    }
  }

  /** Removes the file and what SQLite keeps beside it. */
  static remove(path: string): void {
    for (const name of [path, `${path}-journal`, `${path}-wal`, `${path}-shm`]) rmSync(name, { force: true });
  }

  static exists(path: string): boolean {
    return existsSync(path);
  }

  /** Runs `work` whole or not at all. */
  transaction(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#database.exec('COMMIT');
    } catch (cause) {
      this.#database.exec('ROLLBACK');
      throw cause;
    }
  }

  /** Puts a row in, or what is given of it over the one with its key. */
  put(table: Table, row: Row): void {
    const given = Object.keys(row);
    this.#statement(upsertStatement(table, given)).run(...Object.values(row));
  }

  /** Removes all rows of a session. */
  forget(session: string): void {
    for (const { name } of TABLES) this.#statement(`DELETE FROM ${name} WHERE session = ?`).run(session);
  }

  /** The rows of a table in the order of its key: all of them, or those of one session. */
  *rows(table: Table, session?: string): Generator<Record<string, Cell>> {
    const where = session === undefined ? '' : ' WHERE session = ?';
    const columns = Object.keys(table.columns).join(', ');
    const statement = this.#statement(`SELECT ${columns} FROM ${table.name}${where} ORDER BY ${table.key.join(', ')}`);
    for (const row of statement.iterate(...(session === undefined ? [] : [session]))) {
      yield row as Record<string, Cell>;
    }
  }

  count(table: Table): number {
    return Number(this.#statement(`SELECT count(*) AS n FROM ${table.name}`).get()?.n);
  }

  close(): void {
    this.#database.close();
  }

  #statement(text: string): StatementSync {
    const known = this.#statements.get(text);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(text);
    this.#statements.set(text, statement);
    return statement;
  }
}

function refuse(path: string, reason: string): never {
  const text = `${path}: ${reason}; chimera export --rebuild makes it anew from the journals`;
  throw new CommandError(EXIT.badInput, cleanText(text));
}
