/**
 * Fuzzy search: a text matches when it has the letters that were typed, in their order. Of all ways to find them the
 * best counts: a letter at the start of a word or right behind the one before is worth most, letters passed over cost.
 */

const WORTH = 16;
/** For each letter passed over, before the first one too. */
const GAP = 1;

export interface FuzzyMatch {
  /** 2: the text is what was typed · 1: it begins so · 0: the letters are in it. */
  readonly exactness: 0 | 1 | 2;
  readonly score: number;
  /** Places of the letters, in code points of the text. */
  readonly places: readonly number[];
}

/** Letters as they are compared: case and the mark between two words make no difference. */
const folded = (text: string): readonly string[] => [...text].map((letter) => (letter === '-' ? ' ' : fold(letter)));
const fold = (letter: string): string => letter.toLowerCase();

/** How `typed` is found in `text`, or undefined. Blanks in `typed` are passed over; nothing is found everywhere. */
export function fuzzyMatch(typed: string, text: string): FuzzyMatch | undefined {
  const whole = folded(typed.trim());
  const wanted = whole.filter((letter) => letter !== ' ');
  const letters = folded(text);
  if (!isSubsequence(wanted, letters)) return undefined;
  const begins = whole.every((letter, at) => letters[at] === letter);
  const exactness = !begins || wanted.length === 0 ? 0 : whole.length === letters.length ? 2 : 1;
  return { exactness, ...bestWay(wanted, letters) };
}

/** Negative when the first is the better match. */
export function compareMatches(a: FuzzyMatch, b: FuzzyMatch): number {
  return b.exactness - a.exactness || b.score - a.score;
}

function isSubsequence(wanted: readonly string[], letters: readonly string[]): boolean {
  let found = 0;
  for (const letter of letters) if (letter === wanted[found]) found++;
  return found >= wanted.length;
}

const isWordStart = (letters: readonly string[], at: number): boolean =>
  at === 0 || !/[\p{L}\p{N}]/u.test(letters[at - 1] ?? '');

/** The best way to find the letters up to one that was found at a place. */
interface Way {
  readonly score: number;
  readonly at: number;
  readonly before: Way | undefined;
}

/** A way that ends further back, and its score with the letters passed over since. */
interface Jump {
  readonly way: Way;
  readonly score: number;
}

/** For each letter that was typed a row of ways, by the place where it is found. */
function bestWay(wanted: readonly string[], letters: readonly string[]): Pick<FuzzyMatch, 'score' | 'places'> {
  let row: ReadonlyArray<Way | undefined> = [];
  wanted.forEach((letter, index) => {
    const next: Array<Way | undefined> = [];
    let jump: Jump | undefined;
    letters.forEach((each, at) => {
      const near = at === 0 ? undefined : row[at - 1];
      const start = isWordStart(letters, at) ? WORTH : 0;
      if (each === letter)
        next[at] = index === 0 ? { score: start - GAP * at, at, before: undefined } : further(at, start, near, jump);
      jump = bestJump(jump, near);
    });
    row = next;
  });
  const best = row.reduce<Way | undefined>((found, way) => better(found, way), undefined);
  const places: number[] = [];
  for (let way = best; way !== undefined; way = way.before) places.unshift(way.at);
  return { score: best?.score ?? 0, places };
}

/** Right behind the letter before, or with a gap. */
function further(at: number, start: number, near: Way | undefined, jump: Jump | undefined): Way | undefined {
  return better(
    near === undefined ? undefined : { score: near.score + WORTH, at, before: near },
    jump === undefined ? undefined : { score: jump.score + start, at, before: jump.way },
  );
}

/** With one more letter passed over. */
function bestJump(jump: Jump | undefined, near: Way | undefined): Jump | undefined {
  const older = jump === undefined ? undefined : { ...jump, score: jump.score - GAP };
  const newer = near === undefined ? undefined : { way: near, score: near.score - GAP };
  return better(older, newer);
}

/** The first of two that are as good. */
function better<T extends { readonly score: number }>(a: T | undefined, b: T | undefined): T | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return b.score > a.score ? b : a;
}
