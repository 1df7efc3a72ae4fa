/** Importers against anything: numbers keep their value, and no file, however broken, gets past the checks or crashes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatOnGrid, parseOnGrid } from '../../engine/domain/index.ts';
import { comparable, DecimalReader, decimalsOf } from '../../src/importers/decimals.ts';
import { ImportError } from '../../src/importers/import-error.ts';
import { parseTimeUs } from '../../src/importers/times.ts';
import { importTexts, T0_MS, T0_US } from '../unit/importers/helpers.ts';

const read = (text: string) => new DecimalReader().read(text);

describe('decimals', () => {
  const units = fc.bigInt({ min: 0n, max: BigInt(Number.MAX_SAFE_INTEGER) }).map(Number);
  const decimals = fc.integer({ min: 0, max: 12 });

  test('what a grid writes reads back as the same number of steps', () => {
    fc.assert(
      fc.property(units, decimals, (value, places) => {
        const grid = { step: 1, decimals: places };
        const text = formatOnGrid(value, grid);
        // Sixteen digits or more, unless the venue's eight decimals, may be the noise of a double.
        fc.pre(value < 1e15 || places === 8);
        expect(parseOnGrid(read(text)!, grid)).toBe(value);
        expect(decimalsOf(text)).toBeLessThanOrEqual(places);
      }),
    );
  });

  test('an exponent only moves the point', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: -10, max: 8 }), (mantissa, exponent) => {
        const grid = { step: 1, decimals: 10 };
        const steps = BigInt(mantissa) * 10n ** BigInt(exponent + 10);
        fc.pre(steps <= BigInt(Number.MAX_SAFE_INTEGER));
        expect(parseOnGrid(read(`${mantissa}e${exponent}`)!, grid)).toBe(Number(steps));
      }),
    );
  });

  test('any text is a plain decimal or nothing', () => {
    const alphabet = fc.constantFrom(...'0123456789.-+eExN\u0000\u202e ,_');
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: alphabet, maxLength: 70 })), (text) => {
        const plain = read(text);
        if (plain !== undefined) expect(plain).toMatch(/^\d+(?:\.\d+)?$/);
      }),
      { numRuns: 2000 },
    );
  });

  test('a double keeps its value to the noise, and what was written with few decimals comes back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e12 }),
        fc.integer({ min: 0, max: 8 }),
        fc.integer(),
        (whole, places, seed) => {
          const meant = formatOnGrid(whole, { step: 1, decimals: places });
          // A sum that is off by a few units in the last place, as accumulated volumes are.
          const value = Number(meant);
          const noisy = value * (1 + ((seed % 4) * Number.EPSILON) / 2);
          const plain = read(String(noisy));
          fc.pre(plain !== undefined);
          expect(Math.abs(Number(plain) - noisy)).toBeLessThanOrEqual(noisy * 5e-15);
        },
      ),
    );
  });

  test('comparison is that of the exact numbers', () => {
    const pair = fc.tuple(fc.integer({ min: 0, max: 1e9 }), fc.integer({ min: 0, max: 6 }));
    fc.assert(
      fc.property(pair, pair, ([a, aPlaces], [b, bPlaces]) => {
        const texts = [
          formatOnGrid(a, { step: 1, decimals: aPlaces }),
          formatOnGrid(b, { step: 1, decimals: bPlaces }),
        ];
        const [first = 0, second = 0] = comparable(texts) ?? [];
        const exact = BigInt(a) * 10n ** BigInt(bPlaces) - BigInt(b) * 10n ** BigInt(aPlaces);
        expect(Math.sign(first - second)).toBe(exact === 0n ? 0 : exact > 0n ? 1 : -1);
      }),
    );
  });
});

test('a time reads the same in every unit', () => {
  const us = fc.integer({ min: Date.UTC(2010, 0) * 1000, max: Date.UTC(2099, 0) * 1000 });
  fc.assert(
    fc.property(us, (time) => {
      const text = String(time);
      expect(parseTimeUs(text)).toBe(time);
      expect(parseTimeUs(`${text}789`)).toBe(time);
      expect(parseTimeUs(`${text.slice(0, 10)}.${text.slice(10)}4`)).toBe(time);
      expect(parseTimeUs(text.slice(0, 13))).toBe(time - (time % 1000));
      const calendar = new Date(Math.floor(time / 1000)).toISOString();
      expect(parseTimeUs(calendar.replace('Z', `${String(time % 1000).padStart(3, '0')}+00:00`))).toBe(time);
    }),
  );
});

const frame = (id: number) =>
  `${T0_US + id} {"stream":"btcusdt@trade","data":{"e":"trade","E":${T0_MS},"T":${T0_MS},"s":"BTCUSDT","t":${id},"p":"100.5","q":"0.25","m":true,"M":true}}`;
const depth = (id: number) =>
  `${T0_US + id} {"stream":"btcusdt@depth","data":{"e":"depthUpdate","E":${T0_MS},"s":"BTCUSDT","U":${id},"u":${id},"b":[["100.4","1"]],"a":[]}}`;
const numbers = Array.from({ length: 12 }, (_, i) => i + 1);

/** A small file of each family. */
const SAMPLES: Readonly<Record<string, string>> = {
  'frames.jsonl': [
    `${T0_US} {"lastUpdateId":3,"bids":[["100.4","2"]],"asks":[["100.6","1"]]}`,
    ...numbers.flatMap((i) => [depth(i), frame(i)]),
  ].join('\n'),
  'feed.txt': [
    'wss://stream.binance.com:9443/x <-> 1723161255.1',
    ...numbers.map((i) => `${(T0_US + i) / 1e6}: ${frame(i).split(' ')[1]}`),
  ].join('\n'),
  'trades.csv': [
    'recv_us,E,T,s,t,p,q,X,m',
    ...numbers.map((i) => `${T0_US + i},${T0_MS},${T0_MS},BTCUSDT,${i},100.5,0.25,MARKET,true`),
  ].join('\n'),
  'BTCUSDT-trades.csv': numbers.map((i) => `${i},100.5,0.25,25,${T0_MS + i},true,true`).join('\n'),
  'depth.csv': [
    'symbol,timestamp,first_update_id,last_update_id,side,update_type,price,qty,pu',
    ...numbers.map((i) => `BTCUSDT,${T0_MS + i},${i},${i},b,set,100.5,1,${i - 1}`),
  ].join('\n'),
  'BTCUSDT.csv': [
    'time,open,high,low,close,volume',
    ...numbers.map((i) => `${T0_MS + i * 60_000},10.5,12,9,11,5.25`),
  ].join('\n'),
  'BTCUSDT.json': `[${numbers.map((i) => `[${T0_MS + i * 60_000},10.5,12.0,9,11,5.25]`).join()}]`,
  'BTCUSDT_1m.csv': numbers.map((i) => `${T0_MS + i * 60_000},10.5,11,12,9,5.25`).join('\n'),
};

