/** Places in a recorded session that an operator wants to come back to, in `bookmarks.json` beside its journal. */
import { join } from 'node:path';
import { z } from 'zod';
import { cleanText } from '../../logs/index.ts';
import { JsonStore, type StoreFormat, type StoreOptions } from './json-store.ts';

export const MOST_BOOKMARKS = 200;
export const LONGEST_NOTE = 64;

const bookmarkSchema = z.strictObject({
  /** Inputs of the recording that come before it. */
  cursor: z.int().nonnegative(),
  note: z.string().max(LONGEST_NOTE).transform(cleanText),
});
export type Bookmark = z.infer<typeof bookmarkSchema>;

const fileSchema = z.strictObject({
  formatVersion: z.literal(1),
  bookmarks: z.array(bookmarkSchema).max(MOST_BOOKMARKS),
});
type BookmarkFile = z.infer<typeof fileSchema>;

const BOOKMARK_FORMAT: StoreFormat<BookmarkFile> = {
  what: 'list of bookmarks',
  version: 1,
  schema: fileSchema,
  migrations: {},
  initial: () => ({ formatVersion: 1, bookmarks: [] }),
};

/** By place, one for each. All of it throws a `CommandError` in one line where the file is damaged. */
export class BookmarkStore {
  readonly #store: JsonStore<BookmarkFile>;

  constructor(sessionFolder: string, options: StoreOptions = {}) {
    this.#store = new JsonStore(join(sessionFolder, 'bookmarks.json'), BOOKMARK_FORMAT, options);
  }

  all(): readonly Bookmark[] {
    return this.#store.read().bookmarks;
  }

  /** In the place of one that is there already. @returns all; the same ones when there is no room for another. */
  keep(bookmark: Bookmark): readonly Bookmark[] {
    return this.#change(
      (others) => (others.length < MOST_BOOKMARKS ? [...others, bookmark] : undefined),
      bookmark.cursor,
    );
  }

  remove(cursor: number): readonly Bookmark[] {
    return this.#change((others) => others, cursor);
  }

  #change(change: (others: Bookmark[]) => Bookmark[] | undefined, cursor: number): readonly Bookmark[] {
    const { bookmarks } = this.#store.update((file) => {
      const changed = change(file.bookmarks.filter((each) => each.cursor !== cursor)) ?? file.bookmarks;
      return { formatVersion: 1, bookmarks: changed.sort((a, b) => a.cursor - b.cursor) };
    });
    return bookmarks;
  }
}
