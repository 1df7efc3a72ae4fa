/** Feeds as they are written in a hurry: each of these faults must be noticed by the check it is for. */
import type { SocketEvents } from '../../../src/venues/network.ts';
import type { Wraps } from './feed-world.ts';
import type { ModelNetwork } from './model-network.ts';

type Frames = (bytes: Uint8Array, deliver: (bytes: Uint8Array) => void) => void;

/** A network whose messages pass through `frames`. */
function throughFrames(network: ModelNetwork, makeFrames: () => Frames) {
  return {
    get: network.get,
    open: (url: string, events: SocketEvents) => {
      const frames = makeFrames();
      return network.open(url, { ...events, frame: (bytes) => frames(bytes, (passed) => events.frame(passed)) });
    },
  };
}

/** Numbers the changes of a book anew, so that they always follow one another. */
export const hidesHoles: Wraps = {
  network: (network) =>
    throughFrames(network, () => {
      const last = new Map<string, number>();
      return (bytes, deliver) => {
        const frame = JSON.parse(Buffer.from(bytes).toString());
        const { data } = frame;
        if (data.e === 'depthUpdate') {
          const before = last.get(data.s);
          last.set(data.s, data.u);
          if (before !== undefined && 'pu' in data) data.pu = before;
          else if (before !== undefined) data.U = before + 1;
        }
        deliver(Buffer.from(JSON.stringify(frame)));
      };
    }),
};

/** Takes a pong for a sign that data comes: says the last quote again under a new number. */
export const takesPongsForData: Wraps = {
  network: (network) => ({
    get: network.get,
    open: (url, events) => {
      let quote: { stream: string; data: { u: number } } | undefined;
      return network.open(url, {
        ...events,
        frame: (bytes) => {
          const text = Buffer.from(bytes).toString();
          if (text.includes('@bookTicker')) quote = JSON.parse(text);
          events.frame(bytes);
        },
        alive: () => {
          events.alive();
          if (quote === undefined) return;
          quote.data.u++;
          events.frame(Buffer.from(JSON.stringify(quote)));
        },
      });
    },
  }),
};

/** Keeps from the engine that data was lost. */
export const tellsNoGaps = (gapType: number): Wraps => ({ lets: (record) => record[8] !== gapType });

/** Everybody waits for exactly as long. */
export const sameForAll: Wraps = { unit: () => 0.5 };

/** A socket layer that tries again by itself, five times and at once. */
export const triesByItself: Wraps = {
  network: (network) => ({
    get: network.get,
    open: (url, events) => {
      let left = 5;
      const open = (): ReturnType<ModelNetwork['open']> =>
        network.open(url, {
          ...events,
          closed: (why) => {
            if (left-- > 0) open();
            else events.closed(why);
          },
        });
      return open();
    },
  }),
};

/** Ends the first connection before the second one stands. */
export const doesNotOverlap: Wraps = {
  network: (network) => {
    let standing: SocketEvents | undefined;
    let drop = (): void => {};
    return {
      get: network.get,
      open: (url, events) => {
        const before = standing;
        if (url.includes('depth')) {
          drop();
          before?.closed('another one is opened');
        }
        const socket = network.open(url, events);
        if (url.includes('depth')) {
          standing = events;
          drop = () => socket.drop();
        }
        return socket;
      },
    };
  },
};

/** Does not listen to best prices, so that nothing tells of a wrong book. */
export const hearsNoQuotes: Wraps = {
  network: (network) =>
    throughFrames(network, () => (bytes, deliver) => {
      if (!Buffer.from(bytes).includes('@bookTicker')) deliver(bytes);
    }),
};
