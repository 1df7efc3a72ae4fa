/** Thrift's compact protocol, as far as writing the metadata of Parquet takes it: whole numbers from 0, texts, lists and structs. */

/** Types of fields and of elements of lists. */
export const FIELD = { i32: 5, i64: 6, binary: 8, list: 9, struct: 12 } as const;

export class CompactWriter {
  readonly #bytes: number[] = [];
  /** Number of the last field in the struct that is being written. */
  #last = 0;

  integer(id: number, type: 5 | 6, value: number): void {
    this.#field(id, type);
    this.bare(value);
  }

  text(id: number, value: string): void {
    this.#field(id, FIELD.binary);
    this.bareText(value);
  }

  struct(id: number, write: () => void): void {
    this.#field(id, FIELD.struct);
    this.members(write);
  }

  list<T>(id: number, type: number, elements: readonly T[], write: (element: T) => void): void {
    this.#field(id, FIELD.list);
    if (elements.length < 15) this.#bytes.push((elements.length << 4) | type);
    else {
      this.#bytes.push(0xf0 | type);
      this.#varint(elements.length);
    }
    for (const element of elements) write(element);
  }

  /** A struct without a field of its own, such as an element of a list. */
  members(write: () => void): void {
    const outer = this.#last;
    this.#last = 0;
    write();
    this.#bytes.push(0);
    this.#last = outer;
  }

  /** A whole number from 0 as an element of a list: the zigzag of it is twice as much. */
  bare(value: number): void {
    this.#varint(value * 2);
  }

  bareText(value: string): void {
    const body = Buffer.from(value, 'utf8');
    this.#varint(body.byteLength);
    for (const byte of body) this.#bytes.push(byte);
  }

  /** Ends the outermost struct. */
  finish(): Buffer {
    this.#bytes.push(0);
    return Buffer.from(this.#bytes);
  }

  #field(id: number, type: number): void {
    // Fields are written in ascending order, fewer than 16 apart.
    this.#bytes.push(((id - this.#last) << 4) | type);
    this.#last = id;
  }

  #varint(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      this.#bytes.push((rest % 128) | 0x80);
      rest = Math.floor(rest / 128);
    }
    this.#bytes.push(rest);
  }
}
