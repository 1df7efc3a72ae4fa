/** The scanner beside the checked path: what it takes, the checked path takes with the same numbers, whatever the bytes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseGrid, parseOnGrid } from '../../../engine/domain/index.ts';
import { ByteReader } from '../../../src/venues/binance/byte-reader.ts';
import { CheckedFrames } from '../../../src/venues/binance/checked-frames.ts';
import { FrameScanner } from '../../../src/venues/binance/frame-scanner.ts';
import type { VenueInstrument } from '../../../src/venues/venue-instrument.ts';
import { WIRE, WireEvent } from '../../../src/venues/wire-event.ts';
import { LINEAR, listed, SPOT } from './venue-instruments.ts';

const ODD = listed({ ...LINEAR.spec, venueSymbol: 'ODDUSDT', tickSize: '0.05', lotSize: '3' });

const FRAMES: ReadonlyArray<readonly [VenueInstrument, string]> = [
  [
    SPOT,
    '{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":3735683259,"p":"61837.63000000","q":"0.02000000","T":1723161255342,"m":true,"M":true}}',
  ],
  [
    SPOT,
    '{"stream":"btcusdt@bookTicker","data":{"u":50093239212,"s":"BTCUSDT","b":"61837.63000000","B":"3.78826000","a":"61837.64000000","A":"1.54698000"}}',
  ],
  [
    SPOT,
    '{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1723161255208,"s":"BTCUSDT","U":50093239189,"u":50093239202,"b":[["61737.63000000","0.00000000"],["61730.17000000","12345.00000000"]],"a":[["61837.64000000","1.54698000"]]}}',
  ],
  [
    LINEAR,
    '{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":1723161256322,"a":5266583935,"s":"BTCUSDT","p":"61800.30","q":"0.006","f":10533167870,"l":10533167873,"T":1723161256322,"m":false,"nq":"0.006"}}',
  ],
  [
    LINEAR,
    '{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161256322,"T":1723161256321,"s":"BTCUSDT","t":5266583935,"p":"61800.30","q":"0.006","X":"MARKET","m":false}}',
  ],
  [
    LINEAR,
    '{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161256322,"T":1723161256321,"s":"BTCUSDT","t":5266583935,"p":"61800.30","q":"0.006","X":"INSURANCE_FUND","m":false}}',
  ],
  [
    LINEAR,
    '{"stream":"btcusdt@bookTicker","data":{"e":"bookTicker","u":5123107839020,"s":"BTCUSDT","b":"61800.20","B":"2.507","a":"61800.30","A":"2.510","T":1723161256313,"E":1723161256313}}',
  ],
  [
    LINEAR,
    '{"stream":"btcusdt@depth@100ms","data":{"e":"depthUpdate","E":1723161256299,"T":1723161256298,"s":"BTCUSDT","U":5123107832006,"u":5123107837557,"pu":5123107831937,"b":[["58710.20","0.014"],["61496.50","0.010"]],"a":[]}}',
  ],
  [
    ODD,
    '{"stream":"oddusdt@bookTicker","data":{"e":"bookTicker","u":5,"s":"ODDUSDT","b":"12345678901.05","B":"9","a":"12345678901.10","A":"300000003","T":1723161256313,"E":1723161256313}}',
  ],
];

function numbersOf(event: WireEvent): unknown[] {
  const { kind, instrument, eventAtUs, venueAtUs } = event;
  const of =
    kind === WIRE.trade
      ? [event.price, event.quantity, event.tradeId, event.buyerIsMaker]
      : kind === WIRE.quote
        ? [event.bidPrice, event.bidQuantity, event.askPrice, event.askQuantity, event.updateId]
        : [
            event.firstUpdateId,
            event.lastUpdateId,
            event.previousUpdateId,
            [...event.bids.flat()],
            [...event.asks.flat()],
          ];
  return [kind, instrument, eventAtUs, venueAtUs, ...of];
}

const paths = new Map(
  [SPOT, LINEAR, ODD].map((instrument) => [
    instrument,
    { scanner: new FrameScanner([instrument]), checked: new CheckedFrames(instrument.spec.kind, [instrument]) },
  ]),
);

/** Fails when the scanner takes what the checked path refuses, or reads it otherwise. @returns whether it was taken. */
function compare(instrument: VenueInstrument, bytes: Uint8Array): boolean {
  const { scanner, checked } = paths.get(instrument)!;
  const [fast, slow] = [new WireEvent(), new WireEvent()];
  // As frames come: in the middle of a larger buffer, with bytes behind that belong to another one.
  const around = Buffer.concat([Buffer.from('[['), bytes, Buffer.from('99"}}')]);
  const frame = around.subarray(2, 2 + bytes.byteLength);
  if (!scanner.scan(frame, fast)) return false;
  const verdict = checked.frame(bytes, slow);
  if (verdict !== 'read') throw new Error(`${JSON.stringify(verdict)}: ${Buffer.from(bytes)}`);
  expect(numbersOf(fast)).toEqual(numbersOf(slow));
  return true;
}

