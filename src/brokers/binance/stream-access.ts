/**
 * How the user streams are opened today. USD-M: a listen key by REST, prolonged every half hour, in the address of the
 * private stream. Spot: a subscription that is signed, on the WebSocket API; listen keys went in 2026.
 */
import type { Api, Endpoint } from './api.ts';
import type { VenueClient } from './client.ts';
import type { Dialect } from './dialect.ts';
import { NO_LISTEN_KEY } from './error-codes.ts';
import { explain } from './explain.ts';
import { fieldsOf, isFields, parseJson, textOf } from './json.ts';
import type { StreamAccess } from './user-stream.ts';

const CREATE: Endpoint = { name: 'fapiPrivatePostListenKey', weight: 1 };
const PROLONG: Endpoint = { name: 'fapiPrivatePutListenKey', weight: 1 };
const SUBSCRIBE_ID = 'user-stream';

export const streamAccess = ({ venue }: Dialect, api: Api, client: VenueClient): StreamAccess =>
  venue === 'binance' ? bySubscription(api, client) : byListenKey(api, client);

function byListenKey(api: Api, client: VenueClient): StreamAccess {
  // …/ws is the address of market data; accounts have theirs beside it.
  const base = client.socketUrl(['future']).replace(/\/ws$/, '/private/ws');
  return {
    address(found): void {
      api.call(CREATE, {}, 'query', (answer) => {
        const key = answer.kind === 'done' ? textOf(fieldsOf(answer.json).listenKey) : undefined;
        if (key !== undefined && key !== '') found(`${base}?listenKey=${encodeURIComponent(key)}`, '');
        else found(undefined, answer.kind === 'done' ? 'the venue gave no listen key' : explain(answer));
      });
    },
    subscription: () => undefined,
    subscribed: () => undefined,
    prolong(done): void {
      api.call(PROLONG, {}, 'query', (answer) => {
        if (answer.kind === 'done') done(true);
        else if (answer.kind === 'refused' && answer.code === NO_LISTEN_KEY) done(false);
      });
    },
  };
}

function bySubscription(api: Api, client: VenueClient): StreamAccess {
  const url = client.socketUrl(['ws-api', 'spot']);
  return {
    address: (found) => found(api.isBanned ? undefined : url, 'the venue has banned this address'),
    subscription: () =>
      JSON.stringify({
        id: SUBSCRIBE_ID,
        method: 'userDataStream.subscribe.signature',
        params: client.streamParameters(),
      }),
    subscribed(text): boolean | undefined {
      const frame = fieldsOf(parseJson(text));
      if (frame.id !== SUBSCRIBE_ID) return undefined;
      return frame.status === 200 && isFields(frame.result);
    },
    prolong: undefined,
  };
}
