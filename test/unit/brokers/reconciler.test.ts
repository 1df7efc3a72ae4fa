/** What blocks, what is called a mismatch and when, what the operator can accept; and how belief is read from the engine. */
import { describe, expect, it } from 'vitest';
import { money, parseMoney } from '../../../engine/domain/index.ts';
import { type Belief, beliefOf } from '../../../src/brokers/reconcile-belief.ts';
import { Reconciler } from '../../../src/brokers/reconciler.ts';
import type { AccountSnapshot, VenueOpenOrder } from '../../../src/brokers/trading-venue.ts';
import {
  linearSpec,
  SECOND_US,
  Session,
  START_US,
  sessionWithDecision,
  spotSpec,
  testConfig,
} from '../../fixtures/engine-session.ts';

const SECOND = SECOND_US;
const nameOf = (orderId: number | ''): string => `test-${orderId}`;
const usdt = (text: string) => money(parseMoney(text)!);

const session = (kind: 'linear' | 'spot' = 'linear'): Session =>
  new Session(testConfig({ venue: 'external', instruments: [kind === 'linear' ? linearSpec() : spotSpec()] }));

const foreignOrder = (clientOrderId: string, lots = 5): VenueOpenOrder => ({
  instrument: 0,
  venueSymbol: 'BTC',
  clientOrderId,
  side: 1,
  lots,
  filledLots: 0,
  reduceOnly: false,
  conditional: false,
});

class Rig {
  nowUs = START_US;
  readonly reconciler: Reconciler;
  belief: Belief;
  account: Omit<AccountSnapshot, 'atUs'>;

  constructor(state = session().state, accepted: readonly string[] = []) {
    this.belief = beliefOf(state, nameOf);
    const balances = [{ asset: 'USDT', free: this.belief.money, locked: money(0n) }];
    this.account = { balances, positions: [], foreign: [], openOrders: [], executions: [] };
    this.reconciler = new Reconciler({
      startedAtUs: START_US,
      everyUs: 60 * SECOND,
      balanceTolerance: usdt('0.01'),
      accepted,
    });
  }

  /** A snapshot of what the account is, `seconds` later. */
  look(seconds = 1, ageUs = 0) {
    this.nowUs += seconds * SECOND;
    this.reconciler.ask(this.nowUs);
    return this.reconciler.take({ ...this.account, atUs: this.nowUs - ageUs }, this.belief, [true], this.nowUs);
  }

  get outcome(): string {
    return this.reconciler.outcome;
  }
}

