/** What leaves for a venue, and when: held until durable, withdrawn when cancelled before, cancels at once. */
import { expect, it } from 'vitest';
import type { BrokerReport } from '../../../engine/domain/index.ts';
import type { OrderEventOf } from '../../../src/brokers/order-desk.ts';
import { OrderOutlet } from '../../../src/brokers/order-outlet.ts';
import { EffectGate } from '../../../src/host/effects.ts';

function rig() {
  const gate = new EffectGate();
  const sent: string[] = [];
  const reports: BrokerReport[] = [];
  const outlet = new OrderOutlet({
    gate,
    desk: { take: ({ event, orderId }) => sent.push(`${event} ${orderId}`) },
    report: (report) => reports.push(report),
  });
  const order = (seq: number, event: OrderEventOf['event'], orderId: number, reduceOnly = false): void =>
    outlet.take({
      kind: 'order',
      seq,
      atUs: seq,
      orderId,
      decisionId: 1,
      instrument: 0,
      side: 1,
      lots: 10,
      limitTicks: 100,
      reduceOnly,
      clearance: 'policy',
      purpose: reduceOnly ? 'stop' : 'entry',
      event,
      from: 'intended',
      to: 'in-flight',
    });
  return { gate, sent, reports, order };
}

it('a submit leaves when its intent is on the disk, not before, and only once', () => {
  const { gate, sent, order } = rig();
  order(5, 'submit', 1);
  gate.durable(4);
  expect(sent).toEqual([]);
  gate.durable(5);
  gate.durable(9);
  expect(sent).toEqual(['submit 1']);
});

it('a cancel leaves at once; of a submit that waits, neither ever leaves, and the engine is told', () => {
  const { gate, sent, reports, order } = rig();
  order(1, 'submit', 1);
  gate.durable(1);
  order(2, 'submit', 2);
  order(3, 'request-cancel', 1);
  order(3, 'request-cancel', 2);
  gate.durable(3);
  expect(sent).toEqual(['submit 1', 'request-cancel 1']);
  expect(reports).toEqual([{ kind: 'rejected', orderId: 2 }]);
});

it('without a journal no entry leaves, waiting or new; exits and cancels do', () => {
  const { gate, sent, reports, order } = rig();
  order(1, 'submit', 1);
  order(1, 'submit', 2, true);
  gate.fail('disk full');
  order(2, 'submit', 3);
  order(2, 'submit', 4, true);
  order(2, 'request-cancel', 9);
  expect(sent).toEqual(['submit 2', 'submit 4', 'request-cancel 9']);
  expect(reports.map((report) => report.orderId)).toEqual([1, 3]);
});

it('what the venue tells by itself sends nothing', () => {
  const { gate, sent, order } = rig();
  gate.durable(100);
  for (const event of ['accept', 'fill', 'partial-fill', 'confirm-cancel', 'reject', 'lose', 'late-fill'] as const)
    order(3, event, 1);
  expect(sent).toEqual([]);
});
