/** What can be made to go wrong, in words: `kind,name=value,…` on the command line, or the same as JSON. */
import { z } from 'zod';

/** What each kind does, for `--help` and for whoever reads a plan. */
export const FAULT_KINDS = {
  latency: 'a request waits: ms, jitter; when=before its being done (default) or after',
  error: 'a request is answered with status, code, msg, retryAfter (seconds); when=before (nothing is done) or after',
  '429': 'too many requests (-1003), with retryAfter',
  '418': 'the address is banned for retryAfter seconds',
  '503': 'service unavailable; when=before or after',
  '504': 'gateway timeout; when=before or after',
  '-1006': 'unexpected response, execution status unknown; when=before or after',
  '-1007': 'timeout, execution status unknown; when=before or after',
  '-1021': 'timestamp outside of recvWindow',
  'no-reply': 'the request is done, the answer never comes',
  reset: 'the connection is reset; when=before or after the request is done',
  'frame-latency': 'frames wait: ms, jitter; their order stays',
  drop: 'a frame is left out',
  duplicate: 'a frame comes twice',
  reorder: 'a frame comes after the one behind it',
  'depth-gap': 'a frame of a depth stream is left out',
  'corrupt-book': 'a level of a depth frame is wrong: twice its quantity, or with cross=true beyond the other side',
  silent: 'market streams say nothing; the connection lives and pongs come',
  'silent-user': 'user streams say nothing; the connection lives and pongs come',
  'listen-key-expiry': 'listen keys expire at once',
  clock: 'the time of the venue is off by ms (may be negative)',
  cut: 'every WebSocket connection (path: whose URL) is cut at once',
  down: 'connections are cut and refused for the length of `for`',
} as const;

export type FaultKind = keyof typeof FAULT_KINDS;

/** Done at once instead of waiting for something to happen to. */
export const ACTS: ReadonlySet<FaultKind> = new Set(['listen-key-expiry', 'cut', 'down']);

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