/** A change to a text: a piece taken out, doubled, or replaced by something hostile. */
const HOSTILE = [
  'NaN',
  '1e309',
  '-1',
  '9'.repeat(40),
  '__proto__',
  '\u001b[2J',
  '\u0000',
  '"',
  ']',
  '[[',
  '{',
  '\n',
  ',',
  '\r',
  '\u202e',
];
const change = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 0, max: 30 }),
  put: fc.oneof(fc.constantFrom(...HOSTILE), fc.constant('double'), fc.string({ maxLength: 5 })),
});

function applyChange(text: string, { at, length, put }: { at: number; length: number; put: string }): string {
  const start = Math.floor(at * text.length);
  const piece = text.slice(start, start + length);
  return text.slice(0, start) + (put === 'double' ? piece + piece : put) + text.slice(start + length);
}

test('a broken file is imported without its bad lines or refused in one clean line; what is imported is sound', async () => {
  const samples = fc.constantFrom(...Object.entries(SAMPLES));
  const changes = fc.array(change, { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(samples, changes, async ([name, sample], list) => {
      const text = list.reduce(applyChange, sample);
      try {
        const { inputs, result } = await importTexts({ [name]: Buffer.from(text, 'utf8') }, { maxBadLineShare: 1 });
        let last = 0;
        for (const [i, input] of inputs.entries()) {
          expect(input.seq).toBe(i + 1);
          expect(input.receivedAtUs).toBeGreaterThanOrEqual(last);
          last = input.receivedAtUs;
          const values = [...Object.values(input.values), ...input.bids, ...input.asks, input.venueAtUs];
          for (const value of values) if (typeof value === 'number') expect(Number.isSafeInteger(value)).toBe(true);
        }
        expect(result.inputs).toBe(inputs.length);
        for (const { symbol } of result.instruments) expect(symbol).toMatch(/^[A-Z0-9/:-]+$/);
      } catch (error) {
        expect(error).toBeInstanceOf(ImportError);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
        expect((error as Error).message).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
      }
    }),
    { numRuns: 300 },
  );
});
