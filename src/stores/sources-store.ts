/** Where readings beside the market come from, in `sources.json`: written by hand, checked at every start on a venue. */
import { z } from 'zod';
import { READING_SOURCES } from '../../engine/domain/index.ts';
import { cleanText } from '../../logs/index.ts';
import type { DataDir } from '../data-dir.ts';
import { JsonStore, type StoreFormat } from './json-store.ts';

const LOCAL = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** Encrypted but on this machine, and without a user or password in it: keys have a header. */
const addressFault = (text: string): string | undefined => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    return 'is no address such as https://…';
  if (url.username !== '' || url.password !== '') return 'has a user or password in it: give the key as a header';
  return url.protocol === 'http:' && !LOCAL.test(url.hostname)
    ? 'is not encrypted: https elsewhere than on this machine'
    : undefined;
};

const address = z
  .string()
  .max(1_000)
  .superRefine((text, context) => {
    const fault = addressFault(text);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: fault });
  });
const seconds = (least: number): z.ZodNumber => z.number().min(least).max(86_400);
const path = z.string().regex(/^\w{1,64}(?:\.\w{1,64}){0,15}$/, 'is no path such as data.0.value');

const keySchema = z.union([
  z.strictObject({ header: z.string().regex(/^[A-Za-z0-9-]{1,64}$/), env: z.string().regex(/^[A-Za-z_]\w{0,127}$/) }),
  z.strictObject({ header: z.string().regex(/^[A-Za-z0-9-]{1,64}$/), file: z.string().min(1).max(4_096) }),
]);
/** Where the key of a provider stands; the document never holds one. */
export type SourceKey = z.infer<typeof keySchema>;

const sourceSchema = z.discriminatedUnion('provider', [
  z.strictObject({
    provider: z.literal('binance-funding'),
    url: address.optional(),
    everyS: seconds(10).default(60),
  }),
  z.strictObject({
    provider: z.literal('fear-greed-index'),
    url: address.optional(),
    everyS: seconds(60).default(1_800),
  }),
  z.strictObject({
    provider: z.literal('json'),
    name: z.string().min(1).max(40).transform(cleanText),
    gives: z.enum(READING_SOURCES),
    url: address,
    everyS: seconds(10).default(300),
    perMinute: z.int().min(1).max(600).default(10),
    key: keySchema.optional(),
    value: path,
    second: path.optional(),
    time: path.optional(),
    scale: z.number().default(1),
    offset: z.number().default(0),
  }),
]);
export type ConfiguredSource = z.infer<typeof sourceSchema>;

/** A provider that needs no key, as it is asked where the document does not name it. */
export const unnamedSource = (provider: 'binance-funding' | 'fear-greed-index'): ConfiguredSource =>
  sourceSchema.parse({ provider });

const fileSchema = z.strictObject({
  formatVersion: z.literal(1),
  /** Whether the providers that need no key are asked where the document does not name them. */
  defaults: z.boolean().default(true),
  sources: z.array(sourceSchema).max(64),
});
export type SourcesFile = z.infer<typeof fileSchema>;

const SOURCES_FORMAT: StoreFormat<SourcesFile> = {
  what: 'list of sources',
  version: 1,
  schema: fileSchema,
  migrations: {},
  initial: () => ({ formatVersion: 1, defaults: true, sources: [] }),
};

/** Throws a `CommandError` in one line where the file is not to be used. */
export const sourcesInForce = (dir: DataDir): SourcesFile => new JsonStore(dir.sourcesFile, SOURCES_FORMAT).read();
