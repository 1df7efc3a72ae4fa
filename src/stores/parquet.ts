/** Tables as Apache Parquet (format of github.com/apache/parquet-format): plain pages, uncompressed, one for each column and row group. */
import { CompactWriter, FIELD } from './thrift-compact.ts';

const MAGIC = Buffer.from('PAR1');
/** Values of the format's enumerations. */
const TYPE = { int64: 2, double: 5, byteArray: 6 } as const;
const REPETITION = { required: 0, optional: 1 } as const;
const CONVERTED = { utf8: 0, timestampMicros: 10 } as const;
const PLAIN = 0;
const RLE = 3;
const UNCOMPRESSED = 0;
const DATA_PAGE = 0;
const ROWS_PER_GROUP = 8_192;

/** time: whole µs since 1970 · text · number: a double that may be missing. */
export interface ParquetColumn {
  readonly name: string;
  readonly kind: 'time' | 'text' | 'number';
}
export type ParquetValue = number | string | undefined;

interface Chunk {
  readonly column: ParquetColumn;
  readonly offset: number;
  readonly bytes: number;
  readonly rows: number;
}
type RowGroup = readonly Chunk[];

const physical = ({ kind }: ParquetColumn): number =>
  kind === 'time' ? TYPE.int64 : kind === 'text' ? TYPE.byteArray : TYPE.double;

/** Writes one file, a row group in memory at a time. Only a number may be missing. */
export class ParquetFile {
  readonly #columns: readonly ParquetColumn[];
  readonly #write: (bytes: Uint8Array) => void;
  readonly #groups: RowGroup[] = [];
  #rows: ParquetValue[][] = [];
  #offset = 0;

  constructor(columns: readonly ParquetColumn[], write: (bytes: Uint8Array) => void) {
    this.#columns = columns;
    this.#write = write;
    this.#put(MAGIC);
  }

  /** One value for each column, in their order. */
  row(values: ParquetValue[]): void {
    this.#rows.push(values);
    if (this.#rows.length === ROWS_PER_GROUP) this.#endGroup();
  }

  /** Ends the file, with texts about it that readers show. */
  finish(metadata: Readonly<Record<string, string>>): void {
    if (this.#rows.length > 0) this.#endGroup();
    const footer = footerOf(this.#columns, this.#groups, metadata);
    this.#put(footer);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(footer.byteLength);
    this.#put(length);
    this.#put(MAGIC);
  }

  #endGroup(): void {
    const rows = this.#rows;
    this.#rows = [];
    this.#groups.push(
      this.#columns.map((column, i) => {
        const page = pageOf(
          column,
          rows.map((row) => row[i]),
        );
        const header = pageHeader(page.byteLength, rows.length);
        const offset = this.#offset;
        this.#put(header);
        this.#put(page);
        return { column, offset, bytes: header.byteLength + page.byteLength, rows: rows.length };
      }),
    );
  }

  #put(bytes: Uint8Array): void {
    this.#write(bytes);
    this.#offset += bytes.byteLength;
  }
}

/** Definition levels of a column that may miss values, then the values that are there. */
function pageOf({ kind }: ParquetColumn, values: readonly ParquetValue[]): Buffer {
  if (kind === 'text') return Buffer.concat(values.map((value) => lengthAndText(String(value))));
  if (kind === 'time') {
    const bytes = Buffer.alloc(values.length * 8);
    for (const [i, value] of values.entries()) bytes.writeBigInt64LE(BigInt(value as number), i * 8);
    return bytes;
  }
  const known = values.filter((value): value is number => value !== undefined);
  const bytes = Buffer.alloc(known.length * 8);
  for (const [i, value] of known.entries()) bytes.writeDoubleLE(value, i * 8);
  return Buffer.concat([levelsOf(values), bytes]);
}

function lengthAndText(text: string): Buffer {
  const body = Buffer.from(text, 'utf8');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(body.byteLength);
  return Buffer.concat([length, body]);
}

/** A bit for each value, 1 where it is there, as one bit-packed run of the hybrid encoding, behind its length. */
function levelsOf(values: readonly ParquetValue[]): Buffer {
  const groups = Math.ceil(values.length / 8);
  const header: number[] = [];
  for (let rest = groups * 2 + 1; ; rest >>>= 7) {
    header.push(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest);
    if (rest <= 0x7f) break;
  }
  const bits = Buffer.alloc(groups);
  for (const [i, value] of values.entries()) if (value !== undefined) bits[i >> 3]! |= 1 << (i & 7);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length + groups);
  return Buffer.concat([length, Buffer.from(header), bits]);
}

function pageHeader(bytes: number, rows: number): Buffer {
  const w = new CompactWriter();
  w.integer(1, FIELD.i32, DATA_PAGE);
  w.integer(2, FIELD.i32, bytes);
  w.integer(3, FIELD.i32, bytes);
  w.struct(5, () => {
    w.integer(1, FIELD.i32, rows);
    w.integer(2, FIELD.i32, PLAIN);
    w.integer(3, FIELD.i32, RLE);
    w.integer(4, FIELD.i32, RLE);
  });
  return w.finish();
}

function footerOf(
  columns: readonly ParquetColumn[],
  groups: readonly RowGroup[],
  metadata: Readonly<Record<string, string>>,
): Buffer {
  const w = new CompactWriter();
  w.integer(1, FIELD.i32, 1);
  w.list(2, FIELD.struct, [undefined, ...columns], (column) => schemaElement(w, column, columns.length));
  w.integer(
    3,
    FIELD.i64,
    groups.reduce((sum, [chunk]) => sum + (chunk?.rows ?? 0), 0),
  );
  w.list(4, FIELD.struct, groups, (group) =>
    w.members(() => {
      w.list(1, FIELD.struct, group, (chunk) => columnChunk(w, chunk));
      w.integer(
        2,
        FIELD.i64,
        group.reduce((sum, { bytes }) => sum + bytes, 0),
      );
      w.integer(3, FIELD.i64, group[0]?.rows ?? 0);
    }),
  );
  w.list(5, FIELD.struct, Object.entries(metadata), ([key, value]) =>
    w.members(() => {
      w.text(1, key);
      w.text(2, value);
    }),
  );
  w.text(6, 'chimera');
  return w.finish();
}

/** Without a column it is the root. */
function schemaElement(w: CompactWriter, column: ParquetColumn | undefined, children: number): void {
  w.members(() => {
    if (column === undefined) {
      w.text(4, 'schema');
      w.integer(5, FIELD.i32, children);
      return;
    }
    const { kind } = column;
    w.integer(1, FIELD.i32, physical(column));
    w.integer(3, FIELD.i32, kind === 'number' ? REPETITION.optional : REPETITION.required);
    w.text(4, column.name);
    if (kind === 'text') w.integer(6, FIELD.i32, CONVERTED.utf8);
    if (kind === 'time') w.integer(6, FIELD.i32, CONVERTED.timestampMicros);
  });
}

function columnChunk(w: CompactWriter, { column, offset, bytes, rows }: Chunk): void {
  w.members(() => {
    w.integer(2, FIELD.i64, offset);
    w.struct(3, () => {
      w.integer(1, FIELD.i32, physical(column));
      w.list(2, FIELD.i32, [PLAIN, RLE], (encoding) => w.bare(encoding));
      w.list(3, FIELD.binary, [column.name], (name) => w.bareText(name));
      w.integer(4, FIELD.i32, UNCOMPRESSED);
      w.integer(5, FIELD.i64, rows);
      w.integer(6, FIELD.i64, bytes);
      w.integer(7, FIELD.i64, bytes);
      w.integer(9, FIELD.i64, offset);
    });
  });
}
