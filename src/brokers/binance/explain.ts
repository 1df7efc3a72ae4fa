/** What the venue's refusals mean for the operator, in words, and what to do about them. */
import { cleanText } from '../../../logs/index.ts';
import { BAD_KEY, BAD_KEY_FORMAT, BAD_SIGNATURE, BAD_TIMESTAMP, KEY_LOCKED } from './error-codes.ts';
import type { Answer } from './replies.ts';

const WORDS: Readonly<Record<number, string>> = {
  [BAD_KEY_FORMAT]: 'the API key is malformed: copy it anew from the venue, without quotes or spaces',
  [BAD_KEY]:
    'the key is unknown, not allowed from this address, or without this permission: look at the key’s page at the venue',
  [BAD_SIGNATURE]: 'the secret does not belong to this key: enter both anew from the venue',
  [BAD_TIMESTAMP]: 'this machine’s clock is off: turn on time synchronisation (timedatectl set-ntp true)',
  [KEY_LOCKED]: 'the venue has locked this key: unlock it there, or make another',
  [-4061]: 'the account is in hedge mode: set one-way mode (Preferences, Position Mode)',
};

/** Errors of the system and of TLS. */
const SYSTEM: Readonly<Record<string, string>> = {
  ENOTFOUND: 'the name cannot be resolved: no network, or no DNS',
  EAI_AGAIN: 'the name cannot be resolved just now: no network, or DNS does not answer',
  ECONNREFUSED: 'nobody listens at that address and port',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no network',
  ETIMEDOUT: 'no answer in time: a firewall may drop it',
  ECONNRESET: 'the connection was broken off',
  EPROTO: 'the other side does not speak TLS there',
  CERT_HAS_EXPIRED: 'its TLS certificate has expired, or this machine’s clock is far off',
  DEPTH_ZERO_SELF_SIGNED_CERT:
    'its TLS certificate is self-signed: something stands between this machine and the venue',
  SELF_SIGNED_CERT_IN_CHAIN: 'a self-signed TLS certificate: something stands between this machine and the venue',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its TLS certificate cannot be verified: something stands in between',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its TLS certificate has no issuer that this machine trusts',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its TLS certificate is of another name',
};

/** A refusal with its words behind it where we have some. */
export function explainRefusal(code: number, text: string): string {
  const words = WORDS[code];
  return cleanText(words === undefined ? text : `${words} (${text})`);
}

/** Why a request brought nothing, in one line. */
export function explain(answer: Exclude<Answer, { kind: 'done' }>): string {
  if (answer.kind === 'no-order') return 'there is no such order';
  if (answer.kind === 'refused') return explainRefusal(answer.code, answer.text);
  if (answer.kind === 'busy' && answer.banned)
    return `the venue has banned this address for ${wait(answer.retryAfterUs)}: nothing helps but to wait, or another address`;
  const words = SYSTEM[answer.text];
  if (words !== undefined) return `${words} (${answer.text})`;
  if (answer.kind === 'busy')
    return `the venue wants to hear nothing for ${wait(answer.retryAfterUs)} (${cleanText(answer.text)})`;
  return cleanText(answer.text);
}

const wait = (us: number): string => (us < 120_000_000 ? `${Math.ceil(us / 1e6)} s` : `${Math.ceil(us / 60e6)} min`);
