/** Reading a venue's JSON without trusting it: numbers that a double cannot hold keep their digits. */

export type Fields = Readonly<Record<string, unknown>>;

/** Order ids have more digits than a double: a whole number beyond 2^53 becomes its text. */
function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || !Number.isInteger(value)) return value;
  return context?.source ?? value;
}

/** Undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text, keepDigits);
  } catch {
    return undefined;
  }
}

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const fieldsOf = (value: unknown): Fields => (isFields(value) ? value : {});

/** The rows of a list, all of them objects; undefined for anything else, which must never read as an empty list. */
export const rowsOf = (value: unknown): readonly Fields[] | undefined =>
  Array.isArray(value) && value.every(isFields) ? value : undefined;

/** The objects in a list, of what may also be absent; what is none is left out. */
export const listOf = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.filter(isFields) : []);

/** A text, or a number as its digits; undefined for anything else. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
}

/** A whole number that a double holds exactly, told as number or text; undefined for anything else. */
export function wholeOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^-?\d{1,16}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}
