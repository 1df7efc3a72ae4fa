/** Category sets of one tree, from lists of their members to bits, refused before they grow beyond what a forest may have. */
import { demand, LIMIT } from './forest-builder.ts';

export class CategoryCollector {
  readonly sets: Uint32Array[] = [];
  readonly #where: string;
  #words = 0;

  constructor(where: string) {
    this.#where = where;
  }

  /** Adds a set and returns its number. */
  add(members: ArrayLike<number>): number {
    let most = -1;
    for (let i = 0; i < members.length; i++) {
      const category = members[i]!;
      const isCategory = Number.isInteger(category) && category >= 0 && category < LIMIT.categories;
      demand(isCategory, `no category ${category}`, this.#where);
      most = Math.max(most, category);
    }
    const count = Math.floor(most / 32) + 1;
    // A few bytes can name a category far up, and many sets the same one.
    this.#words += count;
    demand(this.#words <= LIMIT.categoryWords, 'category sets too large', this.#where);
    const words = new Uint32Array(count);
    for (let i = 0; i < members.length; i++) {
      const category = members[i]!;
      const word = Math.floor(category / 32);
      words[word] = words[word]! | (1 << (category % 32));
    }
    this.sets.push(words);
    return this.sets.length - 1;
  }
}
