/** What became of a run's position on spot while no journal of it could be written. */
import { setTimeout as pause } from 'node:timers/promises';
import { nextBelow } from '../../../engine/kernel/prng.ts';
import { formatE8 } from '../../../src/exchange/model/port.ts';
import type { TestExchange } from '../../fixtures/exchange.ts';
import { ask } from '../../fixtures/exchange-requests.ts';
import type { LiveRig } from '../../fixtures/live-rig.ts';
import { look } from './exchange-side.ts';
import type { OwnCoinsWatch } from './own-coins.ts';

export const SYMBOL = 'BTCUSDT';
/** A lot of it in 10⁻⁸. */
export const LOT_E8 = 1_000n;
const ORDER_PATH = '/api/v3/order';

/** Where a case takes place. */
export interface Scene {
  readonly exchange: TestExchange;
  readonly watch: OwnCoinsWatch;
  readonly random: Int32Array;
  /** Under which the lost life would have named its next order. */
  readonly nextName: string;
  /** What the run has, and what somebody else has beside it, in 10⁻⁸. */
  readonly held: bigint;
  readonly own: bigint;
}

export interface UnrecordedCase {
  readonly name: string;
  /** While the life still lives of which the disk takes nothing any more. */
  lives?(rig: LiveRig): Promise<void>;
  /** When it is dead. */
  happens(scene: Scene): Promise<void>;
  /** When the next one has begun. */
  later?(scene: Scene): Promise<void>;
  /** What the operator must be shown; undefined where there may be nothing to be shown. */
  readonly shown: RegExp | undefined;
}

interface Resting {
  readonly clientOrderId: string;
  readonly side: 'BUY' | 'SELL';
  readonly stopPrice: string;
}

/** Sells of the account that are open. */
export const resting = (exchange: TestExchange): readonly Resting[] =>
  look<readonly Resting[]>(exchange, 'spot', '/api/v3/openOrders').filter(({ side }) => side === 'SELL');

async function send(exchange: TestExchange, method: 'POST' | 'DELETE', parameters: Readonly<Record<string, string>>) {
  const { status, body } = await ask(exchange, method, ORDER_PATH, { symbol: SYMBOL, ...parameters });
  if (status !== 200) throw new Error(`${method} ${JSON.stringify(parameters)}: ${status} ${JSON.stringify(body)}`);
}

/** What locks the run's coins is taken away, whoever does it. */
async function release({ exchange }: Scene): Promise<void> {
  for (const { clientOrderId } of resting(exchange))
    await send(exchange, 'DELETE', { origClientOrderId: clientOrderId });
}

const quantityOf = (e8: bigint): string => formatE8(e8 - (e8 % LOT_E8));

async function sell({ exchange }: Scene, newClientOrderId: string, e8: bigint): Promise<void> {
  const order = { side: 'SELL', type: 'MARKET', quantity: quantityOf(e8), newClientOrderId };
  await send(exchange, 'POST', order);
}

const partOf = ({ held, random }: Scene): bigint => (held * BigInt(20 + nextBelow(random, 60))) / 100n;

/** The price comes that a stop waits for, until nothing is left that waits. */
async function reachStop({ exchange }: Scene): Promise<void> {
  for (const give = AbortSignal.timeout(10_000); !give.aborted; await pause(20)) {
    const [stop] = resting(exchange);
    if (stop === undefined) return;
    const at = { market: 'spot', symbol: SYMBOL, price: stop.stopPrice } as const;
    exchange.act({ act: 'level', side: 'BUY', quantity: '50', ...at });
    exchange.act({ act: 'trade', side: 'SELL', quantity: '0.1', ...at });
  }
  throw new Error('the stop did not close its position');
}

/** Another stop in the place of the one that is known. */
async function layAnother(scene: Scene): Promise<void> {
  const { exchange, held, nextName: newClientOrderId } = scene;
  const [stop] = resting(exchange);
  const bid = Number(exchange.best('spot', SYMBOL).bid);
  const stopPrice = stop?.stopPrice ?? String(Math.round(bid * 0.98));
  await release(scene);
  const order = { side: 'SELL', type: 'STOP_LOSS', quantity: quantityOf(held), stopPrice, newClientOrderId };
  await send(exchange, 'POST', order);
}

const HALTED = /venue-mismatch/;
const LESS = /our position/;

export const UNRECORDED_CASES: readonly UnrecordedCase[] = [
  {
    name: 'an exit of all under a name of ours',
    shown: HALTED,
    async happens(scene) {
      await release(scene);
      await sell(scene, scene.nextName, scene.held);
    },
  },
  {
    name: 'an exit of a part under a name of ours',
    shown: HALTED,
    async happens(scene) {
      await release(scene);
      await sell(scene, scene.nextName, partOf(scene));
    },
  },
  {
    name: 'the exit that the life itself sent',
    shown: undefined,
    async lives(rig) {
      await rig.command({ kind: 'kill' });
      await rig.command({ kind: 'flatten' });
      await rig.until((_, { positions }) => positions.length === 0);
    },
    async happens() {},
  },
  { name: 'its stop, while somebody has coins', shown: undefined, happens: reachStop },
  {
    name: 'a hand, of all of it',
    shown: LESS,
    async happens(scene) {
      await release(scene);
      await sell(scene, 'by-hand', scene.held);
    },
  },
  {
    name: 'a hand, of a part of it',
    shown: LESS,
    async happens(scene) {
      await release(scene);
      await sell(scene, 'by-hand', partOf(scene));
    },
  },
  {
    name: 'a hand, of its own coins beside a stop that is at work',
    shown: /not ours|our position/,
    happens: (scene) => sell(scene, 'by-hand', scene.own < scene.held ? scene.own : scene.held),
  },
  { name: 'a stop under a name of ours that is still at work', shown: undefined, happens: layAnother },
  {
    name: 'a stop under a name of ours that is reached when the next life begins',
    shown: undefined,
    happens: layAnother,
    later: reachStop,
  },
];
