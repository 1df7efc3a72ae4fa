/** Who cleared what: approval, veto, expiry and refusal are four outcomes, and only a clearance makes an order. */
import { describe, expect, it } from 'vitest';
import {
  type ControlMode,
  type EngineEvent,
  type OperatorCommand,
  PROPOSAL_STATES,
} from '../../../../engine/domain/index.ts';
import { COUNT, controlMode } from '../../../../engine/index.ts';
import {
  bookDecides,
  eventsOf,
  leaningBook,
  linearSpec,
  SECOND_US,
  Session,
  START_US,
  sessionWithDecision,
  testConfig,
} from '../../../fixtures/engine-session.ts';

const approve = (proposalId = 1, revision = 1): OperatorCommand => ({
  kind: 'approve',
  proposalId,
  revision,
  viewSeq: 0,
});
const veto = (proposalId = 1, revision = 1): OperatorCommand => ({ kind: 'veto', proposalId, revision, viewSeq: 0 });

const waiting = (control: ControlMode = 'manual') => sessionWithDecision(testConfig({ control }));
const outcomes = (events: readonly EngineEvent[]) =>
  eventsOf(events, 'proposal-closed').map((e) => [e.proposalId, e.outcome, e.gate]);
/** What has become of proposals, without what has become of none. */
const counted = ({ state }: Session) =>
  Object.fromEntries(PROPOSAL_STATES.map((name, i) => [name, state.proposals.outcomes[i]!]).filter(([, n]) => n !== 0));
const orders = (session: Session) => eventsOf(session.events, 'order');
const refusal = (events: readonly EngineEvent[]) =>
  eventsOf(events, 'command-refused').map((e) => [e.command, e.reason, e.subject]);

const TTL_US = 20 * SECOND_US;
const OPENED_US = START_US + SECOND_US;

describe('manual control', () => {
  it('sends nothing by itself, and asks with everything that the operator must see', () => {
    const session = waiting();
    expect(eventsOf(session.events, 'proposal-opened')).toMatchObject([
      {
        atUs: OPENED_US,
        proposal: {
          proposalId: 1,
          revision: 1,
          decisionId: 1,
          side: 1,
          lots: 149,
          limitTicks: 100_031,
          stopTicks: 99_920,
          targetTicks: 100_120,
          expiresAtUs: OPENED_US + TTL_US,
        },
      },
    ]);
    session.wait(10).timer();
    expect(orders(session)).toEqual([]);
  });

  it('a yes makes one order, cleared by the operator, that is filled at the book', () => {
    const session = waiting();
    const events = session.command(approve());
    expect(outcomes(events)).toEqual([[1, 'cleared-by-operator', undefined]]);
    expect(eventsOf(events, 'order')).toMatchObject([
      { event: 'submit', to: 'in-flight', clearance: 'operator', purpose: 'entry', lots: 149, reduceOnly: false },
    ]);
    expect(session.state.positions.lots[0]).toBe(0);
    const later = session.wait(0.04).timer();
    expect(eventsOf(later, 'fill')).toMatchObject([{ lots: 149, priceTicks: 100_001, maker: false, assumed: false }]);
    expect(later.every(({ atUs }) => atUs === OPENED_US + 40_000)).toBe(true);
    expect(session.state.positions.lots[0]).toBe(149);
    expect([...session.state.positions.stopTicks]).toEqual([99_920]);
  });

  it('a second yes is refused and makes no second order', () => {
    const session = waiting();
    session.command(approve());
    expect(refusal(session.command(approve()))).toEqual([['approve', 'proposal-closed', 1]]);
    expect(refusal(session.command(veto()))).toEqual([['veto', 'proposal-closed', 1]]);
    session.wait(1).timer();
    expect(new Set(orders(session).map((e) => e.orderId))).toEqual(new Set([1]));
  });

  it('a no is the operator’s veto, and stays one', () => {
    const session = waiting();
    const before = session.state.account.counts[COUNT.gateVetoes]!;
    expect(outcomes(session.command(veto()))).toEqual([[1, 'vetoed-by-operator', undefined]]);
    expect(session.state.account.counts[COUNT.gateVetoes]).toBe(before);
    expect(counted(session)).toEqual({ 'vetoed-by-operator': 1 });
    expect(refusal(session.command(approve()))).toEqual([['approve', 'proposal-closed', 1]]);
    session.wait(30).timer();
    expect(orders(session)).toEqual([]);
  });

  it('no answer is an expiry, at its microsecond, neither a veto nor a yes', () => {
    const session = waiting();
    session.atUs = OPENED_US + TTL_US - 1;
    expect(outcomes(session.timer())).toEqual([]);
    session.atUs = OPENED_US + TTL_US;
    const events = session.timer();
    expect(outcomes(events)).toEqual([[1, 'expired', undefined]]);
    expect(eventsOf(events, 'proposal-closed')[0]!.atUs).toBe(OPENED_US + TTL_US);
    expect(counted(session)).toEqual({ expired: 1 });
    expect(orders(session)).toEqual([]);
  });

  it('a yes on the very microsecond of expiry is late, and says so', () => {
    const session = waiting();
    session.atUs = OPENED_US + TTL_US;
    const events = session.command(approve());
    expect(outcomes(events)).toEqual([[1, 'expired', undefined]]);
    expect(refusal(events)).toEqual([['approve', 'expired', 1]]);
    expect(refusal(session.command(veto()))).toEqual([['veto', 'expired', 1]]);
    expect(orders(session)).toEqual([]);
  });

  it('a yes one microsecond before it counts', () => {
    const session = waiting();
    // The data must be fresh enough at clearing, whatever the time that is left.
    session.atUs = OPENED_US + TTL_US - SECOND_US;
    session.depth({ first: 101, last: 101 });
    session.atUs = OPENED_US + TTL_US - 1;
    expect(outcomes(session.command(approve()))).toEqual([[1, 'cleared-by-operator', undefined]]);
  });

  it.each([
    [approve(1, 2), 'stale-revision'],
    [approve(1, 0), 'stale-revision'],
    [veto(1, 2), 'stale-revision'],
    [approve(2, 1), 'unknown-proposal'],
    [veto(0, 1), 'unknown-proposal'],
    [approve(Number.NaN, 1), 'unknown-proposal'],
  ])('an answer to something else does not count: %o', (command, reason) => {
    const session = waiting();
    const events = session.command(command);
    expect(refusal(events).map(([, why]) => why)).toEqual([reason]);
    expect(outcomes(events)).toEqual([]);
    expect(outcomes(session.command(veto()))).toEqual([[1, 'vetoed-by-operator', undefined]]);
  });
});

