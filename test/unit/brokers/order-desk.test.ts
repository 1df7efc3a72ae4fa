/** The order desk against a venue whose every reply is given by hand. */
import { describe, expect, it } from 'vitest';
import { type BrokerReport, money } from '../../../engine/domain/index.ts';
import type {
  CancelReply,
  OrderName,
  QueryReply,
  ReplaceReply,
  SubmitReply,
  VenueExecution,
  VenueGateway,
  VenueOrder,
} from '../../../src/brokers/gateway.ts';
import { OrderDesk, type OrderEventOf } from '../../../src/brokers/order-desk.ts';

const SECOND = 1_000_000;
const execution = (executionId: number, lots: number): VenueExecution => ({
  executionId,
  side: 1,
  lots,
  priceTicks: 100,
  fee: money(5n),
  feeLots: 0,
  maker: true,
});

class Rig {
  nowUs = 0;
  readonly submits: Array<{ order: VenueOrder; reply: (reply: SubmitReply) => void }> = [];
  readonly cancels: Array<{ atUs: number; order: OrderName; reply: (reply: CancelReply) => void }> = [];
  readonly queries: Array<{ atUs: number; order: OrderName; reply: (reply: QueryReply) => void }> = [];
  readonly replaces: Array<{ old: OrderName; order: VenueOrder; reply: (reply: ReplaceReply) => void }> = [];
  readonly reports: BrokerReport[] = [];
  readonly gateway: VenueGateway = {
    submit: (order, reply) => this.submits.push({ order, reply }),
    cancel: (order, reply) => this.cancels.push({ atUs: this.nowUs, order, reply }),
    query: (order, reply) => this.queries.push({ atUs: this.nowUs, order, reply }),
    replace: (old, order, reply) => this.replaces.push({ old, order, reply }),
  };
  readonly desk: OrderDesk;

  constructor(changes: Partial<VenueGateway> = {}) {
    this.desk = new OrderDesk({
      runId: 'run',
      nowUs: () => this.nowUs,
      report: (report) => this.reports.push(report),
      gateway: { ...this.gateway, ...changes },
    });
  }

  order(event: OrderEventOf['event'], orderId = 1, more: Partial<OrderEventOf> = {}): void {
    this.desk.take({
      kind: 'order',
      seq: 1,
      atUs: 0,
      orderId,
      decisionId: 1,
      instrument: 0,
      side: 1,
      lots: 10,
      limitTicks: 100,
      reduceOnly: false,
      clearance: 'policy',
      purpose: 'entry',
      event,
      from: 'intended',
      to: 'in-flight',
      ...more,
    });
  }

  /** The same reply to every query that waits. */
  answer(reply: QueryReply): void {
    for (const query of this.queries.splice(0)) query.reply(reply);
  }

  /** Moves time on, a tenth of a second at a time. */
  wait(seconds: number): void {
    for (let i = 0; i < Math.round(seconds * 10); i++) {
      this.nowUs += SECOND / 10;
      this.desk.tick();
    }
  }

  get kinds(): string[] {
    return this.reports.map(({ kind }) => kind);
  }
}

function sent(): Rig {
  const rig = new Rig();
  rig.order('submit');
  return rig;
}

describe('a submit', () => {
  it('goes out once, under a name of run and number', () => {
    const rig = sent();
    rig.wait(300);
    expect(rig.submits.map(({ order }) => order.clientOrderId)).toEqual(['run-1']);
  });

  it('without a reply is lost after a second, and asked for until the venue tells', () => {
    const rig = sent();
    rig.wait(0.9);
    expect(rig.kinds).toEqual([]);
    rig.wait(0.1);
    expect(rig.kinds).toEqual(['lost']);
    rig.queries[0]!.reply({ kind: 'unknown' });
    rig.wait(0.5);
    expect(rig.queries).toHaveLength(2);
    rig.queries[1]!.reply({ kind: 'open', filledLots: 4, executions: [execution(7, 4)] });
    expect(rig.kinds).toEqual(['lost', 'accepted', 'filled']);
  });

  it('that the venue denies is given up only when it has done so for 90 s without a break', () => {
    const rig = sent();
    rig.submits[0]!.reply({ kind: 'unknown' });
    const deny = (seconds: number): void => {
      for (const endUs = rig.nowUs + seconds * SECOND; rig.nowUs < endUs && rig.desk.open > 0; rig.wait(0.1)) {
        rig.answer({ kind: 'absent' });
      }
    };
    deny(80);
    rig.wait(5.5);
    rig.answer({ kind: 'unknown' });
    deny(88);
    expect(rig.kinds).toEqual(['lost']);
    deny(10);
    expect(rig.kinds).toEqual(['lost', 'rejected']);
  });

  it('told by the stream is known; the reply that follows changes nothing', () => {
    const rig = sent();
    rig.desk.update({ instrument: 0, clientOrderId: 'run-1', kind: 'execution', execution: execution(1, 10) });
    rig.desk.update({ instrument: 0, clientOrderId: 'run-1', kind: 'closed', filledLots: 10 });
    rig.submits[0]!.reply({ kind: 'unknown' });
    rig.wait(60);
    // All of it is filled, and told: that it is closed is nothing new.
    expect(rig.kinds).toEqual(['accepted', 'filled']);
    expect(rig.desk.open).toBe(0);
  });
});

