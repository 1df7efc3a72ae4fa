/** What each provider is asked for and how its reply reads: as documented, and as no reply should be. */
import { describe, expect, test } from 'vitest';
import { NO_INSTRUMENT } from '../../../engine/domain/index.ts';
import { binanceFunding } from '../../../src/sources/providers/binance-funding.ts';
import { fearGreedIndex } from '../../../src/sources/providers/fear-greed-index.ts';
import { type JsonProvider, jsonSources } from '../../../src/sources/providers/json-provider.ts';
import { SourceFault } from '../../../src/sources/slow-source.ts';
import { linearSpec, START_US, spotSpec } from '../../fixtures/engine-session.ts';

const NOW_US = START_US;
const everyUs = 60e6;

describe('funding of Binance USD-M', () => {
  const at = { url: 'https://fapi.test', everyUs };
  const BTC = linearSpec('BTC/USDT:USDT', { venueSymbol: 'BTCUSDT' });
  const ETH = linearSpec('ETH/USDT:USDT', { venueSymbol: 'ETHUSDT' });
  /** Of the documentation: "Mark Price". */
  const ITEM = {
    symbol: 'BTCUSDT',
    markPrice: '11793.63104562',
    indexPrice: '11781.80495970',
    estimatedSettlePrice: '11781.16138815',
    lastFundingRate: '0.00038246',
    interestRate: '0.00010000',
    nextFundingTime: 1_597_392_000_000,
    time: 1_597_370_495_002,
  };

  test('is asked for by symbol where there is one, and of all at once else', () => {
    expect(binanceFunding([BTC], at)?.request()).toEqual({
      url: 'https://fapi.test/fapi/v1/premiumIndex?symbol=BTCUSDT',
      headers: {},
    });
    expect(binanceFunding([BTC, ETH], at)?.request().url).toBe('https://fapi.test/fapi/v1/premiumIndex');
    expect(binanceFunding([spotSpec()], at)).toBeUndefined();
  });

  test('reads one and many, leaves out the symbols of others, and contracts without a rate', () => {
    const both = binanceFunding([spotSpec(), BTC, ETH], at)!;
    expect(both.instruments).toEqual([1, 2]);
    const reading = { instrument: 1, providerUs: 1_597_370_495_002_000, value: 0.000_382_46, second: 0 };
    expect(binanceFunding([spotSpec(), BTC], at)!.read(JSON.stringify(ITEM), NOW_US)).toEqual([reading]);
    const others = [
      { ...ITEM, symbol: 'XRPUSDT' },
      { ...ITEM, symbol: 'ETHUSDT', lastFundingRate: '' },
    ];
    expect(both.read(JSON.stringify([...others, ITEM]), NOW_US)).toEqual([reading]);
  });

  test.each([
    ['an error of the venue', '{"code":-1121,"msg":"Invalid symbol."}'],
    ['another type', '[{"symbol":"BTCUSDT","lastFundingRate":0.1,"time":1}]'],
    ['a text as the rate', JSON.stringify({ ...ITEM, lastFundingRate: 'much' })],
    ['a time of 1970', JSON.stringify({ ...ITEM, time: 3 })],
    ['__proto__', '{"__proto__":{"symbol":"BTCUSDT"}}'],
  ])('%s is a fault', (_what, body) => {
    expect(() => binanceFunding([BTC], at)!.read(body, NOW_US)).toThrow(SourceFault);
  });
});

describe('the fear and greed index', () => {
  const index = fearGreedIndex({ url: 'https://index.test', everyUs });

  test('is asked for alone, and is of the whole market', () => {
    expect(index.request().url).toBe('https://index.test/fng/?limit=1');
    const data = [
      { value: '47', value_classification: 'Neutral', timestamp: '1777248000', time_until_update: '25675' },
    ];
    const body = JSON.stringify({ name: 'Fear and Greed Index', data, metadata: { error: null } });
    expect(index.read(body, NOW_US)).toEqual([
      { instrument: NO_INSTRUMENT, providerUs: 1_777_248_000_000_000, value: 47, second: 0 },
    ]);
  });

  test.each(['{}', '{"data":[]}', '{"data":[{"value":47,"timestamp":"1777248000"}]}', '{"data":[{"value":"high"}]}'])(
    '%s is a fault',
    (body) => {
      expect(() => index.read(body, NOW_US)).toThrow(SourceFault);
    },
  );
});

describe('any provider of JSON', () => {
  const provider = (changes: Partial<JsonProvider> = {}): JsonProvider => ({
    name: 'Talk',
    gives: 'social',
    url: 'https://talk.test/v1/{base}',
    everyUs,
    perMinute: 10,
    value: 'data.0.sentiment',
    second: 'data.0.mentions',
    time: 'data.0.time',
    scale: 1,
    offset: 0,
    headers: {},
    ...changes,
  });
  const specs = [linearSpec('BTC/USDT:USDT'), linearSpec('ETH/USDT:USDT'), spotSpec('BTC/USDT')];

  test('is asked for each base once, or for all with one address', () => {
    const sources = jsonSources(provider({ headers: { 'x-key': 'k3y' } }), specs);
    expect(sources.map((source) => [source.request(), source.instruments])).toEqual([
      [{ url: 'https://talk.test/v1/BTC', headers: { 'x-key': 'k3y' } }, [0, 2]],
      [{ url: 'https://talk.test/v1/ETH', headers: { 'x-key': 'k3y' } }, [1]],
    ]);
    const [all, ...more] = jsonSources(provider({ url: 'https://talk.test/all' }), specs);
    expect([all?.instruments, more]).toEqual([[NO_INSTRUMENT], []]);
    const odd = jsonSources(provider(), [linearSpec('X', { base: '../x?' })]);
    expect(odd[0]?.request().url).toBe('https://talk.test/v1/..%2Fx%3F');
  });

  test('reads what stands at the paths, in its own measure', () => {
    const [source] = jsonSources(provider({ scale: 0.02, offset: -1 }), specs.slice(1, 2));
    const body = JSON.stringify({ data: [{ sentiment: '75', mentions: 120, time: '2024-03-05T14:00:00Z' }] });
    expect(source!.read(body, NOW_US)).toEqual([
      { instrument: 0, providerUs: Date.UTC(2024, 2, 5, 14) * 1000, value: 0.5, second: 120 },
    ]);
    const [plain] = jsonSources(provider({ second: undefined, time: undefined }), specs.slice(1, 2));
    expect(plain!.read(body.replace('"75"', '0.5'), NOW_US)).toEqual([
      { instrument: 0, providerUs: NOW_US, value: 0.5, second: 0 },
    ]);
  });

  test.each([
    ['no such key', '{"data":[{}]}', /has no data\.0\.sentiment/],
    ['no list', '{"data":"x"}', /has no data\.0\.sentiment/],
    ['a prototype', '[]', /has no data/],
    ['null', 'null', /has no data/],
    ['a truth', '{"data":[{"sentiment":true}]}', /its value is no number/],
  ])('%s is a fault', (_what, body, why) => {
    expect(() => jsonSources(provider(), specs)[0]!.read(body, NOW_US)).toThrow(why);
  });

  test('nothing is found in prototypes', () => {
    const [source] = jsonSources(provider({ value: 'constructor.length', second: undefined, time: undefined }), specs);
    expect(() => source!.read('{}', NOW_US)).toThrow(/has no constructor\.length/);
  });
});