/** A change to some bytes of a frame. */
const edits = fc.array(
  fc.record({
    at: fc.nat(400),
    take: fc.nat(12),
    put: fc.oneof(
      fc.constantFrom(
        '0',
        '00',
        '9',
        '.',
        '"',
        ',',
        '-',
        'e',
        '1e5',
        '}',
        ']',
        '[',
        '\\',
        '\\u0041',
        ' ',
        '\n',
        '\0',
        'é',
      ),
      fc.constantFrom(
        '"',
        '":',
        '"E":1,',
        '"b":[],',
        '"X":"MARKET",',
        '"ps":"BTCUSD",',
        'true',
        '"M":true,',
        '000000000000',
      ),
      fc.stringMatching(/^[0-9]{0,20}$/),
    ),
  }),
  { minLength: 1, maxLength: 3 },
);

describe('frames by their bytes', () => {
  it.each(FRAMES.filter(([, text]) => !text.includes('INSURANCE')))('%#: read as by JSON.parse', (instrument, text) => {
    expect(compare(instrument, Buffer.from(text))).toBe(true);
  });

  it('takes fields in any order, and leaves trades off the market to the checked path', () => {
    const shuffled =
      '{"stream":"btcusdt@trade","data":{"m":true,"q":"1.5","zz":"x","p":"7.5","t":1,"s":"BTCUSDT","T":1723161255342,"E":1723161255343,"e":"trade"}}';
    expect(compare(SPOT, Buffer.from(shuffled))).toBe(true);
    expect(compare(LINEAR, Buffer.from(FRAMES[5]![1]))).toBe(false);
  });

  it('takes nothing that the checked path refuses, whatever is done to a frame', () => {
    let taken = 0;
    fc.assert(
      fc.property(fc.constantFrom(...FRAMES), edits, ([instrument, text], changes) => {
        let bytes = Buffer.from(text);
        for (const { at, take, put } of changes) {
          const from = at % bytes.byteLength;
          bytes = Buffer.concat([bytes.subarray(0, from), Buffer.from(put), bytes.subarray(from + take)]);
        }
        if (compare(instrument, bytes)) taken++;
      }),
      { numRuns: 6_000 },
    );
    expect(taken).toBeGreaterThan(50);
  });

  it('takes nothing that is cut off anywhere', () => {
    for (const [instrument, text] of FRAMES) {
      const bytes = Buffer.from(text);
      for (let length = 0; length < bytes.byteLength; length++)
        expect(compare(instrument, bytes.subarray(0, length))).toBe(false);
    }
  });

  it('reads decimals as parseOnGrid does, or leaves them', () => {
    const grids = ['0.01', '0.00001', '1', '0.05', '3', '0.000000000001'].map((text) => parseGrid(text)!);
    const decimals = fc.oneof(fc.stringMatching(/^[0-9]{0,12}\.?[0-9]{0,12}$/), fc.stringMatching(/^[0-9.e-]{0,34}$/));
    const reader = new ByteReader();
    let read = 0;
    fc.assert(
      fc.property(decimals, fc.constantFrom(...grids), (text, grid) => {
        const bytes = Buffer.from(`${text}"}`);
        reader.open(bytes);
        const from = reader.at;
        if (!reader.decimal(1, grid.decimals, grid.step)) return;
        read++;
        expect([reader.numbers[1], reader.at - from]).toEqual([parseOnGrid(text, grid), text.length + 1]);
      }),
      { numRuns: 4_000 },
    );
    expect(read).toBeGreaterThan(100);
  });
});