describe('a cancel', () => {
  it('is sent again, ever less often, until the order is over', () => {
    const rig = sent();
    rig.submits[0]!.reply({ kind: 'accepted' });
    rig.order('request-cancel');
    rig.wait(3.05);
    expect(rig.cancels.map(({ atUs }) => atUs / SECOND)).toEqual([0, 1, 2, 3]);
    rig.cancels[3]!.reply({ kind: 'cancelled', filledLots: 0 });
    rig.wait(10);
    expect(rig.cancels).toHaveLength(4);
    expect(rig.kinds).toEqual(['accepted', 'cancelled']);
  });

  it('of an order that the venue does not know goes on, for the order may come there after it', () => {
    const rig = sent();
    rig.order('request-cancel');
    rig.cancels[0]!.reply({ kind: 'no-order' });
    rig.wait(0.3);
    expect(rig.cancels).toHaveLength(2);
    expect(rig.queries).toHaveLength(1);
    rig.cancels[1]!.reply({ kind: 'cancelled', filledLots: 0 });
    expect(rig.kinds).toEqual(['accepted', 'cancelled']);
  });

  it('with fills that nobody has told of asks for them, and the order is open until they come', () => {
    const rig = sent();
    rig.submits[0]!.reply({ kind: 'accepted' });
    rig.order('request-cancel');
    rig.cancels[0]!.reply({ kind: 'cancelled', filledLots: 6 });
    expect(rig.desk.open).toBe(1);
    rig.queries.at(-1)!.reply({ kind: 'closed', filledLots: 6, executions: [execution(3, 6)] });
    expect(rig.kinds).toEqual(['accepted', 'cancelled', 'filled']);
    expect(rig.desk.open).toBe(0);
  });
});

describe('a venue that was asked too often', () => {
  it('is asked for nothing but cancels until its time is over', () => {
    const rig = sent();
    rig.submits[0]!.reply({ kind: 'accepted' });
    rig.order('submit', 2);
    rig.submits[1]!.reply({ kind: 'busy', retryAfterUs: 10 * SECOND });
    rig.order('submit', 3);
    rig.order('request-cancel', 1);
    rig.wait(9.9);
    expect(rig.submits).toHaveLength(2);
    expect(rig.queries).toHaveLength(0);
    expect(rig.cancels.length).toBeGreaterThan(5);
    expect(rig.kinds).toEqual(['accepted', 'rejected', 'rejected']);
    rig.wait(0.1);
    expect(rig.queries).toHaveLength(1);
  });
});

describe('what comes when an order is over', () => {
  it('is passed on when it is an execution of this run, and not when it says that the order is over', () => {
    const rig = new Rig();
    const late = { instrument: 0, kind: 'execution', execution: execution(9, 2) } as const;
    for (const clientOrderId of ['other-5', 'run-x', 'run-5']) rig.desk.update({ ...late, clientOrderId });
    rig.desk.update({ instrument: 0, clientOrderId: 'run-5', kind: 'rejected' });
    rig.desk.update({ instrument: 0, clientOrderId: 'run-5', kind: 'closed', filledLots: 2 });
    expect(rig.reports).toEqual([{ kind: 'filled', orderId: 5, ...execution(9, 2) }]);
  });
});

