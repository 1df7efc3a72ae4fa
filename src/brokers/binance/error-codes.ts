/**
 * What Binance documents of its error codes: which of them say that nothing was done. Whatever is not here is not known.
 *
 * Sources: developers.binance.com, "Error codes for Binance" of the spot API (sections 10xx, 11xx, 20xx, filter failures,
 * errors of the matching engine), "Error Code" and "General Info: HTTP Return Codes" of USDⓈ-M Futures.
 */
import type { LiveVenue } from '../open-trading.ts';

/** [from, to] both included, towards zero first. */
type Range = readonly [number, number];

/** Refused before it came to anything: malformed, not signed rightly, not allowed, or against a filter. */
const REFUSED_BOTH: readonly Range[] = [
  [-1002, -1002], // not authorised
  [-1013, -1015], // filters ("didn't reach the Matching Engine"), order combination, too many new orders
  [-1020, -1023], // operation, timestamp, signature, times
  [-1099, -1099], // not found, unauthenticated or unauthorised
  [-1100, -1109], // illegal, missing, unknown, empty parameters
  [-1111, -1121], // precision, time in force, type, side, symbol
  [-1125, -1125], // listen key
  [-1127, -1128], // interval, combination of optional parameters
  [-1130, -1131],
  [-2014, -2015], // the key
];

const REFUSED_SPOT: readonly Range[] = [
  [-1122, -1122],
  [-1134, -1135],
  [-1145, -1145],
  [-1151, -1151],
  [-1158, -1158],
  [-1160, -1160],
  [-1165, -1166],
  [-1168, -1168],
  [-1182, -1182],
  [-1194, -1194],
  [-1196, -1199],
  [-1210, -1211],
  [-1220, -1220],
  [-1222, -1225],
];

const REFUSED_USDM: readonly Range[] = [
  [-1110, -1110],
  [-1126, -1126],
  [-1136, -1136],
  [-2017, -2028], // locked key, margin, cannot fill, would trigger at once, reduce-only, liquidation, limits, leverage
  [-4001, -4055], // price, quantity, size of the client order id, stop orders, margin type
  [-4059, -4115], // position side, reduce-only, parameters
  [-4117, -4120], // working type, reduce-only margin, and the endpoint for conditional orders
  [-4129, -4144], // time in force, market order against the best price, stop price, symbol closed, pair
  [-4161, -4165], // leverage, self-trade, least worth, time range
  [-4183, -4184], // stop price's caps
  [-4192, -4192], // cooling-off period
  [-4400, -4402], // quantitative rules
  [-5021, -5022], // fill-or-kill and post-only orders that did not fit
];

const isIn = (ranges: readonly Range[], code: number): boolean =>
  ranges.some(([from, to]) => code <= from && code >= to);

/** The venue says that the name is in use: then an order of that name is there, whoever sent it. */
const isDuplicate = (code: number, message: string): boolean =>
  code === -4116 || ((code === -2010 || code === -1010) && /duplicate/i.test(message));

/** Whether the venue documents that a request with this outcome was not carried out. */
export function isRefusal(venue: LiveVenue, code: number, message: string): boolean {
  if (isDuplicate(code, message)) return false;
  // Of the matching engine: a new order that it did not take.
  if (code === -2010) return true;
  return isIn(REFUSED_BOTH, code) || isIn(venue === 'binance' ? REFUSED_SPOT : REFUSED_USDM, code);
}

/** The order is not there, as an answer to a query. */
export const NO_SUCH_ORDER = -2013;
/** Spot: over for more than 90 days without any fill. */
export const ORDER_ARCHIVED = -2026;
/** With "Unknown order sent.": there was nothing to cancel. With another text the venue did not cancel. */
export const CANCEL_REJECTED = -2011;
export const TOO_MANY_REQUESTS = -1003;
export const TOO_MANY_ORDERS = -1015;
export const BAD_TIMESTAMP = -1021;
export const BAD_SIGNATURE = -1022;
export const BAD_KEY_FORMAT = -2014;
export const BAD_KEY = -2015;
export const KEY_LOCKED = -2017;
export const NO_LISTEN_KEY = -1125;

/** Spot: of a cancel and an order in one request one was done, or neither. On USD-M these codes mean something else. */
export const isHalved = (venue: LiveVenue, code: number): boolean =>
  venue === 'binance' && (code === -2021 || code === -2022);

export const isUnknownOrder = (message: string): boolean => /unknown order/i.test(message);

/**
 * A 503 is three things on USD-M: with these texts the operation has failed for certain, or was turned away by a system
 * that protects itself; with "Unknown error" it may have been carried out. Of spot all 5xx are unknown.
 */
export function is503Refusal(venue: LiveVenue, code: number | undefined, message: string): boolean {
  if (venue !== 'binanceusdm') return false;
  if (code === -1008) return /throttled by system-level protection/i.test(message);
  return /^service unavailable\.?$/i.test(message) || /^internal error; unable to process your request/i.test(message);
}
