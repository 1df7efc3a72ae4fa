/** A venue's API key and secret: from the environment or a file that nobody else may read, and never shown by anything. */
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { cleanText, redactText } from '../../logs/index.ts';
import { CommandError, EXIT } from '../exit-codes.ts';

const KEY_VARIABLE = 'CHIMERA_API_KEY';
const SECRET_VARIABLE = 'CHIMERA_API_SECRET';
const REDACTED = '[redacted]';
const MOST_BYTES = 16_384;
/** Of anybody but the owner. */
const OTHERS = 0o077;
const WHERE = `set ${KEY_VARIABLE} and ${SECRET_VARIABLE}, or give --keys a file of mode 0600 with {"apiKey", "secret"}`;

export class Credentials {
  readonly #apiKey: string;
  readonly #secret: string;

  constructor(apiKey: string, secret: string) {
    this.#apiKey = apiKey;
    this.#secret = secret;
  }

  /** Hands both out to the one who signs; what is made of them must not be shown either. */
  use<T>(act: (apiKey: string, secret: string) => T): T {
    return act(this.#apiKey, this.#secret);
  }

  /** Tells one key from another, and nothing else of it. */
  get keySha256(): string {
    return createHash('sha256').update(this.#apiKey).digest('hex');
  }

  /** A text that may be shown: without key, secret, anything that looks like one, and what a terminal would obey. */
  scrub(text: string): string {
    return [this.#apiKey, this.#secret].reduce((left, each) => left.replaceAll(each, REDACTED), redactText(text));
  }

  toJSON(): string {
    return REDACTED;
  }

  toString(): string {
    return REDACTED;
  }

  [inspect.custom](): string {
    return REDACTED;
  }
}

const refuse = (why: string): never => {
  throw new CommandError(EXIT.refused, cleanText(why));
};

/**
 * From `file` when one is named, else from the environment.
 *
 * @throws CommandError in one line, which names no secret, when there are none, or others can read them.
 */
export function readCredentials(env: NodeJS.ProcessEnv, file?: string): Credentials {
  if (file !== undefined) return readFile(file);
  const [apiKey, secret] = [env[KEY_VARIABLE], env[SECRET_VARIABLE]];
  if (apiKey === undefined && secret === undefined) return refuse(`no API key: ${WHERE}`);
  if (apiKey === undefined || secret === undefined)
    return refuse(`only one of ${KEY_VARIABLE} and ${SECRET_VARIABLE} is set: both are needed`);
  return credentialsOf(apiKey, secret, 'the environment');
}

function readFile(file: string): Credentials {
  let content: string;
  try {
    content = readOwned(`--keys ${file}`, file);
  } catch (cause) {
    if (cause instanceof CommandError) throw cause;
    return refuse(`--keys ${file}: ${(cause as NodeJS.ErrnoException).code ?? 'cannot be read'}`);
  }
  let found: unknown;
  try {
    found = JSON.parse(content);
  } catch {
    return refuse(`--keys ${file}: not JSON; it holds {"apiKey": "…", "secret": "…"}`);
  }
  const { apiKey, secret } = (typeof found === 'object' && found !== null ? found : {}) as Record<string, unknown>;
  if (typeof apiKey !== 'string' || typeof secret !== 'string')
    return refuse(`--keys ${file}: it holds {"apiKey": "…", "secret": "…"}, both texts`);
  return credentialsOf(apiKey, secret, `--keys ${file}`);
}

/**
 * A file of secrets that nobody else may read; `what` names it in refusals. The file that is looked at is the one that is
 * read, whatever takes its place meanwhile.
 */
export function readOwned(what: string, file: string): string {
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const { mode, size, uid } = fstatSync(descriptor);
    if ((mode & constants.S_IFMT) !== constants.S_IFREG) refuse(`${what}: no plain file`);
    if ((mode & OTHERS) !== 0)
      refuse(`${what}: others may read it (mode ${(mode & 0o777).toString(8)}): chmod 600 ${file}`);
    if (process.getuid !== undefined && uid !== process.getuid()) refuse(`${what}: it belongs to somebody else`);
    if (size > MOST_BYTES) refuse(`${what}: too long for a secret`);
    return readFileSync(descriptor, 'utf8');
  } finally {
    closeSync(descriptor);
  }
}

/** Printable, without spaces inside; a secret in PEM has lines. */
function credentialsOf(apiKey: string, secret: string, from: string): Credentials {
  const [key, hidden] = [apiKey.trim(), secret.trim()];
  if (!/^[\x21-\x7e]{8,512}$/.test(key)) refuse(`${from}: the API key is no text of 8 to 512 printable characters`);
  if (!/^[\x20-\x7e\r\n]{8,8192}$/.test(hidden))
    refuse(`${from}: the secret is no text of 8 or more printable characters`);
  return new Credentials(key, hidden);
}
