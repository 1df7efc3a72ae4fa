/** JSON as XGBoost and LightGBM write it: ordinary JSON, but for NaN and infinities. */
import { LIMIT } from '../forest-builder.ts';
import { ModelFormatError } from '../format-error.ts';
import { Field } from './field.ts';

/**
 * A string, which is kept, or a word that JSON does not have. A string without an end goes to that of the text: else the
 * search would begin anew at each of its quotes.
 */
const FOREIGN = /"(?:[^"\\]|\\[\s\S]?)*(?:"|$)|-?\bInfinity\b|-?\binf\b|-?\bnan\b|\bNaN\b/g;

/** Parses `text`; NaN becomes null, which {@link Field.doubles} reads as NaN. */
export function parseJson(text: string): Field {
  if (text.length > LIMIT.bytes) throw new ModelFormatError(`more than ${LIMIT.bytes} characters`, 'file');
  try {
    return new Field(JSON.parse(text), 'model');
  } catch (error) {
    if (!/NaN|Infinity|\bnan\b|\binf\b/.test(text)) throw notJson(error);
  }
  try {
    return new Field(JSON.parse(text.replace(FOREIGN, ordinary)), 'model');
  } catch (error) {
    throw notJson(error);
  }
}

function ordinary(found: string): string {
  if (found[0] === '"') return found;
  if (/nan/i.test(found)) return 'null';
  return found[0] === '-' ? '-1e999' : '1e999';
}

function notJson(error: unknown): ModelFormatError {
  return new ModelFormatError(
    `not JSON: ${error instanceof Error ? error.message.slice(0, 120) : 'unreadable'}`,
    'file',
  );
}