describe('a smaller size', () => {
  const resize = (lots: number, revision = 1, proposalId = 1): OperatorCommand => ({
    kind: 'resize',
    proposalId,
    revision,
    viewSeq: 0,
    lots,
  });

  it('is the next revision, which needs a yes of its own and trades no more', () => {
    const session = waiting();
    const events = session.command(resize(60));
    expect(eventsOf(events, 'proposal-resized')).toMatchObject([
      { proposalId: 1, revision: 2, decisionId: 1, instrument: 0, fromLots: 149, lots: 60 },
    ]);
    expect([outcomes(events), orders(session)]).toEqual([[], []]);
    expect(refusal(session.command(approve(1, 1)))).toEqual([['approve', 'stale-revision', 1]]);
    session.command(approve(1, 2));
    expect(orders(session)).toMatchObject([{ lots: 60, clearance: 'operator' }]);
    session.wait(0.04).timer();
    expect(session.state.positions.lots[0]).toBe(60);
    expect([...session.state.positions.stopTicks, ...session.state.positions.targetTicks]).toEqual([99_920, 100_120]);
  });

  it('can be asked for again, of the revision before only', () => {
    const session = waiting();
    session.command(resize(60));
    expect(refusal(session.command(resize(20)))).toEqual([['resize', 'stale-revision', 1]]);
    expect(eventsOf(session.command(resize(20, 2)), 'proposal-resized')).toMatchObject([
      { revision: 3, fromLots: 60, lots: 20 },
    ]);
  });

  it.each([
    [149, 'not-smaller'],
    [150, 'not-smaller'],
    [60.5, 'not-smaller'],
    [2 ** 60, 'not-smaller'],
    [0, 'too-small'],
    [-60, 'too-small'],
  ])('%d lots are refused: %s', (lots, reason) => {
    const session = waiting();
    expect(refusal(session.command(resize(lots)))).toEqual([['resize', reason, 1]]);
    expect(session.state.proposals.lots[0]).toBe(149);
    expect(session.state.proposals.revision[0]).toBe(1);
  });

  it('stops where the gate would refuse the yes: at the least that the venue takes', () => {
    const spec = linearSpec('BTC/USDT:USDT', { minNotional: '700' });
    const asked = (lots: number) => {
      const session = sessionWithDecision(testConfig({ instruments: [spec] }));
      return [session, session.command(resize(lots))] as const;
    };
    // 10.0031 a lot: 70 lots are 700.217, 69 are 690.2139.
    const [least, done] = asked(70);
    expect(refusal(done)).toEqual([]);
    expect(outcomes(least.command(approve(1, 2)))).toEqual([[1, 'cleared-by-operator', undefined]]);
    expect(refusal(asked(69)[1])).toEqual([['resize', 'too-small', 1]]);
  });

  it('keeps the deadline, and in veto policy clears what is left', () => {
    const session = waiting('veto');
    session.wait(7).depth({ first: 101, last: 101 });
    session.command(resize(60));
    const events = session.wait(1).timer();
    expect(outcomes(events)).toEqual([[1, 'cleared-by-policy', undefined]]);
    expect(eventsOf(events, 'order')).toMatchObject([{ lots: 60, clearance: 'policy' }]);
  });

  it.each([
    ['vetoed', 'proposal-closed', (s: Session) => s.command(veto())],
    ['expired', 'expired', (s: Session) => s.wait(20).timer()],
    ['withdrawn by a kill', 'proposal-closed', (s: Session) => s.command({ kind: 'kill' })],
  ] as const)('of one that is %s it is refused', (_, reason, end) => {
    const session = waiting();
    end(session);
    expect(refusal(session.command(resize(60)))).toEqual([['resize', reason, 1]]);
    expect(orders(session)).toEqual([]);
  });
});

