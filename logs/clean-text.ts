/** Makes text from outside safe to print: no control, escape, bidi or invisible characters survive. */

const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Replaces every control, format (bidi, zero-width), surrogate and line-separator character by U+FFFD. */
export function cleanText(text: string): string {
  return text.replace(UNSAFE, '\ufffd');
}
