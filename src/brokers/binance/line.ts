/** The line to the venue: requests, the venue's time and its limits, which need one another. */
import type { Schedule } from '../../venues/schedule.ts';
import type { Credentials } from '../credentials.ts';
import type { LiveVenue } from '../open-trading.ts';
import { Api } from './api.ts';
import { VenueClient } from './client.ts';
import { ClockSync, type ClockSyncOptions } from './clock-sync.ts';
import { DIALECTS } from './dialect.ts';
import { fieldsOf, wholeOf } from './json.ts';
import { Limits } from './limits.ts';
import type { Wire } from './wire.ts';

export interface LineOptions {
  readonly venue: LiveVenue;
  readonly url: string | undefined;
  readonly credentials: Credentials | undefined;
  readonly schedule: Schedule;
  readonly wire: Wire;
  readonly wallUs: () => number;
  readonly notice: ClockSyncOptions['notice'];
}

export interface Line {
  readonly api: Api;
  readonly client: VenueClient;
  readonly clock: ClockSync;
  readonly limits: Limits;
}

/** Loads ccxt; sends nothing. */
export async function lineTo({ venue, url, credentials, schedule, wire, wallUs, notice }: LineOptions): Promise<Line> {
  let api: Api | undefined;
  const clock = new ClockSync({
    nowUs: () => schedule.nowUs(),
    wallUs,
    probe: (reply) => {
      api?.call(DIALECTS[venue].time, {}, 'check', (answer) => {
        const time = answer.kind === 'done' ? wholeOf(fieldsOf(answer.json).serverTime) : undefined;
        reply(time !== undefined && time > 0 ? time : undefined);
      });
    },
    notice,
  });
  const limits = new Limits(venue, () => clock.venueUs());
  const client = await VenueClient.load(venue, url, credentials, () => Math.floor(clock.venueUs() / 1000));
  api = new Api({ venue, wire, client, limits, clock, credentials });
  return { api, client, clock, limits };
}
