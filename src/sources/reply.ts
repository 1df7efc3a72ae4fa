/** Replies of providers, which are not trusted: JSON of a shape, decimals, times. */
import type { z } from 'zod';
import { epochUs, parseTimeUs } from '../importers/times.ts';
import { SourceFault } from './slow-source.ts';

const DECIMAL = /^[+-]?(?:\d{1,30}(?:\.\d{1,30})?|\.\d{1,30})(?:[eE][+-]?\d{1,3})?$/;

/** The document in a reply. Throws a {@link SourceFault} where it is no JSON. */
export function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new SourceFault('the reply is no JSON');
  }
}

/** The reply in its shape; which field does not fit is told, and not what stands in it. */
export function replyOf<T>(schema: z.ZodType<T>, body: string): T {
  const parsed = schema.safeParse(jsonOf(body));
  if (parsed.success) return parsed.data;
  const path = parsed.error.issues[0]?.path.filter((key) => typeof key === 'number' || /^\w{1,40}$/.test(String(key)));
  throw new SourceFault(`the reply is not as documented, at ${path?.join('.') || 'its beginning'}`);
}

/** A finite number, as such or as a decimal text. */
export function numberOf(value: unknown, what: string): number {
  const number = typeof value === 'string' && DECIMAL.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw new SourceFault(`${what} is no number`);
}

/** A time in µs: s, ms or µs since 1970 as a number or digits, or a calendar text. */
export function timeOf(value: unknown): number {
  const us = typeof value === 'string' ? parseTimeUs(value) : epochUs(value);
  if (us === undefined) throw new SourceFault('its time is no time');
  return us;
}
