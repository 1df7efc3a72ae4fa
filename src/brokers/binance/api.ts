/** One request to the venue: within its limits, signed with its time, sent once, and its reply told by what it means. */
import type { Credentials } from '../credentials.ts';
import type { LiveVenue } from '../open-trading.ts';
import type { Parameters, VenueClient } from './client.ts';
import type { ClockSync } from './clock-sync.ts';
import { BAD_TIMESTAMP } from './error-codes.ts';
import type { Limits } from './limits.ts';
import { type Answer, answerOf, type Purpose } from './replies.ts';
import type { HttpRequest, Wire } from './wire.ts';

/** An endpoint by ccxt's name, and what the venue counts for it. */
export interface Endpoint {
  readonly name: string;
  readonly weight: number;
}

export interface ApiOptions {
  readonly venue: LiveVenue;
  readonly wire: Wire;
  readonly client: VenueClient;
  readonly limits: Limits;
  readonly clock: ClockSync;
  readonly credentials: Credentials | undefined;
}

const TIMEOUT_US = 10_000_000;

export class Api {
  readonly #options: ApiOptions;

  constructor(options: ApiOptions) {
    this.#options = options;
  }

  /** The venue has locked this address out: not even a connection should be tried. */
  get isBanned(): boolean {
    return this.#options.limits.isBanned;
  }

  call(endpoint: Endpoint, parameters: Parameters, purpose: Purpose, reply: (answer: Answer) => void): void {
    const { venue, wire, client, limits, clock, credentials } = this.#options;
    const admission = limits.admit(purpose, endpoint.weight);
    if (!admission.admitted) {
      const { retryAfterUs, why } = admission;
      reply({ kind: 'busy', retryAfterUs, banned: limits.isBanned, text: why });
      return;
    }
    let request: HttpRequest;
    try {
      request = client.request(endpoint.name, parameters);
    } catch {
      const answer: Answer = { kind: 'refused', code: 0, text: `the request for ${endpoint.name} could not be built` };
      limits.settle(endpoint.weight, answer);
      reply(answer);
      return;
    }
    wire.http(request, TIMEOUT_US, (outcome) => {
      const answer = answerOf(venue, purpose, outcome, clock.venueUs());
      limits.settle(endpoint.weight, answer, outcome);
      if (answer.kind === 'refused' && answer.code === BAD_TIMESTAMP) clock.suspect();
      // What the venue says of a request may repeat it, and with it the key or the signature.
      reply('text' in answer ? { ...answer, text: credentials?.scrub(answer.text) ?? answer.text } : answer);
    });
  }
}

/** As {@link Api.call}, for what is done in several steps. */
export const ask = (api: Api, endpoint: Endpoint, parameters: Parameters, purpose: Purpose): Promise<Answer> =>
  new Promise((resolve) => {
    api.call(endpoint, parameters, purpose, resolve);
  });
