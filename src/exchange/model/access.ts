/** Who is asking, and whether they may: API key, address, time, signature and permission, in this order. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Account, Core } from './core.ts';
import { ApiError, FIXED, missing } from './errors.ts';
import type { Params } from './params.ts';
import type { ExchangeRequest } from './port.ts';
import { microsecondsOf } from './times.ts';

/** 'key' needs no signature; 'trade' is refused to keys without the permission. */
export type Security = 'key' | 'user' | 'trade';

const KEY_FORMAT = /^[A-Za-z0-9_-]{8,128}$/;
const STANDARD_WINDOW_MS = 5_000;
const LONGEST_WINDOW_MS = 60_000;
const AHEAD_MS = 1_000;
/** The smallest step of a window on the spot API, 0.001 ms, in 10⁻⁸. */
const WINDOW_STEP_E8 = 100_000n;

/** Query and body without the signature, joined: what is signed. */
export function signedText(query: string, body: string): string {
  const strip = (text: string) =>
    text
      .split('&')
      .filter((part) => !part.startsWith('signature='))
      .join('&');
  return strip(query) + strip(body);
}

export function sign(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('hex');
}

function isSame(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** The account of a request, or the refusal thrown. */
export function authenticate(core: Core, request: ExchangeRequest, params: Params, security: Security): Account {
  const account = accountOfKey(core, request.headers['x-mbx-apikey'], request.remoteAddress);
  if (security !== 'key') {
    const text = signedText(request.query, request.body);
    checkSigned(core, account, params, text, request.path.startsWith('/api/'));
  }
  if (security === 'trade' && account.spec.trading === false) throw FIXED.apiKeyRejected();
  return account;
}

export function accountOfKey(core: Core, key: string | undefined, remoteAddress: string): Account {
  if (key === undefined || !KEY_FORMAT.test(key)) throw FIXED.apiKeyFormat();
  const account = core.byKey.get(key);
  if (account === undefined) throw FIXED.apiKeyRejected();
  const { ipAllowed } = account.spec;
  if (ipAllowed !== undefined && !ipAllowed.includes(remoteAddress)) throw FIXED.apiKeyRejected();
  return account;
}

/** `text` is what the signature is over; `isFine` where times may be in microseconds: on the spot API alone. */
export function checkSigned(core: Core, account: Account, params: Params, text: string, isFine: boolean): void {
  const signature = params.text('signature');
  if (signature === undefined) throw missing('signature');
  const stampUs = microsecondsOf(params.mustWhole('timestamp'), isFine);
  const windowUs = windowOf(params, isFine);
  const clockUs = core.clockMs * 1_000;
  if (windowUs > LONGEST_WINDOW_MS * 1_000) throw new ApiError(-1131, 'recvWindow must be less than 60000.');
  if (stampUs >= clockUs + AHEAD_MS * 1_000) throw FIXED.early();
  if (clockUs - stampUs > windowUs) throw FIXED.late();
  // Upper and lower case of its digits are the same to Binance.
  if (!isSame(sign(account.spec.secret, text), signature.toLowerCase())) throw FIXED.signature();
}

/** In microseconds. On the spot API a window has up to three decimals, elsewhere none. */
function windowOf(params: Params, isFine: boolean): number {
  if (isFine && params.text('recvWindow')?.includes('.')) {
    return Number(params.decimal('recvWindow', WINDOW_STEP_E8)! / WINDOW_STEP_E8);
  }
  return (params.whole('recvWindow') ?? STANDARD_WINDOW_MS) * 1_000;
}
