/** The keys of a run of the exchange: accounts with their API keys, and the token for its faults. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { readSecretFile, writeSecretFile } from './secret-file.ts';

const key = z.string().regex(/^[A-Za-z0-9]{16,128}$/, 'letters and digits, 16 to 128');
const accountSchema = z.strictObject({
  id: z.string().min(1).max(64),
  apiKey: key,
  secret: key,
});
const keysSchema = z.strictObject({
  /** Of the first account again: `chimera --keys` and `chimera doctor --keys` read the same file. */
  apiKey: key.optional(),
  secret: key.optional(),
  /** For `/chimera/…`, in the header `x-chimera-token`. */
  token: key,
  accounts: z.array(accountSchema).min(1).max(100),
});

export type AccountKeys = z.infer<typeof accountSchema>;
export type ExchangeKeys = z.infer<typeof keysSchema>;

/** Keys are as long as the venue's. */
function randomKey(): string {
  return randomBytes(32).toString('hex');
}

export function makeKeys(accountIds: readonly string[] = ['main']): ExchangeKeys {
  return {
    token: randomKey(),
    accounts: accountIds.map((id) => ({ id, apiKey: randomKey(), secret: randomKey() })),
  };
}

/** The keys in the file, or new ones that are written there. Throws in words when the file is no good. */
export function keysAt(path: string): ExchangeKeys {
  const text = readSecretFile(path);
  if (text === undefined) {
    const keys = makeKeys();
    const { apiKey, secret } = keys.accounts[0]!;
    writeSecretFile(path, `${JSON.stringify({ apiKey, secret, ...keys }, undefined, 2)}\n`);
    return keys;
  }
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    throw new Error(`${path} is not JSON`);
  }
  const parsed = keysSchema.safeParse(raw);
  if (parsed.success) return parsed.data;
  // Of the content only the place is told.
  throw new Error(`${path} holds no keys of an exchange: ${parsed.error.issues[0]?.path.join('.') ?? 'it is empty'}`);
}