describe('an order of an earlier life', () => {
  it('is asked for at once, and looked after from then on', () => {
    const rig = new Rig();
    rig.desk.adopt({ orderId: 8, instrument: 0, conditional: false, lots: 10 });
    rig.queries[0]!.reply({ kind: 'closed', filledLots: 3, executions: [execution(1, 3)] });
    expect(rig.kinds).toEqual(['accepted', 'filled', 'cancelled']);
  });

  it('of which the engine believes that it is under way is told to be lost before it is asked for', () => {
    const rig = new Rig();
    rig.desk.adopt({ orderId: 8, instrument: 0, conditional: false, lots: 10, inFlight: true });
    expect(rig.kinds).toEqual(['lost']);
    expect(rig.queries).toHaveLength(1);
    rig.queries[0]!.reply({ kind: 'open', filledLots: 0, executions: [] });
    expect(rig.kinds).toEqual(['lost', 'accepted']);
  });
});

describe('an order that the venue accepts after it has denied it for long', () => {
  const late = { kind: 'accepted', instrument: 0, clientOrderId: 'run-1' } as const;
  function denied(): Rig {
    const rig = sent();
    for (let i = 0; i < 100; i++) {
      rig.wait(1);
      rig.answer({ kind: 'absent' });
    }
    expect([rig.kinds.at(-1), rig.desk.open]).toEqual(['rejected', 0]);
    return rig;
  }

  it('is told, and cancelled until the venue says that it is over', () => {
    const rig = denied();
    rig.desk.update(late);
    expect([rig.kinds.at(-1), rig.cancels.length]).toEqual(['accepted', 1]);
    rig.wait(3);
    expect(rig.cancels.length).toBeGreaterThan(1);
    rig.cancels.at(-1)!.reply({ kind: 'cancelled', filledLots: 0 });
    expect([rig.kinds.at(-1), rig.desk.open]).toEqual(['cancelled', 0]);
  });

  it('is let go of, and not called rejected, where the venue knows nothing of it any more', () => {
    const rig = denied();
    rig.desk.update(late);
    for (let i = 0; i < 100; i++) {
      rig.wait(1);
      rig.answer({ kind: 'absent' });
    }
    expect([rig.kinds.at(-1), rig.desk.open]).toEqual(['accepted', 0]);
  });
});

