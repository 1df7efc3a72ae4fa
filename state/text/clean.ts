/** Makes text from outside harmless on a terminal: what cannot be seen or has no sure width becomes `?`. */

const PLAIN = /^[\x20-\x7e]*$/;
const SPACES = /\p{Zs}/gu;
/**
 * Everything but letters whose width all terminals agree on, digits, punctuation and symbols. So no controls,
 * bidi or zero-width characters, tags, stacked marks, conjoining letters, emoji.
 */
const UNSAFE =
  /[^[[\p{sc=Latn}\p{sc=Grek}\p{sc=Cyrl}\p{sc=Hani}\p{sc=Hira}\p{sc=Kana}\uac00-\ud7a3\p{N}\p{P}\p{S} ]--[\p{M}\p{C}\p{Emoji_Presentation}\p{Emoji_Modifier}\u{ff9e}\u{ff9f}]]]+/gv;

/** The text with each run of unsafe characters as one `?`. */
export function clean(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.normalize('NFC').replace(SPACES, ' ').replace(UNSAFE, '?');
}
