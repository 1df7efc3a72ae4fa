/** Makes text from outside harmless on a terminal: what cannot be seen or would move the cursor becomes `?`. */

const PLAIN = /^[\x20-\x7e]*$/;
const SPACES = /\p{Zs}/gu;
/** Controls, formats (bidi, zero width, tags), unassigned, separators, stacked marks, emoji (their width differs). */
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}\p{Mn}\p{Me}\p{Emoji_Presentation}]+/gu;

/** The text without escape, control, bidi, zero-width or stacked characters; a run of them is one `?`. */
export function clean(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.normalize('NFC').replace(SPACES, ' ').replace(UNSAFE, '?');
}
