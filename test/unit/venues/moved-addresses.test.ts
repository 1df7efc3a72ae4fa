/** Where requests and streams go when an operator names another server. */
import { expect, it } from 'vitest';
import { movedTo } from '../../../src/venues/ccxt/moved-addresses.ts';

const ADDRESSES = {
  public: 'https://api.venue.example/api/v3',
  ws: { spot: 'wss://stream.{hostname}:9443/ws', plain: 'http://old.example' },
  version: 3,
  none: undefined,
};

it.each([
  ['ws://127.0.0.1:9333/spot', 'http://127.0.0.1:9333/spot', 'ws://127.0.0.1:9333/spot'],
  ['http://127.0.0.1:9333/', 'http://127.0.0.1:9333', 'ws://127.0.0.1:9333'],
  ['wss://here.example', 'https://here.example', 'wss://here.example'],
])('below %s paths stay, sockets stay sockets, and TLS is as it says', (url, http, ws) => {
  expect(movedTo(url, ADDRESSES)).toEqual({
    public: `${http}/api/v3`,
    ws: { spot: `${ws}/ws`, plain: http },
    version: 3,
    none: undefined,
  });
});
