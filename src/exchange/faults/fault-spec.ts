/** What can be made to go wrong, in words: `kind,name=value,…` on the command line, or the same as JSON. */
import { z } from 'zod';
import { FAULT_KINDS, type FaultKind } from './fault-kinds.ts';

const LONGEST_MS = 86_400_000;
const milliseconds = z.number().min(0).max(LONGEST_MS);

export const faultSchema = z.strictObject({
  kind: z.enum(Object.keys(FAULT_KINDS) as [FaultKind, ...FaultKind[]]),
  /**
   * Which requests (`POST /api/v3/order`, `order.place` on the WebSocket API), streams (`btcusdt@depth@100ms`) or URLs: a
   * part of their name, or a whole one with `*`. All when left out.
   */
  path: z.string().min(1).max(200).optional(),
  /** From 0 to 1; 1 unless told. */
  probability: z.number().min(0).max(1).optional(),
  /** How often at most. */
  count: z.int().min(1).max(1_000_000_000).optional(),
  /** Milliseconds from now until it begins, and how long it lasts. */
  after: milliseconds.optional(),
  for: milliseconds.optional(),
  ms: z.number().min(-LONGEST_MS).max(LONGEST_MS).optional(),
  jitter: milliseconds.optional(),
  when: z.enum(['before', 'after']).optional(),
  status: z.int().min(400).max(599).optional(),
  code: z.int().min(-9999).max(-1).optional(),
  msg: z.string().max(200).optional(),
  retryAfter: z.number().min(0).max(259_200).optional(),
  cross: z.boolean().optional(),
});

export type FaultSpec = z.infer<typeof faultSchema>;

const NUMBERS = new Set(['probability', 'count', 'after', 'for', 'ms', 'jitter', 'status', 'code', 'retryAfter']);

/** Reads a `--fault` of the command line; a text says what is wrong with it. */
export function parseFault(text: string): FaultSpec | string {
  const raw = text.trim().startsWith('{') ? jsonOf(text) : wordsOf(text);
  if (typeof raw === 'string') return raw;
  const parsed = faultSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const place = issue?.path.join('.') ?? '';
  if (place === 'kind') return `${JSON.stringify(raw.kind)} is no fault: ${Object.keys(FAULT_KINDS).join(' ')}`;
  return `${place === '' ? '' : `${place}: `}${issue?.message ?? 'not a fault'}`;
}

function jsonOf(text: string): Record<string, unknown> | string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : 'not an object';
  } catch {
    return 'not JSON';
  }
}

function wordsOf(text: string): Record<string, unknown> | string {
  const [kind, ...pairs] = text.split(',').map((word) => word.trim());
  const raw: Record<string, unknown> = { kind };
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    if (at <= 0) return `${JSON.stringify(pair)} is not name=value`;
    const name = pair.slice(0, at);
    const value = pair.slice(at + 1);
    if (Object.hasOwn(raw, name)) return `${name} is given twice`;
    if (NUMBERS.has(name)) raw[name] = value === '' ? Number.NaN : Number(value);
    else if (name === 'cross') raw[name] = value === 'true' ? true : value === 'false' ? false : value;
    else raw[name] = value;
  }
  return raw;
}
