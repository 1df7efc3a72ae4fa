/** Bookmarks beside a session: one for each place, in order, and never at the cost of those that are there. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BookmarkStore, LONGEST_NOTE, MOST_BOOKMARKS } from '../../../src/stores/bookmark-store.ts';
import { temporaryFolder } from '../../fixtures/temporary.ts';

test('are kept by place, replaced and removed', () => {
  const folder = temporaryFolder('bookmarks');
  const store = new BookmarkStore(folder);
  expect(store.all()).toEqual([]);
  store.keep({ cursor: 700, note: 'late' });
  store.keep({ cursor: 5, note: '' });
  expect(store.keep({ cursor: 700, note: 'too late' })).toEqual([
    { cursor: 5, note: '' },
    { cursor: 700, note: 'too late' },
  ]);
  const again = new BookmarkStore(folder);
  expect(again.remove(5)).toEqual([{ cursor: 700, note: 'too late' }]);
  expect(again.remove(5)).toEqual([{ cursor: 700, note: 'too late' }]);
  expect(store.all()).toEqual(again.all());
  expect(statSync(join(folder, 'bookmarks.json')).mode & 0o777).toBe(0o600);
});

test('the one that is too many is not kept, and none of the others goes', () => {
  const store = new BookmarkStore(temporaryFolder('bookmarks'));
  for (let cursor = 0; cursor < MOST_BOOKMARKS; cursor++) store.keep({ cursor, note: `${cursor}` });
  const all = store.keep({ cursor: MOST_BOOKMARKS, note: 'one more' });
  expect(all.map(({ cursor }) => cursor)).toEqual(Array.from({ length: MOST_BOOKMARKS }, (_, i) => i));
  expect(store.keep({ cursor: 7, note: 'anew' })[7]).toEqual({ cursor: 7, note: 'anew' });
});

test('hostile notes are cleaned, and a damaged file is refused and left as it is', () => {
  const folder = temporaryFolder('bookmarks');
  const store = new BookmarkStore(folder);
  expect(store.keep({ cursor: 1, note: 'a\u001b[2Jb\u202Ec' })[0]?.note).not.toMatch(/\p{C}/u);
  expect(() => store.keep({ cursor: 2, note: 'x'.repeat(LONGEST_NOTE + 1) })).toThrow();
  const file = join(folder, 'bookmarks.json');
  writeFileSync(file, '{"formatVersion":1,"bookmarks":[{"cursor":-1,"note":""}]}');
  expect(() => store.all()).toThrow('refused and left as it is');
  expect(() => store.keep({ cursor: 2, note: '' })).toThrow('refused and left as it is');
  expect(readFileSync(file, 'utf8')).toContain('-1');
});
