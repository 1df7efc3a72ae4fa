/** Keeps secrets out of what is logged: by key name at any depth, and by pattern inside texts such as signed URLs. */
import { cleanText } from './clean-text.ts';

export const REDACTED = '[redacted]';
const MAX_DEPTH = 12;
const MAX_ENTRIES = 1000;

/** Compared in lower case without separators, anywhere in the key: `X-MBX-APIKEY`, `client_secret`, `accessToken`. */
const SECRET_KEYS = [
  'apikey',
  'secret',
  'password',
  'passphrase',
  'token',
  'signature',
  'authorization',
  'privatekey',
  'cookie',
];

const SECRET_IN_TEXT =
  /((?:api[-_]?key|secret|password|passphrase|token|signature|authorization|private[-_]?key|cookie)\w*["']?\s*[=:]\s*["']?)(?:(?:bearer|basic)\s+)?[^\s"'&,;}]+/gi;
const BEARER = /\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi;

/** Whether what stands under this key must not be shown. */
export function isSecretKey(key: string): boolean {
  const plain = key.toLowerCase().replace(/[^a-z]/g, '');
  return SECRET_KEYS.some((secret) => plain.includes(secret));
}

/** A text with secrets cut out and every line of it safe to print. */
export function redactText(text: string): string {
  const redacted = text.replace(SECRET_IN_TEXT, `$1${REDACTED}`).replace(BEARER, `$1 ${REDACTED}`);
  return redacted.split('\n').map(cleanText).join('\n');
}

/** A plain copy of `value` that JSON can carry, without secrets, cycles and endless depth. */
export function redact(value: unknown): unknown {
  return copy(value, 0, new Set());
}

function copy(value: unknown, depth: number, parents: Set<object>): unknown {
  if (typeof value === 'string') return redactText(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'function' || typeof value === 'symbol') return `[${typeof value}]`;
  if (value === null || typeof value !== 'object') return value;
  if (parents.has(value)) return '[circular]';
  if (depth >= MAX_DEPTH) return '[too deep]';
  parents.add(value);
  const result = copyObject(value, depth + 1, parents);
  parents.delete(value);
  return result;
}

function copyObject(value: object, depth: number, parents: Set<object>): unknown {
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
  if (value instanceof Date) return value.toJSON();
  if (value instanceof URL) return redactText(value.href);
  if (Array.isArray(value)) return value.slice(0, MAX_ENTRIES).map((item) => copy(item, depth, parents));
  if (value instanceof Set) return copyObject([...value], depth, parents);
  const entries: Array<[unknown, unknown]> = value instanceof Map ? [...value] : Object.entries(value);
  if (value instanceof Error) {
    entries.push(['name', value.name], ['message', value.message], ['stack', value.stack]);
    if (value.cause !== undefined) entries.push(['cause', value.cause]);
  }
  return Object.fromEntries(
    entries.slice(0, MAX_ENTRIES).map(([rawKey, item]) => {
      const key = cleanText(String(rawKey));
      return [key, isSecretKey(key) ? REDACTED : copy(item, depth, parents)];
    }),
  );
}
