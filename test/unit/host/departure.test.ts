/** A live run that ends leaves nothing at the venue that needs it: entries are taken back, and what is held has its stop. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startExchange, type TestExchange } from '../../fixtures/exchange.ts';
import { ask } from '../../fixtures/exchange-requests.ts';
import { BUSY, furnish, LiveRig } from '../../fixtures/live-rig.ts';
import { temporaryFolder } from '../../fixtures/temporary.ts';

let exchange: TestExchange;
beforeEach(async () => {
  const balances = { spot: { USDT: '10000' }, usdm: {} };
  exchange = await startExchange({ market: 'spot', symbols: ['BTC/USDT'], balances });
});
afterEach(() => exchange.stop());

/** A run whose entry is on its way when the operator, or a service manager, wants it to end. */
async function untilEntryIsSent(path: string, ...faults: string[]): Promise<LiveRig> {
  const dataDir = temporaryFolder('departure');
  furnish(dataDir, exchange.keys, { ...BUSY, execution: { ...BUSY.execution, entryTimeoutUs: 60_000_000 } });
  const rig = await LiveRig.start({ dataDir, url: exchange.ws('spot'), symbols: ['BTC/USDT'] });
  await rig.until(() => true);
  await rig.arm();
  exchange.setFaults(...faults);
  await rig.command({ kind: 'set-control', mode: 'auto' });
  for (const untilMs = Date.now() + 10_000; exchange.count(path) === 0 && Date.now() < untilMs; )
    await new Promise((resolve) => setTimeout(resolve, 5));
  expect(exchange.count(path)).toBe(1);
  return rig;
}

async function heldAndGuarded(): Promise<readonly [held: number, guarded: number, entries: number]> {
  const { body: account } = await ask(exchange, 'GET', '/api/v3/account');
  const { body: orders } = await ask(exchange, 'GET', '/api/v3/openOrders');
  const btc = account.balances.find(({ asset }: { asset: string }) => asset === 'BTC');
  const held = btc === undefined ? 0 : Number(btc.free) + Number(btc.locked);
  const stops = orders.filter(({ type }: { type: string }) => type === 'STOP_LOSS');
  const guarded = stops.reduce((sum: number, { origQty }: { origQty: string }) => sum + Number(origQty), 0);
  return [held, guarded, orders.length - stops.length];
}

it('an entry that fills while the run ends gets its stop', async () => {
  const rig = await untilEntryIsSent('POST /api/v3/order', 'latency,ms=500,path=POST /api/v3/order,count=1');
  expect(await rig.stop()).toMatchObject({ fault: false, reason: 'the operator left' });
  const [held, guarded, entries] = await heldAndGuarded();
  // The fee of a spot venue leaves less than a lot behind.
  expect(held - guarded).toBeLessThan(0.00001);
  expect([guarded > 0, entries]).toEqual([true, 0]);
});

it('asked again it ends at once, and says what it leaves', async () => {
  const rig = await untilEntryIsSent('POST /api/v3/order', 'latency,ms=600,path=POST /api/v3/order');
  void rig.stop();
  const { reason } = await rig.stop();
  // On a busy machine the order may have been filled by then: it says that as well.
  expect(reason).toMatch(/^the operator left, though (?:an order|the position) in BTC\/USDT /);
});
