/** What the venue says of a cancel and an order in one request, each half for itself. */
import { describe, expect, it } from 'vitest';
import { halvesOf } from '../../../../src/brokers/binance/replacement.ts';
import { answerOf } from '../../../../src/brokers/binance/replies.ts';
import type { HttpOutcome } from '../../../../src/brokers/binance/wire.ts';
import { documentedReplies } from '../../../fixtures/documented-replies.ts';

const NOW_US = 1_800_000_000_000_000;
const replied = (status: number, body: unknown, headers: Record<string, string> = {}): HttpOutcome => ({
  ...{ kind: 'reply', status, headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
});
const read = (outcome: HttpOutcome) => halvesOf('binance', answerOf('binance', 'submit', outcome, NOW_US));
/** The kinds of both halves; 'none' for one that was not begun with. */
const kinds = (outcome: HttpOutcome) => {
  const { cancelled, submitted } = read(outcome);
  return [cancelled?.kind ?? 'none', submitted?.kind ?? 'none'];
};
const unknownOrder = { code: -2011, msg: 'Unknown order sent.' };
const parts = (cancel: string, order: string, cancelResponse: unknown, newOrderResponse: unknown) => ({
  ...{ cancelResult: cancel, newOrderResult: order },
  ...{ cancelResponse, newOrderResponse },
});
const failed = (code: number, data: unknown) => ({ code, msg: 'Order cancel-replace failed.', data });

describe('a replacement', () => {
  it('that was carried out is done in both halves', () => {
    const data = parts('SUCCESS', 'SUCCESS', { status: 'CANCELED' }, { orderId: 10 });
    expect(read(replied(200, data))).toEqual({
      cancelled: { kind: 'done', json: { status: 'CANCELED' } },
      submitted: { kind: 'done', json: { orderId: 10 } },
    });
  });

  it('whose order was not there has done nothing at all', () => {
    const data = parts('FAILURE', 'NOT_ATTEMPTED', unknownOrder, null);
    expect(kinds(replied(400, failed(-2022, data)))).toEqual(['no-order', 'none']);
  });

  it('whose order was touched already has done nothing, and what became of that one is to be asked for', () => {
    const restricted = { code: -2011, msg: 'Order was not canceled due to cancel restrictions.' };
    const data = parts('FAILURE', 'NOT_ATTEMPTED', restricted, null);
    expect(kinds(replied(400, failed(-2022, data)))).toEqual(['unknown', 'none']);
  });

  it.each([
    [{ code: -2010, msg: 'Account has insufficient balance for requested action.' }, 'refused'],
    [{ code: -1013, msg: 'Filter failure: NOTIONAL' }, 'refused'],
    [{ code: -2010, msg: 'Duplicate order sent.' }, 'unknown'],
    [{ code: -1007, msg: 'Timeout waiting for response from backend server.' }, 'unknown'],
    [{ code: -1003, msg: 'Too many requests queued.' }, 'busy'],
    [{}, 'unknown'],
    [null, 'unknown'],
  ])('that cancelled, and whose new order came back as %j, is %s in that half', (response, kind) => {
    const data = parts('SUCCESS', 'FAILURE', { status: 'CANCELED' }, response);
    expect(kinds(replied(409, failed(-2021, data)))).toEqual(['done', kind]);
  });

  it.each<readonly [string, HttpOutcome]>([
    ['halves that are neither', replied(409, failed(-2021, parts('MAYBE', 'PERHAPS', null, null)))],
    ['no halves', replied(409, { code: -2021, msg: 'x' })],
    ['a new order that was not tried although the cancel was done', replied(200, parts('', 'NOT_ATTEMPTED', 0, 0))],
    ['half a text', replied(200, '{"cancelResult":"SUCC')],
    ['a page', replied(502, '<html>')],
    ['no reply', { kind: 'failed', code: 'ECONNRESET', left: true }],
    ['a time-out', replied(408, { code: -1007, msg: 'Timeout.' })],
  ])('with %s is known in no half', (_, outcome) => {
    expect(kinds(outcome)).toEqual(['unknown', 'unknown']);
  });

  it('that is refused whole is refused, and the order that was there is to be asked for', () => {
    expect(kinds(replied(400, { code: -1013, msg: 'Filter failure: LOT_SIZE' }))).toEqual(['unknown', 'refused']);
  });

  it.each<readonly [string, HttpOutcome]>([
    ['429', replied(429, { code: -1015, msg: 'Too many new orders.' }, { 'retry-after': '3' })],
    ['418', replied(418, { code: -1003, msg: 'banned until 1800000060000' })],
    ['that never left', { kind: 'failed', code: 'ECONNREFUSED', left: false }],
  ])('with %s leaves the order that was there as it was', (_, outcome) => {
    expect(kinds(outcome)).toEqual(['none', 'busy']);
  });

  it('means something else on USD-M, where the same codes are of plain orders', () => {
    const outcome = replied(400, failed(-2021, {}));
    expect(answerOf('binanceusdm', 'submit', outcome, NOW_US).kind).toBe('refused');
    expect(answerOf('binance', 'submit', replied(400, { code: -2021, msg: 'x' }), NOW_US).kind).toBe('unknown');
  });
});

const replies = documentedReplies('"cancelResult"');

describe.skipIf(replies.length === 0)('every reply that is documented', () => {
  it('reads as what it says', () => {
    const read = replies.map((body) => {
      const status = body.code === undefined ? 200 : body.code === -2021 ? 409 : 400;
      return [body.code ?? 0, ...kinds(replied(status, body))];
    });
    // With ALLOW_FAILURE, which is never asked for, a new order may work beside the old one.
    expect(read).toEqual([
      [0, 'done', 'done'],
      [-2022, 'no-order', 'none'],
      [-2021, 'done', 'refused'],
      [-2021, 'no-order', 'done'],
      [-2022, 'no-order', 'refused'],
      [-2021, 'done', 'refused'],
    ]);
  });
});
