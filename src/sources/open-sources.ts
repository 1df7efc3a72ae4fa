/** The slow sources of a run on a venue: those that need no key, and what the operator's document names. */
import type { InstrumentSpec } from '../../engine/domain/index.ts';
import { cleanText } from '../../logs/index.ts';
import { readOwned } from '../brokers/credentials.ts';
import type { DataDir } from '../data-dir.ts';
import { CommandError, EXIT } from '../exit-codes.ts';
import {
  type ConfiguredSource,
  type SourceKey,
  type SourcesFile,
  sourcesInForce,
  unnamedSource,
} from '../stores/sources-store.ts';
import { realSchedule } from '../venues/real-network.ts';
import { BINANCE_FUNDING_URL, binanceFunding } from './providers/binance-funding.ts';
import { FEAR_GREED_URL, fearGreedIndex } from './providers/fear-greed-index.ts';
import { jsonSources } from './providers/json-provider.ts';
import type { SlowSource } from './slow-source.ts';
import { SourceDesk } from './source-desk.ts';
import { getFromProvider } from './source-http.ts';

export interface SourcesRequest {
  readonly file: SourcesFile;
  readonly venue: string;
  /** Another address of the venue, such as that of an exchange on this machine: then nobody else is asked without being named. */
  readonly url: string | undefined;
  readonly specs: readonly InstrumentSpec[];
  readonly env: NodeJS.ProcessEnv;
}

/** The sources of a data directory's document, over the network itself. Throws a {@link CommandError} where it is refused. */
export function deskFor(
  { dir, ...request }: Omit<SourcesRequest, 'file'> & { readonly dir: DataDir },
  clock: { nowUs(): number },
): SourceDesk {
  const sources = slowSources({ ...request, file: sourcesInForce(dir) });
  return new SourceDesk(sources, { schedule: realSchedule(clock), get: getFromProvider, unit: Math.random });
}

/** Throws a {@link CommandError} in one line where a key cannot be had. */
export function slowSources(request: SourcesRequest): SlowSource[] {
  const { file } = request;
  const named = new Set(file.sources.map(({ provider }) => provider));
  const defaults = file.defaults ? defaultsOf(request).filter(({ provider }) => !named.has(provider)) : [];
  return [...defaults, ...file.sources].flatMap((source) => sourcesOf(source, request));
}

function defaultsOf({ venue, url }: SourcesRequest): ConfiguredSource[] {
  return [
    ...(venue === 'binanceusdm' ? [unnamedSource('binance-funding')] : []),
    ...(url === undefined ? [unnamedSource('fear-greed-index')] : []),
  ];
}

function sourcesOf(source: ConfiguredSource, { venue, url, specs, env }: SourcesRequest): SlowSource[] {
  const everyUs = source.everyS * 1e6;
  switch (source.provider) {
    case 'binance-funding': {
      const own = venue === 'binanceusdm' && url !== undefined ? new URL(url.replace(/^ws/, 'http')).origin : undefined;
      const made = binanceFunding(specs, { url: withoutSlash(source.url ?? own ?? BINANCE_FUNDING_URL), everyUs });
      return made === undefined ? [] : [made];
    }
    case 'fear-greed-index':
      return [fearGreedIndex({ url: withoutSlash(source.url ?? FEAR_GREED_URL), everyUs })];
    case 'json': {
      const { key, second, time, ...rest } = source;
      const headers = key === undefined ? {} : { [key.header]: readKey(key, env) };
      return jsonSources({ ...rest, second, time, everyUs, headers }, specs);
    }
  }
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, '');

/** The key itself is in no message. */
function readKey(key: SourceKey, env: NodeJS.ProcessEnv): string {
  const refuse = (why: string): never => {
    throw new CommandError(EXIT.refused, cleanText(`sources.json: ${why}`));
  };
  const from = 'env' in key ? `the variable ${key.env}` : `the file ${key.file}`;
  const text = 'env' in key ? env[key.env] : readKeyFile(key.file, refuse);
  if (text === undefined) return refuse(`${from} is not set`);
  const trimmed = text.trim();
  return /^[\x21-\x7e]{1,4096}$/.test(trimmed) ? trimmed : refuse(`${from} holds no key of printable characters`);
}

function readKeyFile(file: string, refuse: (why: string) => never): string {
  try {
    return readOwned(`sources.json: ${file}`, file);
  } catch (cause) {
    if (cause instanceof CommandError) throw cause;
    return refuse(`${file}: ${(cause as NodeJS.ErrnoException).code ?? 'cannot be read'}`);
  }
}
