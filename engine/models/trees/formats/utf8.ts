/** Text from and to UTF-8 bytes: the engine knows no TextDecoder. What is not UTF-8 is refused. */
import { ModelFormatError } from '../format-error.ts';

const CHUNK = 8192;

/** Least code point that needs a given number of continuation bytes; shorter forms are not UTF-8. */
const LEAST = [0, 0x80, 0x800, 0x10000];

/** Text of bytes `[from, to)`. Throws {@link ModelFormatError} with the offending byte's place. */
export function decodeUtf8(bytes: Uint8Array, from = 0, to = bytes.length): string {
  let text = '';
  const points: number[] = [];
  for (let at = from; at < to; ) {
    const lead = bytes[at]!;
    const more = lead < 0x80 ? 0 : lead < 0xc0 ? -1 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : lead < 0xf8 ? 3 : -1;
    let point = more === 0 ? lead : lead & (0x3f >> more);
    for (let k = 1; k <= more; k++) {
      const next = at + k < to ? bytes[at + k]! : 0;
      if ((next & 0xc0) !== 0x80) throw notUtf8(at);
      point = (point << 6) | (next & 0x3f);
    }
    const isSurrogate = point >= 0xd800 && point < 0xe000;
    if (more < 0 || point < LEAST[more]! || point > 0x10ffff || isSurrogate) throw notUtf8(at);
    points.push(point);
    at += 1 + more;
    if (points.length < CHUNK && at < to) continue;
    text += String.fromCodePoint(...points);
    points.length = 0;
  }
  return text;
}

function notUtf8(at: number): ModelFormatError {
  return new ModelFormatError('not UTF-8', `byte ${at}`);
}

/** UTF-8 bytes of `text`; a lone surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0)!;
    const whole = point >= 0xd800 && point < 0xe000 ? 0xfffd : point;
    if (whole < 0x80) bytes.push(whole);
    else if (whole < 0x800) bytes.push(0xc0 | (whole >> 6), 0x80 | (whole & 0x3f));
    else {
      if (whole < 0x10000) bytes.push(0xe0 | (whole >> 12));
      else bytes.push(0xf0 | (whole >> 18), 0x80 | ((whole >> 12) & 0x3f));
      bytes.push(0x80 | ((whole >> 6) & 0x3f), 0x80 | (whole & 0x3f));
    }
  }
  return Uint8Array.from(bytes);
}
