/** Cuts a stream of text into lines. */

export class LineBuffer {
  readonly #longest: number;
  #pending = '';

  /** Lines of more than `longest` UTF-16 units are refused. */
  constructor(longest: number) {
    this.#longest = longest;
  }

  /** Takes text in. @returns the lines that are whole now; undefined when one is too long. */
  push(text: string): string[] | undefined {
    const parts = (this.#pending + text).split('\n');
    this.#pending = parts.pop() ?? '';
    const tooLong = this.#pending.length > this.#longest || parts.some((line) => line.length > this.#longest);
    return tooLong ? undefined : parts;
  }
}