describe('Reconciler', () => {
  it('blocks until the account has been compared, then asks every minute', () => {
    const rig = new Rig();
    expect([rig.outcome, rig.reconciler.blocker, rig.reconciler.dueAtUs]).toEqual(['pending', 'account', 0]);
    rig.look();
    expect([rig.outcome, rig.reconciler.blocker]).toEqual(['agreed', undefined]);
    expect(rig.reconciler.dueAtUs).toBe(rig.nowUs + 60 * SECOND);
  });

  it('blocks at the first sight of a difference and calls it a mismatch at the second', () => {
    const rig = new Rig();
    rig.look();
    rig.account = { ...rig.account, openOrders: [foreignOrder('web_1')] };
    rig.look();
    expect([rig.outcome, rig.reconciler.blocker, rig.reconciler.mismatches]).toEqual(['pending', 'account', []]);
    expect(rig.reconciler.dueAtUs).toBe(rig.nowUs + SECOND);
    rig.look();
    expect([rig.outcome, rig.reconciler.blocker]).toEqual(['differs', 'mismatch']);
    expect(rig.reconciler.mismatches.map((each) => each.line)).toEqual([
      'BTC: an order is open that is not ours web_1: here none, venue BUY 0.005',
    ]);
    rig.account = { ...rig.account, openOrders: [] };
    rig.look();
    expect([rig.outcome, rig.reconciler.mismatches]).toEqual(['agreed', []]);
  });

  it('looks again after a second, then less and less often, and every minute once both agree', () => {
    const rig = new Rig();
    rig.account = { ...rig.account, openOrders: [foreignOrder('web_1')] };
    const pauses: number[] = [];
    for (let i = 0; i < 7; i++) {
      rig.look();
      pauses.push((rig.reconciler.dueAtUs - rig.nowUs) / SECOND);
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 30, 30]);
    rig.account = { ...rig.account, openOrders: [] };
    rig.look();
    expect((rig.reconciler.dueAtUs - rig.nowUs) / SECOND).toBe(60);
  });

  it('does not call a difference a mismatch while reports of its instrument come in', () => {
    const rig = new Rig();
    const extra = (lots: number): void => {
      rig.account = { ...rig.account, positions: [{ instrument: 0, lots, dust: '0' }] };
    };
    extra(3);
    for (let lots = 0; lots < 5; lots++) {
      rig.belief = { ...rig.belief, positions: [lots] };
      extra(lots + 3);
      rig.look();
      expect(rig.outcome).toBe('pending');
    }
    rig.look();
    expect(rig.outcome).toBe('differs');
  });

  it('takes two looks at the same moment for one', () => {
    const rig = new Rig();
    rig.account = { ...rig.account, openOrders: [foreignOrder('web_1')] };
    rig.look();
    rig.look(0.5);
    expect(rig.outcome).toBe('pending');
    rig.look(0.5);
    expect(rig.outcome).toBe('differs');
  });

  it('lets a snapshot from before the doubt, or an old one, say nothing', () => {
    const rig = new Rig();
    rig.look();
    rig.reconciler.begin(rig.nowUs + SECOND / 2);
    expect(rig.outcome).toBe('pending');
    rig.look(1, SECOND);
    expect(rig.outcome).toBe('pending');
    rig.look(60, 11 * SECOND);
    expect(rig.outcome).toBe('pending');
    rig.look();
    expect(rig.outcome).toBe('agreed');
  });

  it('lets a snapshot that was under way when the doubt came say nothing', () => {
    const rig = new Rig();
    rig.look();
    rig.reconciler.ask(rig.nowUs);
    rig.reconciler.begin(rig.nowUs);
    rig.nowUs += SECOND;
    rig.reconciler.take({ ...rig.account, atUs: rig.nowUs }, rig.belief, [true], rig.nowUs);
    expect(rig.outcome).toBe('pending');
    rig.look();
    expect(rig.outcome).toBe('agreed');
  });

  it('asks again with pauses that grow when no snapshot comes, and an agreement that cannot be renewed ends', () => {
    const rig = new Rig();
    rig.look();
    const pauses: number[] = [];
    for (let i = 0; i < 6; i++) {
      rig.nowUs = rig.reconciler.dueAtUs;
      rig.reconciler.ask(rig.nowUs);
      expect(rig.reconciler.dueAtUs).toBe(rig.nowUs + 10 * SECOND);
      rig.reconciler.failed(rig.nowUs, i === 5 ? 90 * SECOND : 0);
      pauses.push((rig.reconciler.dueAtUs - rig.nowUs) / SECOND);
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 90]);
    expect(rig.outcome).toBe('agreed');
    rig.reconciler.ask(rig.reconciler.dueAtUs);
    expect(rig.outcome).toBe('pending');
  });

  it('accepts exactly what was shown: another size, another order, or the same again later is new', () => {
    const rig = new Rig();
    rig.account = { ...rig.account, openOrders: [foreignOrder('web_1')] };
    rig.look();
    expect(rig.reconciler.digest).toBe(0);
    rig.look();
    const { digest } = rig.reconciler;
    expect(rig.reconciler.accept(digest + 1, rig.nowUs)).toBe(undefined);
    expect(rig.reconciler.accept(digest, rig.nowUs)).toEqual([]);
    expect([rig.outcome, rig.reconciler.dueAtUs]).toEqual(['differs', rig.nowUs]);
    rig.look();
    expect([rig.outcome, rig.reconciler.mismatches.map((each) => each.accepted)]).toEqual(['agreed', [true]]);
    rig.account = { ...rig.account, openOrders: [foreignOrder('web_1', 6)] };
    rig.look();
    expect(rig.outcome).toBe('pending');
    rig.account = { ...rig.account, openOrders: [] };
    rig.look();
    expect([rig.outcome, rig.reconciler.accepted]).toEqual(['agreed', []]);
    rig.account = { ...rig.account, openOrders: [foreignOrder('web_1')] };
    rig.look();
    expect(rig.outcome).toBe('pending');
  });

  it('knows what was accepted in an earlier life', () => {
    const first = new Rig();
    first.account = { ...first.account, foreign: [{ venueSymbol: 'ETHUSDT', quantity: '2' }] };
    first.look();
    first.look();
    first.reconciler.accept(first.reconciler.digest, first.nowUs);
    const second = new Rig(undefined, first.reconciler.accepted);
    second.account = first.account;
    second.look();
    expect(second.outcome).toBe('agreed');
  });

  it('keeps accepted holdings accepted while our own position beside them changes, on spot', () => {
    const rig = new Rig(session('spot').state);
    rig.account = { ...rig.account, positions: [{ instrument: 0, lots: 50, dust: '0' }] };
    rig.look();
    rig.look();
    expect(rig.outcome).toBe('differs');
    expect(rig.reconciler.accept(rig.reconciler.digest, rig.nowUs)).toEqual([]);
    rig.belief = { ...rig.belief, positions: [7] };
    rig.account = { ...rig.account, positions: [{ instrument: 0, lots: 57, dust: '0' }] };
    rig.look();
    expect(rig.outcome).toBe('agreed');
  });

  it('keeps them accepted when dust of our own fees comes to them, a lot for each execution, and no more', () => {
    const rig = new Rig(session('spot').state);
    const seen = (lots: number): string => {
      rig.account = { ...rig.account, positions: [{ instrument: 0, lots, dust: '0' }] };
      rig.look();
      return rig.outcome;
    };
    expect([seen(50), seen(50)]).toEqual(['pending', 'differs']);
    rig.reconciler.accept(rig.reconciler.digest, rig.nowUs);
    const { accepted } = rig.reconciler;
    rig.belief = { ...rig.belief, executions: [{ instrument: 0, executionId: 1 }] };
    expect([seen(51), rig.reconciler.accepted]).toEqual(['agreed', accepted]);
    expect([seen(52), seen(50), seen(49)]).toEqual(['pending', 'agreed', 'pending']);
  });

  it.each([
    ['linear', 50, 0, 50],
    ['linear', -3, 7, -10],
    ['linear', 0, 7, -7],
    ['spot', 2, 7, -5],
    ['spot', 0, 7, -7],
  ] as const)('on %s it says what makes ours (%i there, %i here) that of the venue: %i', (kind, lots, ours, change) => {
    const rig = new Rig(session(kind).state);
    rig.belief = { ...rig.belief, positions: [ours] };
    rig.account = { ...rig.account, positions: [{ instrument: 0, lots, dust: '0' }] };
    rig.look();
    rig.look();
    expect(rig.outcome).toBe('differs');
    expect(rig.reconciler.accept(rig.reconciler.digest, rig.nowUs)).toEqual([{ instrument: 0, lots: change }]);
    // Until it has been taken over, nothing is accepted.
    rig.look();
    expect(rig.outcome).toBe('differs');
    rig.belief = { ...rig.belief, positions: [ours + change] };
    rig.look();
    expect(rig.outcome).toBe('agreed');
  });

  describe('beside coins of somebody else, of which there are less than were accepted, on spot', () => {
    const ours = { ...foreignOrder('test-1', 7), side: -1, conditional: true } as const;
    const seen = (rig: Rig, held: number, lots: number, openOrders: readonly VenueOpenOrder[] = []): void => {
      rig.belief = { ...rig.belief, positions: [held] };
      rig.account = { ...rig.account, openOrders, positions: [{ instrument: 0, lots, dust: '0' }] };
      rig.look();
    };
    const accept = (rig: Rig) => rig.reconciler.accept(rig.reconciler.digest, rig.nowUs);
    const beside50 = (): Rig => {
      const rig = new Rig(session('spot').state);
      for (const _ of [1, 2]) seen(rig, 0, 50);
      accept(rig);
      seen(rig, 7, 57);
      expect([rig.outcome, [...rig.reconciler.notToSell!]]).toEqual(['agreed', []]);
      return rig;
    };

    it.each([
      [50, -7, 'here 0.007, venue 0.000'],
      [53, -4, 'here 0.007, venue 0.003'],
      [7, -7, 'here 0.007, venue 0.000'],
    ])(
      'takes what is gone for ours: nothing is sold, and %i in all change our books by %i, once',
      (lots, change, line) => {
        const rig = beside50();
        seen(rig, 7, lots);
        expect([rig.outcome, [...rig.reconciler.notToSell!]]).toEqual(['pending', [0]]);
        seen(rig, 7, lots);
        expect(rig.reconciler.mismatches[0]?.line).toContain(line);
        expect(accept(rig)).toEqual([{ instrument: 0, lots: change }]);
        expect([rig.reconciler.digest, accept(rig)]).toEqual([0, undefined]);
        seen(rig, 7 + change, lots);
        expect([...rig.reconciler.notToSell!]).toEqual([]);
      },
    );

    it('takes it for theirs where an order of ours has locked all that is ours', () => {
      const rig = beside50();
      const order = { orderId: 1, instrument: 0, side: -1, lots: 7, filledLots: 0, reduceOnly: true } as const;
      const stop = { ...order, clientOrderId: 'test-1', purpose: 'stop', conditional: true, state: 'open' } as const;
      rig.belief = { ...rig.belief, orders: [stop] };
      for (const _ of [1, 2]) seen(rig, 7, 53, [ours]);
      expect([...rig.reconciler.notToSell!]).toEqual([]);
      expect([rig.outcome, accept(rig)]).toEqual(['differs', []]);
      seen(rig, 7, 53, [ours]);
      expect(rig.outcome).toBe('agreed');
    });

    it('has nothing sold while a sale of ours is at work that is not known here', () => {
      const rig = beside50();
      seen(rig, 7, 57, [ours]);
      expect([...rig.reconciler.notToSell!]).toEqual([0]);
    });
  });

  it('says what makes our ledger that of the venue where there is less than it says', () => {
    const rig = new Rig();
    const free = money(rig.belief.money - usdt('12.5'));
    rig.account = { ...rig.account, balances: [{ asset: 'USDT', free, locked: money(0n) }] };
    rig.look();
    rig.look();
    expect(rig.outcome).toBe('differs');
    expect(rig.reconciler.accept(rig.reconciler.digest, rig.nowUs)).toEqual([{ money: -usdt('12.5') }]);
    rig.belief = { ...rig.belief, money: free };
    rig.look();
    expect(rig.outcome).toBe('agreed');
  });

  it('gives a missing execution to the desk and has the desk ask for an order that is gone, and nothing for what is not ours', () => {
    const first = sessionWithDecision(testConfig({ venue: 'external', control: 'auto' }));
    const submit = first.events.find((event) => event.kind === 'order' && event.event === 'submit');
    if (submit?.kind !== 'order') throw new Error('no order left');
    const { orderId, side, lots } = submit;
    first.report({ kind: 'accepted', orderId });
    const rig = new Rig(first.state);
    const order = { instrument: 0, clientOrderId: nameOf(orderId), conditional: false };
    expect(rig.look()).toEqual([{ kind: 'ask', order }]);
    const execution = { executionId: 9, side, lots, priceTicks: 100_000, fee: money(1n), feeLots: 0, maker: false };
    const { conditional: _, ...name } = order;
    rig.account = {
      ...rig.account,
      positions: [{ instrument: 0, lots: side * lots, dust: '0' }],
      openOrders: [foreignOrder('web_1')],
      executions: [{ ...execution, instrument: 0, clientOrderId: nameOf(orderId), atUs: rig.nowUs }],
    };
    expect(rig.look()).toEqual([{ kind: 'take', update: { ...name, kind: 'execution', execution } }]);
    first.report({ kind: 'filled', orderId, ...execution });
    rig.belief = beliefOf(first.state, nameOf);
    rig.account = { ...rig.account, openOrders: [] };
    rig.account = { ...rig.account, balances: [{ asset: 'USDT', free: rig.belief.money, locked: money(0n) }] };
    expect([rig.look(), rig.outcome]).toEqual([[], 'agreed']);
  });
});
