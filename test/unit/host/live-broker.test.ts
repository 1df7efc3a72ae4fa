/** Between the engine and a venue: what is asked for at the start, what is sent, and what stands between the two. */
import { beforeEach, describe, expect, it } from 'vitest';
import { InputEncoder, money, ORDER_STATES, parseMoney, type VenueBlocker } from '../../../engine/domain/index.ts';
import { venueBlockers } from '../../../engine/index.ts';
import type { QueryReply, VenueOrder, VenueUpdate } from '../../../src/brokers/gateway.ts';
import type {
  AccountReply,
  AccountSnapshot,
  TradingHealth,
  TradingVenue,
  TradingVenueEvents,
} from '../../../src/brokers/trading-venue.ts';
import { openDataDir } from '../../../src/data-dir.ts';
import { EffectGate } from '../../../src/host/effects.ts';
import { LiveBroker, toleranceOf } from '../../../src/host/live-broker.ts';
import { AcceptedStore } from '../../../src/stores/accepted-store.ts';
import { NO_TIMES, type Quantiles } from '../../../src/venues/latency.ts';
import {
  bookDecides,
  linearSpec,
  Session,
  sessionWithDecision,
  spotSpec,
  testConfig,
} from '../../fixtures/engine-session.ts';
import { temporaryFolder } from '../../fixtures/temporary.ts';

const CONFIG = testConfig({
  venue: 'external',
  control: 'auto',
  instruments: [spotSpec()],
  policy: bookDecides({ live: { stopsAtVenue: true } }),
});
/** How late market data came last. */
let lateUs = 0;

const WELL: TradingHealth = {
  userStream: true,
  clock: { offsetUs: 0, uncertaintyUs: 1_000, rawOffsetUs: 0 },
  limitUsed: 0,
  pausedUntilUs: 0,
};

/** Writes down what is asked of it, and answers when the test says so. */
class FakeVenue implements TradingVenue {
  readonly said: string[] = [];
  readonly deadMan = undefined;
  readonly accounts: Array<(reply: AccountReply) => void> = [];
  readonly queries: Array<(reply: QueryReply) => void> = [];
  wellness = WELL;
  askedSinceUs = 0;

  open = (): Promise<void> => Promise.resolve();
  submit = ({ clientOrderId }: VenueOrder): void => void this.said.push(`submit ${clientOrderId}`);
  cancel = ({ clientOrderId }: { clientOrderId: string }): void => void this.said.push(`cancel ${clientOrderId}`);

  query({ clientOrderId }: { clientOrderId: string }, reply: (reply: QueryReply) => void): void {
    this.said.push(`query ${clientOrderId}`);
    this.queries.push(reply);
  }

  account(sinceUs: number, reply: (reply: AccountReply) => void): void {
    this.askedSinceUs = sinceUs;
    this.accounts.push(reply);
  }

  health = (): TradingHealth => this.wellness;
  ackLatency = (): Quantiles => NO_TIMES;
  tick = (): void => {};
  close = (): void => void this.said.push('close');
}

const account = (atUs: number, more: Partial<AccountSnapshot> = {}): AccountReply => ({
  kind: 'account',
  account: {
    atUs,
    balances: [{ asset: 'USDT', free: parseMoney('10000')!, locked: money(0n) }],
    ...{ positions: [], foreign: [], openOrders: [], executions: [] },
    ...more,
  },
});

let venue: FakeVenue;
let notices: string[];
let gate: EffectGate;
/** What the venue has told before anybody listened. */
let kept: VenueUpdate[];

beforeEach(() => {
  venue = new FakeVenue();
  notices = [];
  gate = new EffectGate();
  kept = [];
});

class Rig {
  readonly session: Session;
  readonly broker: LiveBroker;
  readonly #encoder = new InputEncoder();
  events: TradingVenueEvents | undefined;

