/** The engine, the order desk and reconciliation on a venue under test: what the venue counts must be what we count. */
import { expect } from 'vitest';
import { formatMoney, MONEY_DECIMALS, money, type OrderIntent, parseMoney } from '../../engine/domain/index.ts';
import { OrderDesk } from '../../src/brokers/order-desk.ts';
import { beliefOf } from '../../src/brokers/reconcile-belief.ts';
import { Reconciler } from '../../src/brokers/reconciler.ts';
import { Session, testConfig } from '../fixtures/engine-session.ts';
import { send } from '../fixtures/paper-orders.ts';
import type { Bench } from './trading-rig.ts';

/** Buys, sells a part, leaves one at work, then looks until both sides agree; what was there before is accepted. */
export async function booksAgree(bench: Bench): Promise<void> {
  const { rig } = bench;
  const startedAtUs = rig.nowUs();
  const balance = (await bench.account()).balances.find((each) => each.asset === rig.currency);
  const startingCash = formatMoney(money((balance?.free ?? 0n) + (balance?.locked ?? 0n)), MONEY_DECIMALS);
  const session = new Session(
    testConfig({
      venue: 'external',
      control: 'observe',
      accountCurrency: rig.currency,
      startingCash,
      instruments: [rig.instrument.spec],
    }),
  );
  const desk = new OrderDesk({
    runId: 'books',
    gateway: rig.venue,
    nowUs: () => rig.nowUs(),
    report: (report, instrument) => session.report(report, instrument),
  });
  bench.onUpdate = (update) => desk.update(update);
  const leave = (intent: Partial<OrderIntent> & Pick<OrderIntent, 'side' | 'lots'>): void => {
    const from = session.events.length;
    send(session, intent);
    for (const event of session.events.slice(from)) if (event.kind === 'order') desk.take(event);
  };
  const settled = (open: number) => async (): Promise<void> => {
    const isDone = await rig.until(() => {
      if (desk.nextDueUs <= rig.nowUs()) desk.tick();
      return desk.open === open;
    });
    expect(isDone, 'every order comes to its end').toBe(true);
  };
  leave({ side: 1, lots: rig.lots, limitTicks: rig.touch().ask });
  await settled(0)();
  leave({ side: -1, lots: Math.floor(rig.lots / 2), reduceOnly: true });
  await settled(0)();
  leave({ side: 1, lots: rig.lots, limitTicks: Math.floor(rig.touch().bid * 0.97) });
  await rig.until(() => bench.updates.some((each) => each.kind === 'accepted'));
  const refused = session.events.filter((event) => event.kind === 'report-refused' && event.reason !== 'duplicate');
  expect(refused).toEqual([]);
  await agree(bench, session, desk, startedAtUs);
}

async function agree(bench: Bench, session: Session, desk: OrderDesk, startedAtUs: number): Promise<void> {
  const { rig } = bench;
  const reconciler = new Reconciler({ startedAtUs, everyUs: 60_000_000, balanceTolerance: parseMoney('0.001')! });
  const isAgreed = (): boolean => reconciler.outcome === 'agreed';
  for (let look = 0; look < 8 && !isAgreed(); look++) {
    const account = await bench.account(reconciler.ask(rig.nowUs()));
    const belief = beliefOf(session.state, (orderId) => desk.nameOf(orderId));
    reconciler.take(account, belief, [true], rig.nowUs());
    // Only what was in the account before may be accepted at all.
    reconciler.accept(reconciler.digest, rig.nowUs());
    const untilUs = rig.nowUs() + 1_100_000;
    if (!isAgreed()) await rig.until(() => rig.nowUs() > untilUs);
  }
  expect({
    outcome: reconciler.outcome,
    lines: reconciler.mismatches.filter((each) => !each.accepted).map((each) => each.line),
  }).toEqual({
    outcome: 'agreed',
    lines: [],
  });
}
