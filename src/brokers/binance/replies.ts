/** What a reply of the venue means for the request it answers: done, refused, to be asked again later, or not known. */
import type { LiveVenue } from '../open-trading.ts';
import {
  CANCEL_REJECTED,
  is503Refusal,
  isHalved,
  isRefusal,
  isUnknownOrder,
  NO_SUCH_ORDER,
  ORDER_ARCHIVED,
  TOO_MANY_REQUESTS,
} from './error-codes.ts';
import { type Fields, fieldsOf, isFields, parseJson, textOf, wholeOf } from './json.ts';
import type { HttpOutcome } from './wire.ts';

/** What is asked for, in the order of its importance. */
export const PURPOSES = ['cancel', 'query', 'submit', 'check'] as const;
export type Purpose = (typeof PURPOSES)[number];

export type Answer =
  | { readonly kind: 'done'; readonly json: unknown }
  /** The venue documents that nothing was done. `code` is 0 where there is none. */
  | { readonly kind: 'refused'; readonly code: number; readonly text: string }
  /** To a cancel or query: there is no such order. */
  | { readonly kind: 'no-order' }
  /** To a cancel and an order in one request, not both of which were done: what the venue says of each. */
  | { readonly kind: 'halves'; readonly json: Fields; readonly text: string }
  /** Nothing was done; `banned`: the address is locked out, so that cancels do not pass either. */
  | { readonly kind: 'busy'; readonly retryAfterUs: number; readonly banned: boolean; readonly text: string }
  | { readonly kind: 'unknown'; readonly text: string };

const SECOND_US = 1_000_000;
/** Where the venue names no time: weights are counted by the minute. */
const RATE_PAUSE_US = 60 * SECOND_US;
const BAN_PAUSE_US = 120 * SECOND_US;
const OVERLOAD_PAUSE_US = SECOND_US;
const LONGEST_PAUSE_US = 3 * 86_400 * SECOND_US;

/** `venueUs` is the venue's time of now, for a ban is told with its end. */
export function answerOf(venue: LiveVenue, purpose: Purpose, outcome: HttpOutcome, venueUs: number): Answer {
  if (outcome.kind === 'failed') return failed(outcome);
  const { status, headers, body } = outcome;
  const json = parseJson(body);
  const code = isFields(json) ? wholeOf(json.code) : undefined;
  const message = (isFields(json) ? textOf(json.msg) : undefined) ?? '';
  const text = `HTTP ${status}${code === undefined ? '' : ` ${code} ${message}`}`;
  if (status === 429 || status === 418) {
    const banned = status === 418;
    return { kind: 'busy', banned, retryAfterUs: pauseOf(headers['retry-after'], message, banned, venueUs), text };
  }
  if (status >= 200 && status < 300) {
    // A success carries no code below zero; one that does is none that we know.
    if (json === undefined || (code !== undefined && code < 0)) return { kind: 'unknown', text };
    return { kind: 'done', json };
  }
  if (status === 503 && is503Refusal(venue, code, message))
    return { kind: 'busy', banned: false, retryAfterUs: OVERLOAD_PAUSE_US, text };
  if (status < 400 || status >= 500 || code === undefined) return { kind: 'unknown', text };
  const { data } = fieldsOf(json);
  if (isHalved(venue, code) && isFields(data)) return { kind: 'halves', json: data, text };
  return refusal(venue, purpose, code, message, text);
}

/** What the venue says of one half that it has not done, as {@link answerOf} reads a reply. */
export function answerOfHalf(venue: LiveVenue, purpose: Purpose, half: unknown): Answer {
  const { code, msg } = fieldsOf(half);
  const number = wholeOf(code);
  const message = textOf(msg) ?? '';
  if (number === undefined) return { kind: 'unknown', text: message };
  return refusal(venue, purpose, number, message, `${number} ${message}`);
}

function refusal(venue: LiveVenue, purpose: Purpose, code: number, message: string, text: string): Answer {
  if (code === TOO_MANY_REQUESTS) return { kind: 'busy', banned: false, retryAfterUs: RATE_PAUSE_US, text };
  if (purpose === 'query' && (code === NO_SUCH_ORDER || (venue === 'binance' && code === ORDER_ARCHIVED)))
    return { kind: 'no-order' };
  if (purpose === 'cancel' && (code === NO_SUCH_ORDER || (code === CANCEL_REJECTED && isUnknownOrder(message))))
    return { kind: 'no-order' };
  return isRefusal(venue, code, message) ? { kind: 'refused', code, text } : { kind: 'unknown', text };
}

/** A request that never left has done nothing; of all others that failed nobody knows. */
function failed({ code, left }: Extract<HttpOutcome, { kind: 'failed' }>): Answer {
  if (left) return { kind: 'unknown', text: code };
  return { kind: 'busy', banned: false, retryAfterUs: OVERLOAD_PAUSE_US, text: code };
}

function pauseOf(retryAfter: string | undefined, message: string, banned: boolean, venueUs: number): number {
  const seconds = /^\d{1,7}$/.test(retryAfter ?? '') ? Number(retryAfter) : undefined;
  const untilMs = /banned until (\d{13})/.exec(message)?.[1];
  const told = [
    seconds === undefined ? 0 : seconds * SECOND_US,
    untilMs === undefined ? 0 : Number(untilMs) * 1000 - venueUs,
  ];
  const pauseUs = Math.max(...told);
  if (pauseUs <= 0) return banned ? BAN_PAUSE_US : RATE_PAUSE_US;
  return Math.min(pauseUs, LONGEST_PAUSE_US);
}
