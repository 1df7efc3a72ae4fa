/** Kill, flatten and resume in running sessions: no entry leaves any more, protection stays, flat means flat. */
import { describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../../../engine/domain/index.ts';
import { isHalted, killStage } from '../../../../engine/index.ts';
import {
  eventsOf,
  leaningBook,
  linearSpec,
  Session,
  sessionWithDecision,
  testConfig,
} from '../../../fixtures/engine-session.ts';

const stages = (events: readonly EngineEvent[]) =>
  eventsOf(events, 'kill').map((e) => [e.stage, e.openOrders, e.source]);
const refusal = (events: readonly EngineEvent[]) => eventsOf(events, 'command-refused').map((e) => e.reason);
const { bids } = leaningBook(1);

/** Auto control; 50 of 149 lots are filled and 99 rest at 100,031. */
function halfFilled(): Session {
  const session = new Session(testConfig({ control: 'auto' }));
  session.snapshot({ last: 100, bids, asks: [[100_001, 50]] });
  session.wait(1).timer();
  session.wait(0.1).timer();
  expect(session.state.positions.lots[0]).toBe(50);
  return session;
}

describe('kill', () => {
  it('withdraws what waits, and with nothing open is done in one step', () => {
    const session = sessionWithDecision();
    const events = session.command({ kind: 'kill' }, 'socket');
    expect(events.map(({ kind }) => kind)).toEqual(['halt', 'proposal-closed', 'kill', 'kill']);
    expect(eventsOf(events, 'halt')[0]).toMatchObject({ reason: 'operator' });
    expect(eventsOf(events, 'proposal-closed')[0]).toMatchObject({ outcome: 'withdrawn' });
    expect(stages(events)).toEqual([
      ['blocking', 0, 'socket'],
      ['none-open', 0, 'engine'],
    ]);
    expect(refusal(session.command({ kind: 'approve', proposalId: 1, revision: 1, viewSeq: 0 }))).toEqual([
      'proposal-closed',
    ]);
  });

  it('cancels a working entry and is done when the venue confirms, not before', () => {
    const session = halfFilled();
    const events = session.command({ kind: 'kill' });
    expect(stages(events)).toEqual([
      ['blocking', 1, 'console'],
      ['cancelling', 1, 'engine'],
    ]);
    expect(eventsOf(events, 'order')).toMatchObject([{ event: 'request-cancel', from: 'partially-filled' }]);
    expect(refusal(session.command({ kind: 'flatten' }))).toEqual(['not-killed']);
    expect(refusal(session.command({ kind: 'resume' }))).toEqual(['kill-under-way']);
    const confirmed = session.wait(0.04).timer();
    expect(eventsOf(confirmed, 'order')).toMatchObject([{ event: 'confirm-cancel', to: 'cancelled' }]);
    expect(stages(confirmed)).toEqual([['none-open', 0, 'engine']]);
    expect(session.state.positions.lots[0]).toBe(50);
  });

  it('waits for the last of several cancels', () => {
    const instruments = [linearSpec(), linearSpec('ETH/USDT:USDT')];
    const session = new Session(testConfig({ control: 'auto', instruments }));
    for (const i of [0, 1]) session.snapshot({ last: 100, bids, asks: [[100_001, 50]] }, i);
    session.wait(1).timer();
    session.wait(0.1).timer();
    expect(stages(session.command({ kind: 'kill' })).at(-1)).toEqual(['cancelling', 2, 'engine']);
    const confirmed = session.wait(0.04).timer();
    expect(confirmed.map((e) => (e.kind === 'order' ? e.event : e.kind))).toEqual([
      'confirm-cancel',
      'confirm-cancel',
      'kill',
    ]);
    expect(stages(confirmed)).toEqual([['none-open', 0, 'engine']]);
  });

  it('catches an entry that is still in flight: the cancel never overtakes it, a fill that came first stands', () => {
    const session = sessionWithDecision(testConfig({ control: 'auto' }));
    const events = session.command({ kind: 'kill' });
    expect(eventsOf(events, 'order')).toMatchObject([{ event: 'request-cancel', from: 'in-flight' }]);
    const arrived = session.wait(0.04).timer();
    expect(eventsOf(arrived, 'order').map((e) => [e.event, e.from, e.to])).toEqual([
      ['accept', 'cancel-pending', 'cancel-pending'],
      ['fill', 'cancel-pending', 'filled'],
    ]);
    expect(stages(arrived)).toEqual([['none-open', 0, 'engine']]);
    expect([...session.state.positions.stopTicks]).toEqual([99_920]);
  });

  it('a fill between the request and the confirmation is the venue’s word, and has its stop', () => {
    const session = halfFilled();
    session.command({ kind: 'kill' });
    const filled = session.wait(0.01).depth({ first: 101, last: 101, asks: [[100_001, 80]] });
    expect(eventsOf(filled, 'fill')).toMatchObject([{ lots: 30, priceTicks: 100_031, maker: true }]);
    expect(session.state.positions.lots[0]).toBe(80);
    expect(stages(session.wait(0.03).timer())).toEqual([['none-open', 0, 'engine']]);
    expect([session.state.positions.lots[0], session.state.positions.stopTicks[0]]).toEqual([80, 99_920]);
  });

  it('lets nothing new out, and leaves stops and targets at work', () => {
    const session = halfFilled();
    session.command({ kind: 'kill' });
    session.wait(0.1).timer();
    for (let i = 0; i < 15; i++) session.wait(1).depth({ first: 101 + i, last: 101 + i });
    const vetoes = eventsOf(session.events, 'decision')
      .slice(1)
      .map(({ trace }) => trace.vetoedBy);
    expect(vetoes.length).toBeGreaterThan(0);
    expect(new Set(vetoes)).toEqual(new Set(['halted']));
    session.depth({ first: 116, last: 116, bids: bids.map(([p]) => [p, 0] as const) });
    const hit = session.depth({ first: 117, last: 117, bids: [[99_920, 500]] });
    expect(eventsOf(hit, 'protective')).toMatchObject([{ trigger: 'stop', triggerTicks: 99_920 }]);
    expect(eventsOf(hit, 'order')).toMatchObject([
      { clearance: 'protective', purpose: 'stop', reduceOnly: true, lots: 50 },
    ]);
    session.wait(0.04).timer();
    expect([session.state.positions.lots[0], killStage(session.state)]).toEqual([0, 'none-open']);
  });

  it('a second kill changes nothing, and the halt file is named as the reason', () => {
    const session = sessionWithDecision();
    expect(eventsOf(session.command({ kind: 'kill' }, 'file'), 'halt')).toMatchObject([{ reason: 'halt-file' }]);
    const again = session.command({ kind: 'kill' });
    expect(again.map(({ kind }) => kind)).toEqual(['command-refused']);
    expect(refusal(again)).toEqual(['kill-under-way']);
  });

  it('works in observe, and after the account has halted itself', () => {
    const session = sessionWithDecision(testConfig({ control: 'observe' }));
    expect(stages(session.command({ kind: 'kill' })).at(-1)).toEqual(['none-open', 0, 'engine']);
    expect(session.control('auto')).toHaveLength(1);
    session.wait(1).depth({ first: 101, last: 101 });
    expect(eventsOf(session.events, 'order')).toEqual([]);
  });
});

describe('flatten', () => {
  it('closes by a protective order and is flat when it is filled', () => {
    const session = halfFilled();
    session.command({ kind: 'kill' });
    session.wait(0.1).timer();
    const events = session.command({ kind: 'flatten' });
    expect(stages(events)).toEqual([['flattening', 0, 'console']]);
    expect(eventsOf(events, 'order')).toMatchObject([
      { purpose: 'flatten', clearance: 'protective', reduceOnly: true, lots: 50, side: -1, limitTicks: 0 },
    ]);
    expect(refusal(session.command({ kind: 'resume' }))).toEqual(['kill-under-way']);
    expect(refusal(session.command({ kind: 'flatten' }))).toEqual(['not-killed']);
    expect(stages(session.wait(0.04).timer())).toEqual([['flat', 0, 'engine']]);
    expect(session.state.positions.lots[0]).toBe(0);
  });

  it('is flat at once without positions, and needs a kill before it', () => {
    const session = sessionWithDecision();
    expect(refusal(session.command({ kind: 'flatten' }))).toEqual(['not-killed']);
    session.command({ kind: 'kill' });
    expect(stages(session.command({ kind: 'flatten' })).map(([stage]) => stage)).toEqual(['flattening', 'flat']);
  });

  it('goes on while anything is left: an exit sent before the position grew closes only a part', () => {
    const session = halfFilled();
    // The stop sends 50 lots; before the entry's cancel arrives, 30 more are filled.
    session.depth({ first: 101, last: 101, bids: [...bids.map(([p]) => [p, 0] as const), [99_900, 10]] });
    expect(eventsOf(session.events, 'protective')).toHaveLength(1);
    session.wait(0.01).depth({ first: 102, last: 102, asks: [[100_001, 80]] });
    session.command({ kind: 'kill' });
    session.wait(0.1).timer();
    // Ten bids were there: 40 of the exit wait, the entry's rest is cancelled.
    expect([session.state.positions.lots[0], killStage(session.state)]).toEqual([70, 'none-open']);
    session.command({ kind: 'flatten' });
    const filled = session.wait(0.1).depth({ first: 103, last: 103, bids: [[99_950, 510]] });
    expect(eventsOf(filled, 'fill').reduce((sum, e) => sum + e.lots, 0)).toBe(40);
    expect([session.state.positions.lots[0], killStage(session.state)]).toEqual([30, 'flattening']);
    expect(eventsOf(filled, 'order').filter((e) => e.event === 'submit')).toMatchObject([
      { purpose: 'flatten', lots: 30 },
    ]);
    const done = session.wait(0.04).timer();
    expect(stages(done)).toEqual([['flat', 0, 'engine']]);
    expect(session.state.positions.lots[0]).toBe(0);
  });
});

describe('flatten between two inputs far apart', () => {
  it('sends the next exit when the one before ends, not when data comes again', () => {
    const session = halfFilled();
    const start = session.atUs;
    session.command({ kind: 'kill' });
    session.wait(0.02).depth({ first: 101, last: 101, bids: [...bids.map(([p]) => [p, 0] as const), [99_900, 500]] });
    session.wait(0.01).depth({ first: 102, last: 102, asks: [[100_001, 80]] });
    session.wait(0.02).command({ kind: 'flatten' });
    expect([session.state.positions.lots[0], killStage(session.state)]).toEqual([80, 'flattening']);
    const events = session.wait(1).timer();
    const exits = eventsOf(events, 'fill').map((e) => [e.lots, e.atUs - start]);
    expect(exits).toEqual([
      [50, 60_000],
      [30, 100_000],
    ]);
    expect(eventsOf(events, 'kill')).toMatchObject([{ stage: 'flat', atUs: start + 100_000 }]);
  });
});

describe('resume', () => {
  it('arms again after none-open and after flat, and entries leave again', () => {
    const session = sessionWithDecision(testConfig({ control: 'observe' }));
    expect(refusal(session.command({ kind: 'resume' }))).toEqual(['not-halted']);
    for (const flatten of [false, true]) {
      session.command({ kind: 'kill' });
      if (flatten) session.command({ kind: 'flatten' });
      const events = session.command({ kind: 'resume' }, 'socket');
      expect(stages(events)).toEqual([['armed', 0, 'socket']]);
      expect(eventsOf(events, 'resume')).toMatchObject([{ source: 'socket' }]);
      expect([isHalted(session.state), killStage(session.state)]).toEqual([false, 'armed']);
    }
    session.control('auto');
    for (let i = 0; i < 11; i++) session.wait(1).depth({ first: 101 + i, last: 101 + i });
    expect(eventsOf(session.events, 'order').length).toBeGreaterThan(0);
  });
});