describe('risk is checked again at clearing', () => {
  it.each([
    ['price ran away', 'collar', (s: Session) => s.quote(100_800, 9, 100_802, 9)],
    ['data went old', 'data-fresh', (s: Session) => s.wait(2.5)],
    ['book broke', 'book-whole', (s: Session) => s.depth({ first: 150, last: 150 })],
  ] as const)('%s', (_, gate, change) => {
    const session = waiting();
    change(session);
    const events = session.command(approve());
    expect(outcomes(events)).toEqual([[1, 'refused-at-clearing', gate]]);
    expect(orders(session)).toEqual([]);
    expect(refusal(session.command(approve()))).toEqual([['approve', 'proposal-closed', 1]]);
  });

  it('the size may shrink to what is left by then, and the order has the smaller one', () => {
    const risk = { positionLimitPpm: 1_000_000, orderLimitPpm: 1_000_000, leverageLimitPpm: 300_000 };
    const instruments = [linearSpec(), linearSpec('ETH/USDT:USDT')];
    const session = new Session(testConfig({ instruments, policy: bookDecides({ risk }) }));
    for (const instrument of [0, 1]) session.snapshot({ last: 100, ...leaningBook(1) }, instrument);
    session.wait(1).timer();
    expect(eventsOf(session.events, 'proposal-opened').map((e) => e.proposal.lots)).toEqual([250, 250]);
    session.command(approve(1));
    session.command(approve(2));
    // 3,000 USDT in all: 250 lots at 10.0031 leave room for 49 more.
    expect(orders(session).map((e) => e.lots)).toEqual([250, 49]);
  });
});

describe('veto control', () => {
  it('lets policy clear when the window lapses, and never calls it the operator’s yes', () => {
    const session = waiting('veto');
    expect(eventsOf(session.events, 'proposal-opened')[0]!.proposal.expiresAtUs).toBe(OPENED_US + 8 * SECOND_US);
    session.wait(7).depth({ first: 101, last: 101 });
    const events = session.wait(1).timer();
    expect(outcomes(events)).toEqual([[1, 'cleared-by-policy', undefined]]);
    expect(eventsOf(events, 'order')).toMatchObject([{ clearance: 'policy', purpose: 'entry' }]);
    expect(refusal(session.command(veto()))).toEqual([['veto', 'proposal-closed', 1]]);
  });

  it('a veto in the window stops it, a yes clears it at once', () => {
    const stopped = waiting('veto');
    expect(outcomes(stopped.command(veto()))).toEqual([[1, 'vetoed-by-operator', undefined]]);
    stopped.wait(10).timer();
    expect(orders(stopped)).toEqual([]);
    expect(outcomes(waiting('veto').command(approve()))).toEqual([[1, 'cleared-by-operator', undefined]]);
  });

  it('a lapse on old data is a refusal of risk, and no order', () => {
    const session = waiting('veto');
    expect(outcomes(session.wait(8).timer())).toEqual([[1, 'refused-at-clearing', 'data-fresh']]);
    expect(orders(session)).toEqual([]);
  });
});

