/** What replies mean: only what the venue documents as not done is a refusal; whatever is not sure is not known. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { answerOf, PURPOSES, type Purpose } from '../../../../src/brokers/binance/replies.ts';
import type { HttpOutcome } from '../../../../src/brokers/binance/wire.ts';
import { dataFolder } from '../../../fixtures/recorded.ts';

const NOW_US = 1_800_000_000_000_000;

const replied = (status: number, body: unknown, headers: Record<string, string> = {}): HttpOutcome => ({
  kind: 'reply',
  status,
  headers,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

const error = (status: number, code: number, msg: string): HttpOutcome => replied(status, { code, msg });
const submit = (outcome: HttpOutcome, venue: 'binance' | 'binanceusdm' = 'binanceusdm') =>
  answerOf(venue, 'submit', outcome, NOW_US).kind;

interface Documented {
  readonly codes: ReadonlyArray<{
    readonly code: number;
    readonly category: string;
    readonly messages: readonly string[];
  }>;
  readonly matching_engine_messages: ReadonlyArray<{ readonly codes: readonly number[]; readonly msg: string }>;
  readonly filter_failures: ReadonlyArray<{ readonly code: number; readonly msg: string }>;
}

const folder = dataFolder();
const documented: Documented | undefined =
  folder === undefined
    ? undefined
    : JSON.parse(readFileSync(join(folder, 'j_exchange_fixtures/binance_errors.json'), 'utf8'));

/** Codes whose documented text leaves open what has become of the request, or says nothing of it. */
const OPEN_10XX = [-1000, -1001, -1006, -1007, -1008, -1016, -1033, -1034, -1035];

describe('a reply to an order', () => {
  it.skipIf(documented === undefined)(
    'is a refusal for the documented codes of malformed requests and filters alone',
    () => {
      for (const { code, category, messages } of documented!.codes) {
        for (const message of messages) {
          const kind = submit(error(400, code, message), 'binance');
          if (OPEN_10XX.includes(code)) expect(kind, `${code} ${message}`).toBe('unknown');
          else if (code === -1003) expect(kind).toBe('busy');
          else if (category.startsWith('10xx')) expect(kind, `${code} ${message}`).toBe('refused');
          else expect(['refused', 'unknown'], `${code} ${message}`).toContain(kind);
        }
      }
      for (const { code, msg } of documented!.filter_failures)
        expect(submit(error(400, code, msg), 'binance')).toBe('refused');
      for (const { msg } of documented!.matching_engine_messages) {
        // The name is taken: by an order of ours, so that it is there.
        const expected = /duplicate/i.test(msg) ? 'unknown' : 'refused';
        expect(submit(error(400, -2010, msg), 'binance'), msg).toBe(expected);
      }
    },
  );

  it('is never a refusal with a status of the venue’s own faults, whatever its code', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -6000, max: 0 }),
        fc.string(),
        fc.integer({ min: 500, max: 599 }),
        (code, msg, status) => {
          for (const venue of ['binance', 'binanceusdm'] as const) {
            const kind = submit(error(status, code, msg), venue);
            expect(kind === 'unknown' || (kind === 'busy' && venue === 'binanceusdm' && status === 503)).toBe(true);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is never a refusal for a code that is not documented, and never done for a body that does not read', () => {
    fc.assert(
      fc.property(fc.integer({ min: -99_999, max: -6_000 }), fc.string(), (code, msg) => {
        expect(submit(error(400, code, msg))).toBe('unknown');
        expect(submit(error(200, code, msg))).toBe('unknown');
      }),
      { numRuns: 300 },
    );
    for (const body of ['', '<html>', '{"orderId":', 'null', '"text"'])
      expect(submit(replied(400, body)), body).toBe('unknown');
    expect(submit(replied(200, '{"orderId":'))).toBe('unknown');
    expect(submit(replied(302, '{}'))).toBe('unknown');
    expect(submit(replied(403, '<html>blocked</html>'))).toBe('unknown');
  });

  it('of status 503 is three things on USD-M, and one on spot', () => {
    const unknown = error(503, -1000, 'Unknown error, please check your request or try again later.');
    const unavailable = error(503, -1001, 'Service Unavailable.');
    const internal = error(503, -1001, 'Internal error; unable to process your request. Please try again.');
    const throttled = error(
      503,
      -1008,
      'Request throttled by system-level protection. Reduce-only/close-position orders are exempt. Please try again.',
    );
    expect([unknown, unavailable, internal, throttled].map((each) => submit(each))).toEqual([
      'unknown',
      'busy',
      'busy',
      'busy',
    ]);
    for (const each of [unknown, unavailable, internal, throttled]) expect(submit(each, 'binance')).toBe('unknown');
    expect(submit(replied(503, 'Service Unavailable'))).toBe('unknown');
  });

  it('tells a duplicate name apart from a refusal, for then the order is there', () => {
    expect(submit(error(400, -4116, 'ClientOrderId is duplicated.'))).toBe('unknown');
    expect(submit(error(400, -2010, 'Duplicate order sent.'), 'binance')).toBe('unknown');
    expect(submit(error(400, -2010, 'Account has insufficient balance for requested action.'), 'binance')).toBe(
      'refused',
    );
    expect(submit(error(400, -2019, 'Margin is insufficient.'))).toBe('refused');
    // The same number is something else on spot.
    expect(submit(error(400, -2021, 'Order cancel-replace partially failed.'), 'binance')).toBe('unknown');
  });
});

describe('a request that failed on its way', () => {
  it('has done nothing only when it never left', () => {
    const failed = (code: string, left: boolean): HttpOutcome => ({ kind: 'failed', code, left });
    for (const code of ['ECONNRESET', 'ETIMEDOUT', 'EPIPE']) expect(submit(failed(code, true))).toBe('unknown');
    for (const code of ['ECONNREFUSED', 'ENOTFOUND', 'CERT_HAS_EXPIRED'])
      expect(submit(failed(code, false))).toBe('busy');
  });
});

describe('an order that is not there', () => {
  const gone = (purpose: Purpose, outcome: HttpOutcome) => answerOf('binanceusdm', purpose, outcome, NOW_US).kind;

  it('is so for a query and a cancel, and not known for a submit', () => {
    const missing = error(400, -2013, 'Order does not exist.');
    expect(PURPOSES.map((purpose) => gone(purpose, missing))).toEqual(['no-order', 'no-order', 'unknown', 'unknown']);
    expect(gone('cancel', error(400, -2011, 'Unknown order sent.'))).toBe('no-order');
    expect(gone('cancel', error(400, -2011, 'This account may not place or cancel orders.'))).toBe('unknown');
    expect(gone('cancel', error(503, -2011, 'Unknown order sent.'))).toBe('unknown');
  });
});

describe('a venue that was asked too often', () => {
  const busy = (outcome: HttpOutcome) => answerOf('binance', 'query', outcome, NOW_US);

  it('tells how long to wait by its header, or by the end of a ban', () => {
    expect(busy(replied(429, { code: -1003, msg: 'Too much.' }, { 'retry-after': '7' }))).toMatchObject({
      retryAfterUs: 7e6,
      banned: false,
    });
    const until = NOW_US / 1000 + 90_000;
    expect(busy(error(418, -1003, `Way too much request weight used; IP banned until ${until}.`))).toMatchObject({
      retryAfterUs: 90e6,
      banned: true,
    });
    expect(busy(replied(429, '<html>'))).toMatchObject({ retryAfterUs: 60e6 });
    expect(busy(replied(418, '', { 'retry-after': 'soon' }))).toMatchObject({ banned: true, retryAfterUs: 120e6 });
  });
});
