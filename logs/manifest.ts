/** The manifest of a session: what was recorded, from where, by which build, under which configuration. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { JournalError, JournalRotError } from './errors.ts';
import { type FilePort, systemFiles, writeFileDurably } from './files.ts';
import { FORMAT_VERSION, MANIFEST_NAME } from './format.ts';
import { configFault } from './identity.ts';
import { issueText } from './issue-text.ts';
import { engineConfigSchema, instrumentsSchema, safeText, wholeNumber } from './schemas.ts';
import { isSessionName } from './session-name.ts';

/** Beyond any real manifest; a larger file is not read. */
const MAX_MANIFEST_BYTES = 8 * 1024 * 1024;
/** Values and levels of nesting beyond any real manifest: more are not parsed, for each costs memory and a complaint. */
const MAX_VALUES = 150_000;
const MAX_DEPTH = 16;
const MAX_FILES = 8192;

const sha256Text = z.string().regex(/^[0-9a-f]{64}$/, 'is no SHA-256 in hex');

const sourceFileSchema = z.object({
  name: safeText(4096),
  bytes: wholeNumber,
  sha256: sha256Text,
  format: safeText(64),
  lines: wholeNumber,
  records: wholeNumber,
  badLines: wholeNumber,
  /** Lines left out on purpose, by why. */
  ignored: z.record(safeText(128), wholeNumber),
});

const sourceSchema = z.object({
  files: z.array(sourceFileSchema).max(MAX_FILES).readonly(),
  /** Added to every recorded receive time: how far the recorder's clock was behind the venue's. */
  recorderOffsetUs: z.int(),
});

/** The state that a session goes on from: that of another one after its input `seq`. */
const baseSchema = z.object({
  session: z.string().refine(isSessionName, 'is no session name (a-z 0-9 . _ -, at most 64)'),
  seq: wholeNumber,
  atUs: wholeNumber,
  stateHash: z.string().regex(/^[0-9a-f]{32}$/, 'is no state hash'),
});

/** What the synthetic market needs to be made again: with these it gives the same records at the same times. */
const marketSchema = z.object({
  seed: z.int(),
  startUs: wholeNumber,
  ratePerSecond: z.number().positive().max(1e6),
});

const moneyText = z.string().regex(/^-?\d{1,24}\.\d{2}$/, 'is no amount of money');

/** What came of a run, in the account's currency: for lists, the journal is what proves it. */
const resultSchema = z.object({
  equity: moneyText,
  /** Since the session began. */
  equityChange: moneyText,
  trades: wholeNumber,
  wins: wholeNumber,
});

/** The account that real orders go to. */
const accountSchema = z.object({
  /** Put in the place of the venue's own addresses. */
  url: safeText(256).optional(),
  keySha256: sha256Text,
});

const manifestSchema = z
  .object({
    formatVersion: z.literal(FORMAT_VERSION),
    name: z.string().refine(isSessionName, 'is no session name (a-z 0-9 . _ -, at most 64)'),
    kind: z.enum(['import', 'console']),
    createdAt: z.iso.datetime(),
    venue: safeText(64),
    accountCurrency: safeText(16),
    instruments: instrumentsSchema,
    /** Bars that runs use unless told otherwise. */
    barIntervalUs: z.int().positive(),
    inputs: wholeNumber,
    /** Receive time of the first and the last input; 0 without any. */
    firstUs: wholeNumber,
    lastUs: wholeNumber,
    build: safeText(128),
    nodeVersion: safeText(64),
    /** False while it is being written, and for good when the writer died. */
    complete: z.boolean(),
    /** Chain head of the last seal of a complete session. */
    chainHead: sha256Text.optional(),
    /** Imports only. */
    source: sourceSchema.optional(),
    /** Console sessions only: the run that was recorded. */
    config: engineConfigSchema.optional(),
    /** Its hash, which stands at the begin of the chain with the rest of the session's identity. */
    configHash: z
      .string()
      .regex(/^[0-9a-f]{32}$/, 'is no hash of a configuration')
      .optional(),
    /** The vocabulary of the records, see identity.ts. */
    schemaHash: sha256Text,
    /** Console sessions that take up another one. */
    startsFrom: baseSchema.optional(),
    /** Console sessions on the synthetic venue. */
    market: marketSchema.optional(),
    /** Console sessions that send real orders. */
    account: accountSchema.optional(),
    /** Paper sessions: the live one before it, whose positions were left at the venue with their stops. */
    leftLive: z.string().refine(isSessionName, 'is no session name (a-z 0-9 . _ -, at most 64)').optional(),
    /** State hash at the end of a console session. */
    stateHash: z
      .string()
      .regex(/^[0-9a-f]{32}$/, 'is no state hash')
      .optional(),
    /** Console sessions that were closed, by builds that kept it. */
    result: resultSchema.optional(),
  })
  .refine((m) => m.kind === 'console' || m.config === undefined, 'an import has no configuration')
  .refine((m) => m.kind === 'import' || m.source === undefined, 'a console session has no source files')
  .refine((m) => m.kind === 'console' || m.startsFrom === undefined, 'an import starts from nothing')
  .refine((m) => m.kind === 'import' || m.config !== undefined, 'a console session needs its configuration')
  .refine((m) => m.kind === 'console' || m.source !== undefined || !m.complete, 'a complete import needs its source')
  .refine((m) => configFault(m) === undefined, 'configHash is not that of its configuration')
  .refine((m) => m.chainHead !== undefined || !m.complete, 'a complete session needs its chain head');