describe('an exit in the place of a stop', () => {
  /** The stop, number 1, works; the exit, number 2, is to take its place. */
  function replacing(before: (rig: Rig) => void = () => {}, changes: Partial<VenueGateway> = {}): Rig {
    const rig = new Rig(changes);
    rig.order('submit', 1, { triggerTicks: 90 });
    rig.submits[0]!.reply({ kind: 'accepted' });
    before(rig);
    rig.order('submit', 2, { replaces: 1 });
    return rig;
  }
  const told = (rig: Rig): string[] => rig.reports.map(({ kind, orderId }) => `${kind} ${orderId}`);

  it('goes out once, and the stop is over before it is known to work', () => {
    const rig = replacing();
    expect(rig.replaces.map(({ old, order }) => [old.clientOrderId, order.clientOrderId])).toEqual([
      ['run-1', 'run-2'],
    ]);
    expect([rig.submits.length, rig.cancels.length]).toEqual([1, 0]);
    rig.replaces[0]!.reply({ cancelled: { kind: 'cancelled', filledLots: 0 }, submitted: { kind: 'accepted' } });
    expect(told(rig)).toEqual(['accepted 1', 'cancelled 1', 'accepted 2']);
    expect(rig.desk.open).toBe(1);
  });

  it('that was not sent, for the stop was filled first, leaves the stop to be asked for', () => {
    const rig = replacing();
    rig.replaces[0]!.reply({ cancelled: { kind: 'no-order' }, submitted: { kind: 'rejected' } });
    expect(told(rig)).toEqual(['accepted 1', 'rejected 2']);
    expect(rig.cancels).toEqual([]);
    rig.answer({ kind: 'closed', filledLots: 10, executions: [execution(7, 10)] });
    expect(told(rig).slice(2)).toEqual(['filled 1']);
    expect(rig.desk.open).toBe(0);
  });

  it('that the venue refuses once the stop is gone tells both', () => {
    const rig = replacing();
    rig.replaces[0]!.reply({ cancelled: { kind: 'cancelled', filledLots: 0 }, submitted: { kind: 'rejected' } });
    expect(told(rig)).toEqual(['accepted 1', 'cancelled 1', 'rejected 2']);
    expect([rig.desk.open, rig.cancels.length]).toEqual([0, 0]);
  });

  it.each<readonly [string, ReplaceReply['cancelled']]>([
    ['for the venue does no such thing', { kind: 'unable' }],
    ['nobody knows how', { kind: 'unknown' }],
  ])('that is refused while the stop is left %s has the stop cancelled, for it is in the way', (_, cancelled) => {
    const rig = replacing();
    rig.replaces[0]!.reply({ cancelled, submitted: { kind: 'rejected' } });
    expect(told(rig)).toEqual(['accepted 1', 'rejected 2']);
    expect(rig.cancels.map(({ order }) => order.clientOrderId)).toEqual(['run-1']);
    rig.cancels[0]!.reply({ kind: 'cancelled', filledLots: 0 });
    expect(rig.desk.open).toBe(0);
  });

  it('that would be refused by itself as well leaves the stop alone', () => {
    const rig = replacing();
    rig.replaces[0]!.reply({ cancelled: { kind: 'kept' }, submitted: { kind: 'rejected' } });
    expect(told(rig)).toEqual(['accepted 1', 'rejected 2']);
    rig.wait(3);
    expect([rig.cancels.length, rig.queries.length]).toEqual([0, 0]);
  });

  it('that a busy venue turns away leaves the stop alone', () => {
    const rig = replacing();
    rig.replaces[0]!.reply({ cancelled: { kind: 'kept' }, submitted: { kind: 'busy', retryAfterUs: SECOND } });
    expect(told(rig)).toEqual(['accepted 1', 'rejected 2']);
    rig.order('submit', 3, { replaces: 1 });
    expect([rig.cancels.length, rig.queries.length, rig.replaces.length]).toEqual([0, 0, 1]);
    expect(told(rig).at(-1)).toBe('rejected 3');
  });

  it.each([
    ['gets no reply', false],
    ['is answered with nothing known', true],
  ])('that %s is lost: both are asked for, and it is not sent again', (_, answered) => {
    const rig = replacing();
    if (answered) rig.replaces[0]!.reply({ cancelled: { kind: 'unknown' }, submitted: { kind: 'unknown' } });
    else rig.wait(1);
    expect(told(rig)).toEqual(['accepted 1', 'lost 2']);
    const asked = new Set(rig.queries.map(({ order }) => order.clientOrderId));
    expect([...asked].sort()).toEqual(['run-1', 'run-2']);
    rig.wait(60);
    expect([rig.replaces.length, rig.submits.length, rig.cancels.length]).toEqual([1, 1, 0]);
    rig.answer({ kind: 'closed', filledLots: 0, executions: [] });
    expect(told(rig).slice(2).sort()).toEqual(['accepted 2', 'cancelled 1', 'cancelled 2']);
  });

  it('whose reply comes late is told as it is', () => {
    const rig = replacing();
    rig.wait(2);
    rig.replaces[0]!.reply({ cancelled: { kind: 'cancelled', filledLots: 0 }, submitted: { kind: 'accepted' } });
    expect(told(rig)).toEqual(['accepted 1', 'lost 2', 'cancelled 1', 'accepted 2']);
  });

  it.each<readonly [string, (rig: Rig) => void, number]>([
    ['has been filled in part', (rig) => execute(rig, 4), 1],
    ['is being cancelled', (rig) => rig.order('request-cancel', 1), 1],
    ['is over', (rig) => execute(rig, 10), 0],
  ])('is not sent when the stop %s, and the stop is cancelled if it is there', (_, before, cancels) => {
    const rig = replacing(before);
    expect(rig.replaces).toEqual([]);
    expect(told(rig).at(-1)).toBe('rejected 2');
    expect(rig.cancels).toHaveLength(cancels);
  });

  it('is not sent to a venue that has no such request, and the stop is cancelled', () => {
    const rig = replacing(() => {}, { replace: undefined });
    expect(told(rig)).toEqual(['accepted 1', 'rejected 2']);
    expect(rig.cancels.map(({ order }) => order.clientOrderId)).toEqual(['run-1']);
  });
});

function execute(rig: Rig, lots: number): void {
  rig.desk.update({ instrument: 0, clientOrderId: 'run-1', kind: 'execution', execution: execution(7, lots) });
  if (lots === 10) rig.desk.update({ instrument: 0, clientOrderId: 'run-1', kind: 'closed', filledLots: 10 });
}
