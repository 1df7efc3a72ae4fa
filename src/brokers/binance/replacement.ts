/**
 * What the venue's reply to a cancel and an order in one request says of each half, as if each had been asked for alone.
 *
 * Source: Binance spot API, "Cancel an Existing Order and Send a New Order", with STOP_ON_FAILURE: both are done (200), the
 * order was cancelled and the new one not taken (409, -2021), or neither was done (400, -2022). A request that is refused
 * whole carries neither half.
 */
import type { LiveVenue } from '../open-trading.ts';
import { fieldsOf, textOf } from './json.ts';
import { type Answer, answerOfHalf } from './replies.ts';

/** Undefined for a half that the venue has certainly not begun with. */
export interface Halves {
  readonly cancelled: Answer | undefined;
  readonly submitted: Answer | undefined;
}

export function halvesOf(venue: LiveVenue, answer: Answer): Halves {
  if (answer.kind === 'busy') return { cancelled: undefined, submitted: answer };
  if (answer.kind !== 'done' && answer.kind !== 'halves') return whole(answer);
  const { cancelResult, newOrderResult, cancelResponse, newOrderResponse } = fieldsOf(answer.json);
  const cancelled = halfOf(venue, 'cancel', textOf(cancelResult), cancelResponse);
  // Only a cancel that has failed keeps the venue from trying the other half.
  if (textOf(newOrderResult) === 'NOT_ATTEMPTED')
    return { cancelled, submitted: textOf(cancelResult) === 'FAILURE' ? undefined : unknown('not attempted') };
  return { cancelled, submitted: halfOf(venue, 'submit', textOf(newOrderResult), newOrderResponse) };
}

/** Nobody documents that a request that is refused whole has cancelled nothing: whoever wants to know asks. */
function whole(answer: Answer): Halves {
  return { cancelled: unknown('text' in answer ? answer.text : ''), submitted: answer };
}

function halfOf(venue: LiveVenue, purpose: 'cancel' | 'submit', result: string | undefined, response: unknown): Answer {
  if (result === 'SUCCESS') return { kind: 'done', json: response };
  return result === 'FAILURE' ? answerOfHalf(venue, purpose, response) : unknown(`a ${purpose} that is neither`);
}

const unknown = (text: string): Answer => ({ kind: 'unknown', text });
