/** Small helpers for text that comes from files: cleaned, shortened, and only then shown. */
import { basename } from 'node:path';
import { cleanText, redactText } from '../../logs/index.ts';

const LONGEST_NAME = 120;
/** Of a line of any length this much is looked at. */
const LONGEST_QUOTED = 1_000;
const SYMBOL = /^[A-Z0-9][A-Z0-9_/:.-]{0,39}$/;

/**
 * A piece of a line for a message: cleaned, at most `length` characters, in quotes. What looks like a secret is left
 * out, for people give the wrong file.
 */
export function quote(text: string, length = 40): string {
  const safe = cleanText(redactText(text.slice(0, LONGEST_QUOTED)));
  return `"${safe.length > length || text.length > LONGEST_QUOTED ? `${safe.slice(0, length)}…` : safe}"`;
}

/** The name by which a file is spoken of: without folders, cleaned. */
export function displayName(path: string): string {
  return cleanText(redactText(basename(path))).slice(0, LONGEST_NAME);
}

/** A symbol in upper case, or undefined when it has characters that no symbol has. */
export function readSymbol(text: string): string | undefined {
  if (text.length > 40) return undefined;
  const upper = text.toUpperCase();
  return SYMBOL.test(upper) ? upper : undefined;
}

/** A whole number with separators, for messages. */
export function grouped(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** A duration in the two largest units, for messages. */
export function spoken(durationUs: number): string {
  const seconds = Math.abs(durationUs) / 1e6;
  if (seconds < 120) return `${seconds.toFixed(seconds < 10 ? 3 : 0)} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
  return `${Math.floor(seconds / 86_400)} d ${Math.floor((seconds % 86_400) / 3600)} h`;
}
