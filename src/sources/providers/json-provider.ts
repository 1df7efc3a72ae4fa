/** Any provider that answers in JSON: the configuration says where value, second value and time stand in its reply. */
import { type InstrumentSpec, NO_INSTRUMENT, type ReadingSource } from '../../../engine/domain/index.ts';
import { jsonOf, numberOf, timeOf } from '../reply.ts';
import { type SlowSource, SourceFault } from '../slow-source.ts';

export interface JsonProvider {
  readonly name: string;
  readonly gives: ReadingSource;
  /** `{base}` and `{symbol}` in it stand for each instrument's own; without them one reply is of all. */
  readonly url: string;
  readonly everyUs: number;
  readonly perMinute: number;
  /** Keys and places down to each, with points between: `data.0.sentiment`. */
  readonly value: string;
  readonly second: string | undefined;
  readonly time: string | undefined;
  /** What makes the provider's figure that of the reading: value × scale + offset. */
  readonly scale: number;
  readonly offset: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** One source for each base or symbol that the address asks for, or one of all. */
export function jsonSources(provider: JsonProvider, specs: readonly InstrumentSpec[]): SlowSource[] {
  const { url } = provider;
  const places = new Map<string, number[]>();
  for (const [i, spec] of specs.entries()) {
    const address = url
      .replaceAll('{base}', encodeURIComponent(spec.base))
      .replaceAll('{symbol}', encodeURIComponent(spec.venueSymbol));
    places.set(address, [...(places.get(address) ?? []), i]);
  }
  const isOfAll = !/\{(?:base|symbol)\}/.test(url);
  return [...places].map(([address, own]) => sourceOf(provider, address, isOfAll ? [NO_INSTRUMENT] : own));
}

function sourceOf(provider: JsonProvider, url: string, instruments: readonly number[]): SlowSource {
  const { name, gives, everyUs, perMinute, scale, offset, headers } = provider;
  return {
    gives,
    provider: name,
    perMinute,
    instruments,
    everyUs,
    request: () => ({ url, headers }),
    read: (body, receivedUs) => {
      const document = jsonOf(body);
      const value = numberOf(at(document, provider.value), 'its value') * scale + offset;
      const second = provider.second === undefined ? 0 : numberOf(at(document, provider.second), 'its second value');
      const providerUs = provider.time === undefined ? receivedUs : timeOf(at(document, provider.time));
      return instruments.map((instrument) => ({ instrument, providerUs, value, second }));
    },
  };
}

/** What stands at a path; nothing is looked for in prototypes. */
function at(document: unknown, path: string): unknown {
  let value = document;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key))
      throw new SourceFault(`the reply has no ${path}`);
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}