export type SessionManifest = Readonly<z.infer<typeof manifestSchema>>;
export type SourceFile = Readonly<z.infer<typeof sourceFileSchema>>;

/** Checks a manifest and cleans its texts; a text says what is wrong with it. */
export function checkManifest(value: unknown): SessionManifest | string {
  const result = manifestSchema.safeParse(value);
  if (result.success) return result.data;
  return issueText(result.error, 'is no manifest');
}

/**
 * The manifest in a session's folder. Throws {@link JournalError} when it cannot be read and
 * {@link JournalRotError} when it is no manifest of this version.
 */
export function readManifest(directory: string): SessionManifest {
  const path = join(directory, MANIFEST_NAME);
  const value = parseJson(path, readText(path));
  const manifest = checkManifest(value);
  if (typeof manifest !== 'string') return manifest;
  const build = otherBuildOf(value);
  if (build === undefined) throw new JournalRotError(path, 0, manifest, 'manifest');
  const what = `${build} recorded it, and this build takes another configuration (${manifest}): open it with that one`;
  throw new JournalRotError(path, 0, what, 'build');
}

const hashedSchema = z.object({ build: safeText(128), config: z.looseObject({}), configHash: z.string() });

/** The build of a manifest whose configuration is whole, for it has the hash that it came with; undefined where it is not. */
function otherBuildOf(value: unknown): string | undefined {
  const told = hashedSchema.safeParse(value);
  return told.success && configFault(told.data) === undefined ? told.data.build : undefined;
}

/** Writes the manifest as a whole or not at all. Throws {@link JournalError}. */
export function writeManifest(directory: string, manifest: SessionManifest, files: FilePort = systemFiles): void {
  writeFileDurably(join(directory, MANIFEST_NAME), `${JSON.stringify(manifest, undefined, 2)}\n`, files);
}

function readText(path: string): string {
  try {
    const { size } = statSync(path);
    if (size > MAX_MANIFEST_BYTES)
      throw new JournalRotError(path, 0, `${size} bytes are too many for a manifest`, 'manifest');
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof JournalRotError) throw cause;
    throw new JournalError('read', path, cause);
  }
}

function parseJson(path: string, text: string): unknown {
  if (isOversized(text)) throw new JournalRotError(path, 0, 'it has more in it than a manifest has', 'manifest');
  try {
    return JSON.parse(text);
  } catch {
    throw new JournalRotError(path, 0, 'it is not JSON', 'manifest');
  }
}

/** Whether a JSON text has too many values or nests them too deeply, told before anything of it is made. */
function isOversized(text: string): boolean {
  let values = 0;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '"') {
      for (i++; i < text.length && text[i] !== '"'; i++) if (text[i] === '\\') i++;
    } else if (char === '[' || char === '{') {
      if (++depth > MAX_DEPTH) return true;
      values++;
    } else if (char === ']' || char === '}') depth--;
    else if (char === ',' && ++values > MAX_VALUES) return true;
  }
  return values > MAX_VALUES;
}