  constructor(session: Session) {
    this.session = session;
    const cash = parseMoney('10000')!;
    this.broker = new LiveBroker({
      config: session.state.config,
      state: session.state,
      gate,
      input: (write) => {
        write(this.#encoder);
        this.#encoder.stamp(session.records.length + 1, session.atUs);
        for (const event of session.raw(this.#encoder.bytes())) this.broker.onEvent(event);
      },
      nowUs: () => session.atUs,
      notice: (_level, text) => notices.push(text),
      earlierRuns: new Set(),
      accepted: new AcceptedStore(openDataDir(temporaryFolder('broker'))),
      opened: {
        venue,
        cash: '10000',
        account: { keySha256: '' },
        balanceTolerance: toleranceOf(cash),
        sinceUs: session.atUs,
        trading: [true],
        lateUs: () => lateUs,
        listen: (events) => {
          this.events = events;
          for (const update of kept) events.update(update);
        },
      },
    });
  }

  /** Lets time pass, and does what is due. */
  pass(seconds: number): this {
    this.session.wait(seconds);
    this.broker.tick(this.session.atUs);
    return this;
  }

  get blockers(): readonly VenueBlocker[] {
    return venueBlockers(this.session.state);
  }
}

describe('at the start', () => {
  it('asks for orders of the life before, and sends none of them again', () => {
    const rig = new Rig(sessionWithDecision(CONFIG));
    rig.broker.start();
    expect(venue.said).toEqual(['query test-1']);
    expect(rig.session.state.orders.state[0]).toBe(ORDER_STATES.indexOf('unknown'));
    gate.durable(1_000);
    rig.pass(0.5);
    expect(venue.said.filter((each) => each.startsWith('submit'))).toEqual([]);
  });

  it('sends once what the restart itself has decided on, when it is on the disk', () => {
    const session = sessionWithDecision(CONFIG);
    const rig = new Rig(session);
    for (const event of session.events) rig.broker.onEvent(event);
    rig.broker.start();
    expect(venue.said).toEqual([]);
    gate.durable(1_000);
    expect(venue.said).toEqual(['submit test-1']);
  });

  it('hears what the venue has told since it was opened', () => {
    const session = sessionWithDecision(CONFIG);
    const execution = { executionId: 5, side: 1, lots: 149, priceTicks: 100_001, fee: money(0n), feeLots: 0 } as const;
    kept = [
      { kind: 'execution', instrument: 0, clientOrderId: 'test-1', execution: { ...execution, maker: false } },
      { kind: 'closed', instrument: 0, clientOrderId: 'test-1', filledLots: 149 },
    ];
    const rig = new Rig(session);
    rig.broker.start();
    expect(session.state.positions.lots[0]).toBe(149);
    expect(rig.broker.view(session.atUs).openAtVenue).toBe(0);
  });
});

it('asks for executions since the account was compared last, whatever lives have begun since', () => {
  const session = new Session(CONFIG, { armed: false });
  session.venue([]);
  const comparedAtUs = session.atUs;
  session.wait(3_600).gap(-1, 'restart');
  session.venue(['account']);
  session.gap(-1, 'restart');
  const rig = new Rig(session);
  rig.broker.start();
  rig.pass(0.01);
  expect(venue.askedSinceUs).toBe(comparedAtUs - 60_000_000);
});

it('tells that a position may not be there before the account counts as compared', () => {
  const session = sessionWithDecision(CONFIG);
  const execution = { executionId: 5, side: 1, lots: 149, priceTicks: 100_001, fee: money(0n), feeLots: 0 } as const;
  kept = [
    { kind: 'execution', instrument: 0, clientOrderId: 'test-1', execution: { ...execution, maker: false } },
    { kind: 'closed', instrument: 0, clientOrderId: 'test-1', filledLots: 149 },
  ];
  session.gap(-1, 'restart');
  const before = session.events.length;
  const rig = new Rig(session);
  rig.broker.start();
  const row = { instrument: 0, clientOrderId: 'test-1', ...execution, maker: false };
  const look = (): void => {
    rig.pass(1.1);
    const reply = account(session.atUs, { executions: [{ ...row, atUs: session.atUs - 1 }] });
    for (const each of venue.accounts.splice(0)) each(reply);
    rig.pass(0.01);
  };
  for (let n = 0; n < 3; n++) look();
  expect(rig.blockers).toContain('mismatch');
  const told = session.events.slice(before).flatMap((event): Array<string | boolean> => {
    if (event.kind === 'venue') return event.blockers.includes('account') ? [] : ['compared'];
    return event.kind === 'in-doubt' ? [event.doubt] : [];
  });
  expect(told[0]).toBe(true);
  const { digest } = rig.broker.view(session.atUs);
  for (const event of session.command({ kind: 'accept-account', digest })) rig.broker.onEvent(event);
  look();
  expect([session.state.positions.lots[0], session.state.positions.inDoubt[0]]).toEqual([0, 0]);
});

describe('stands between the venue and an entry', () => {
  const started = (): Rig => {
    const rig = new Rig(new Session(CONFIG, { armed: false }));
    rig.broker.start();
    return rig.pass(0.01);
  };
  /** Answers every question about the account with this. */
  const answer = (reply: AccountReply): void => {
    for (const each of venue.accounts.splice(0)) each(reply);
  };

  it('the account, until it has been compared', () => {
    const rig = started();
    expect(rig.blockers).toContain('account');
    answer(account(rig.session.atUs));
    expect(rig.pass(0.01).blockers).toEqual(['disarmed']);
  });

  it.each<[VenueBlocker, Partial<TradingHealth>]>([
    ['clock', { clock: undefined }],
    ['clock', { clock: { offsetUs: -400_000, uncertaintyUs: 100_001, rawOffsetUs: 0 } }],
    ['user-stream', { userStream: false }],
    ['limits', { pausedUntilUs: Number.MAX_SAFE_INTEGER }],
  ])('%s, as long as it lasts', (blocker, worse) => {
    const rig = started();
    answer(account(rig.session.atUs));
    venue.wellness = { ...WELL, ...worse };
    expect(rig.pass(0.01).blockers).toEqual(expect.arrayContaining([blocker]));
    venue.wellness = WELL;
    expect(rig.pass(0.01).blockers).toEqual(['disarmed']);
  });

  it('late-data, as long as market data comes later than policy calls fresh', () => {
    const rig = started();
    answer(account(rig.session.atUs));
    lateUs = CONFIG.policy.risk.staleAfterUs + 1;
    expect(rig.pass(0.01).blockers).toEqual(expect.arrayContaining(['late-data']));
    lateUs = 0;
    expect(rig.pass(0.01).blockers).toEqual(['disarmed']);
  });

  it('a connection that gives no account, and a refusal is told', () => {
    const rig = started();
    answer({ kind: 'unknown' });
    expect(rig.pass(0.01).blockers).toEqual(expect.arrayContaining(['connection']));
    rig.pass(2);
    answer({ kind: 'denied', why: 'hedge mode' });
    expect(notices).toContain('the account cannot be read: hedge mode');
    expect(rig.pass(0.01).blockers).toEqual(expect.arrayContaining(['connection']));
  });

  it('a doubt, and the answer to a question of before it settles nothing', () => {
    const rig = started();
    answer(account(rig.session.atUs));
    rig.pass(60);
    const [late] = venue.accounts.splice(0);
    rig.events?.doubt('the user stream was away');
    rig.events?.doubt('it was away once more');
    expect(notices).toEqual(['the account is compared again: the user stream was away']);
    rig.pass(0.01);
    late?.(account(rig.session.atUs));
    expect(rig.pass(0.01).blockers).toContain('account');
    answer(account(rig.session.atUs));
    expect(rig.pass(0.01).blockers).toEqual(['disarmed']);
  });

  it('nothing, while an order that may never have arrived is asked for and cancelled', () => {
    const session = sessionWithDecision(CONFIG);
    session.gap(-1, 'restart');
    session.venue([]);
    session.command({ kind: 'kill' });
    const rig = new Rig(session);
    rig.broker.start();
    rig.broker.onEvent(session.events.find((event) => event.kind === 'order' && event.event === 'request-cancel')!);
    expect(venue.said).toEqual(['query test-1', 'cancel test-1']);
    for (let second = 0; second < 5; second++) {
      for (const reply of venue.queries.splice(0)) reply({ kind: 'absent' });
      rig.pass(1.1);
      answer(account(session.atUs));
    }
    expect(rig.broker.view(session.atUs)).toMatchObject({ comparison: 'agreed', openAtVenue: 1 });
  });

  it('what differs, until exactly that is accepted', () => {
    const rig = started();
    const coins = (lots: number) => account(rig.session.atUs, { positions: [{ instrument: 0, lots, dust: '0' }] });
    answer(coins(500));
    rig.pass(1.1);
    answer(coins(500));
    expect(rig.pass(0.01).blockers).toContain('mismatch');
    const { digest } = rig.broker.view(rig.session.atUs);
    const accept = (of: number): void => {
      for (const event of rig.session.command({ kind: 'accept-account', digest: of })) rig.broker.onEvent(event);
      rig.pass(5.1);
    };
    accept(digest + 1);
    expect(notices.at(-1)).toMatch(/has changed since it was shown/);
    answer(coins(500));
    expect(rig.pass(0.01).blockers).toContain('mismatch');
    accept(digest);
    answer(coins(500));
    expect(rig.pass(0.01).blockers).toEqual(['disarmed']);
    rig.pass(60);
    answer(coins(700));
    expect(rig.pass(0.01).blockers).not.toEqual(['disarmed']);
  });

  it.each([
    ['less', 100],
    ['more', 200],
    ['the other way', -30],
    ['none', 0],
  ])('a position of which the venue has %s, until our books have taken that over', (_what, lots) => {
    const session = sessionWithDecision({ ...CONFIG, instruments: [linearSpec()], policy: bookDecides() });
    const execution = { executionId: 5, side: 1, lots: 149, priceTicks: 100_001, fee: money(0n), feeLots: 0 } as const;
    kept = [{ kind: 'execution', instrument: 0, clientOrderId: 'test-1', execution: { ...execution, maker: false } }];
    const rig = new Rig(session);
    rig.broker.start();
    const there = (): AccountReply => {
      const row = { instrument: 0, clientOrderId: 'test-1', atUs: session.atUs - 1, ...execution, maker: false };
      const positions = lots === 0 ? [] : [{ instrument: 0, lots, dust: '0' }];
      return account(session.atUs, { positions, executions: [row] });
    };
    for (let look = 0; look < 4; look++) {
      rig.pass(1.1);
      answer(there());
    }
    expect(rig.blockers).toContain('mismatch');
    const { digest, mismatches } = rig.broker.view(session.atUs);
    expect(mismatches).toMatchObject([{ takesOver: true }]);
    for (const event of session.command({ kind: 'accept-account', digest })) rig.broker.onEvent(event);
    expect(session.state.positions.lots[0]).toBe(lots);
    for (let look = 0; look < 4; look++) {
      rig.pass(5.1);
      answer(there());
    }
    expect(rig.blockers).not.toContain('mismatch');
  });
});