describe('auto control', () => {
  it('clears at once, by policy', () => {
    const session = waiting('auto');
    expect(outcomes(session.events)).toEqual([[1, 'cleared-by-policy', undefined]]);
    expect(orders(session)).toMatchObject([{ clearance: 'policy', event: 'submit' }]);
  });
});

describe('observe control', () => {
  it('decides, and proposes nothing', () => {
    const session = waiting('observe');
    expect(eventsOf(session.events, 'decision')).toMatchObject([{ trace: { verdict: 'observed', lots: 149 } }]);
    expect(eventsOf(session.events, 'proposal-opened')).toEqual([]);
    expect(session.state.account.counts[COUNT.proposals]).toBe(0);
    expect(refusal(session.command(approve()))).toEqual([['approve', 'unknown-proposal', 1]]);
  });
});

describe('changes of control', () => {
  it('are events with both modes and the channel, and no event when nothing changes', () => {
    const session = waiting();
    const events = session.command({ kind: 'set-control', mode: 'veto' }, 'socket');
    expect(eventsOf(events, 'control')).toMatchObject([
      { kind: 'control', from: 'manual', to: 'veto', source: 'socket' },
    ]);
    expect(refusal(session.control('veto'))).toEqual([['set-control', 'no-change', 0]]);
    expect(controlMode(session.state)).toBe('veto');
  });

  it('to observe takes back what waits', () => {
    const session = waiting();
    expect(outcomes(session.control('observe'))).toEqual([[1, 'withdrawn', undefined]]);
    expect(refusal(session.command(approve()))).toEqual([['approve', 'proposal-closed', 1]]);
    session.control('auto');
    session.wait(30).timer();
    expect(orders(session)).toEqual([]);
  });

  it.each(['veto', 'auto'] as const)(
    'from manual to %s take back what waited for a yes: silence was to be no',
    (mode) => {
      const session = waiting();
      expect(outcomes(session.control(mode))).toEqual([[1, 'withdrawn', undefined]]);
      for (let i = 0; i < 25; i++) session.wait(1).depth({ first: 101 + i, last: 101 + i });
      expect(orders(session).filter((e) => e.event === 'submit' && e.decisionId === 1)).toEqual([]);
    },
  );

  it('from veto to auto leave the window as it was', () => {
    const session = waiting('veto');
    expect(outcomes(session.control('auto'))).toEqual([]);
    session.wait(7).depth({ first: 101, last: 101 });
    expect(outcomes(session.wait(1).timer())).toEqual([[1, 'cleared-by-policy', undefined]]);
  });

  it('from veto to manual before the window lapses: expiry is no', () => {
    const session = waiting('veto');
    session.control('manual');
    session.wait(7.5).depth({ first: 101, last: 101 });
    expect(outcomes(session.wait(0.5).timer())).toEqual([[1, 'expired', undefined]]);
    expect(orders(session)).toEqual([]);
  });

  it('leave an order that is under way alone', () => {
    const session = waiting();
    session.command(approve());
    session.control('observe');
    session.wait(0.04).timer();
    expect(session.state.positions.lots[0]).toBe(149);
  });
});

describe('a command that cannot be read', () => {
  it('is refused as such and changes nothing else', () => {
    const session = waiting();
    session.timer();
    const bytes = session.records.at(-1)!;
    const encoded = new Uint8Array(80);
    encoded.set(bytes);
    const view = new DataView(encoded.buffer);
    view.setUint32(0, 80, true);
    view.setUint8(8, 7);
    view.setFloat64(16, session.records.length + 1, true);
    view.setFloat64(32, 42, true);
    expect(session.raw(encoded)).toMatchObject([
      { kind: 'command-refused', command: 'unreadable', reason: 'unreadable' },
    ]);
  });
});
