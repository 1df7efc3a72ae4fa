/** Why a gate refuses, in a few words without its numbers: for where only its name is known. */
import type { GateName } from '../engine/domain/index.ts';

export const GATE_REFUSES: Readonly<Record<GateName, string>> = {
  halted: 'entries are halted',
  'venue-ready': 'not ready at the venue',
  tradable: 'it is watch-only',
  'data-fresh': 'its data is too old',
  'book-whole': 'the book misses an update',
  'price-known': 'no price is known',
  'volatility-known': 'its range is not known',
  'short-allowed': 'spot cannot be sold short',
  'no-duplicate': 'position or entry there already',
  cooldown: 'too soon after the last entry',
  'order-rate': 'too many orders in this minute',
  'max-positions': 'too many positions are open',
  spread: 'the spread is too wide now',
  collar: 'limit too far from the price now',
  'stop-not-reached': 'the price has reached its stop',
  reward: 'its target gains too little now',
  'order-size': 'the order is too large now',
  'position-size': 'the position would be too large',
  leverage: 'too much exposure',
  'min-notional': 'worth too little now',
};
