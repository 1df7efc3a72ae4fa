/** What would have changed a decision, in sentences. */
import { describe, expect, it } from 'vitest';
import {
  type DecisionTrace,
  type EngineEvent,
  GATES,
  type GateName,
  type GateTrace,
  type PartTrace,
  type VenueBlocker,
} from '../../../../engine/domain/index.ts';
import { flipFigures, flipTexts, shortfallText } from '../../../../state/explain/flips.ts';
import type { LogEvent } from '../../../../state/log-entry.ts';
import { explainView, logEntries } from '../../../fixtures/console-log.ts';

const { trace: PROPOSED } = explainView();

const texts = (trace: DecisionTrace, followed: readonly LogEvent[], blockers: readonly VenueBlocker[] = []) => {
  const entries = followed.map((event, i) => ({ id: i + 1, event, symbol: undefined, price: undefined }));
  return flipTexts({ trace, followed: entries, blockers });
};

const stoppedBy = (gate: GateName, value: number, limit: number, lotsAfter = 100): DecisionTrace => {
  const size: GateTrace = { gate: 'order-size', verdict: 'allow', value: 0.1, limit: 0.15, lotsAfter: 100 };
  const veto: GateTrace = { gate, verdict: 'veto', value, limit, lotsAfter };
  const sizing = { ...PROPOSED.sizing, wantedLots: 100 };
  return { ...PROPOSED, sizing, verdict: 'vetoed', vetoedBy: gate, lots: 0, gates: [size, veto] };
};

describe('a veto', () => {
  it.each([
    ['data-fresh', 4_200_000, 3_000_000, 'with the age of the data at 3.0 s or less instead of 4.2 s: 1.2 s less'],
    ['cooldown', 4, 10, 'with the number of bars since the last entry at 10.0 or more instead of 4.0: 6.0 more'],
    ['order-rate', 30, 30, 'with the number of orders in the last minute at 29 or less instead of 30: 1 less'],
    ['max-positions', 9, 8, 'with the number of open positions at 7 or less instead of 9: 2 less'],
    ['no-duplicate', 1, 0, 'with the number of positions, entries and proposals here at 0 instead of 1: 1 less'],
    ['spread', 2_512, 2_000, 'with the spread at 20.0 bp or less instead of 25.1 bp: 5.12 bp less'],
    ['spread', -300, 2_000, 'with the spread at 0.00 bp instead of -3.00 bp: 3.00 bp more'],
    ['stop-not-reached', 990, 1_000, 'with the price at 1,001 ticks or more instead of 990 ticks: 11 ticks more'],
    ['min-notional', 4.2, 10, 'with the worth of the order at 10.00 or more instead of 4.20: 5.80 more'],
    // A lot is a thousandth of equity, and 100 were asked for: one of them comes to 3.3 less 0.099.
    [
      'leverage',
      3.3,
      3,
      'the exposure over equity, one lot of this included, at 300.00 % or less instead of 320.10 %: 20.10 % less',
    ],
  ] as const)('of %s by a number tells value, limit and difference', (gate, value, limit, text) => {
    const [told] = texts(stoppedBy(gate, value, limit), []);
    expect(told).toContain(`${gate} would have let it pass with `);
    expect(told).toContain(text);
  });

  it.each([
    ['halted', 1, 0, 'if entries had not been halted'],
    ['book-whole', 1, 0, 'if no update of the book had been missing'],
    ['volatility-known', 0, 1, 'risk.entriesBeforeVolatility'],
    ['short-allowed', -1, 1, 'for a BUY'],
    ['data-fresh', Number.POSITIVE_INFINITY, 3_000_000, 'if any data had come'],
    ['leverage', 0, 3, 'with more equity'],
  ] as const)('of %s by a state says what would have had to be different', (gate, value, limit, text) => {
    const [told] = texts(stoppedBy(gate, value, limit), []);
    expect(told).toContain(`${gate} would have let it pass `);
    expect(told).toContain(text);
  });

  it('of the venue names what stood between', () => {
    expect(texts(stoppedBy('venue-ready', 65, 0), [], ['account', 'disarmed'])[0]).toBe(
      'venue-ready would have let it pass without this: the account is not compared yet, not armed',
    );
  });

  it('of a size that came to nothing says how much would be at risk and how far the stop is', () => {
    const { gates, ...trace } = stoppedBy('min-notional', 0, 5, 0);
    const none = {
      ...trace,
      sizing: { ...trace.sizing, wantedLots: 0 },
      gates: gates.map((g) => ({ ...g, lotsAfter: 0 })),
    };
    expect(texts(none, [])[0]).toContain('2.00 at risk buy none with a stop 1,812 ticks away');
  });

  it('has words for every gate', () => {
    for (const gate of GATES) expect(texts(stoppedBy(gate, 5, 4), [])[0], gate).not.toMatch(/undefined|NaN|n\/a/);
  });
});

describe('a decision that passed', () => {
  const events = logEntries().map(({ event }) => event);
  const closedAs = (outcome: 'expired' | 'vetoed-by-operator' | 'refused-at-clearing' | 'withdrawn'): EngineEvent => ({
    seq: 1,
    atUs: 1,
    kind: 'proposal-closed',
    proposalId: 1,
    decisionId: 345,
    instrument: 0,
    outcome,
    gate: outcome === 'refused-at-clearing' ? 'spread' : undefined,
  });

  it('names the nearest gate and the votes that it hung on', () => {
    expect(texts(PROPOSED, events)).toEqual([
      'nearest to a veto was data-fresh: the age of the data was 0.08 s, a veto comes above 3.0 s, 2.9 s to spare',
      'it hung on rsi and momentum: without either of them no BUY would have been decided',
    ]);
  });

  it.each([
    ['expired', /an approval in time/],
    ['vetoed-by-operator', /without the veto of the operator/],
    ['refused-at-clearing', /spread let it pass .* refused it when risk was checked again/],
    ['withdrawn', /entries were halted/],
  ] as const)('and did not trade says why: %s', (outcome, text) => {
    expect(texts(PROPOSED, [closedAs(outcome)])[0]).toMatch(text);
  });

  it('says so of an order without a fill, and of a control that only looks', () => {
    const orders = events.filter(({ kind }) => kind === 'order');
    expect(texts(PROPOSED, orders)[0]).toMatch(/no fill/);
    expect(texts({ ...PROPOSED, verdict: 'observed' }, [])[0]).toMatch(/not been OBSERVE/);
  });
});

/** Asks for more of the score than votes can give. */
const asking = (part: PartTrace): PartTrace =>
  part.block === 'vote' ? { ...part, parameters: { ...part.parameters, score: 0.9 } } : part;

describe('a strategy that did not agree', () => {
  const votes = PROPOSED.producers.map((each) =>
    each.producer === 'rsi' ? { ...each, status: 'warming' as const } : each,
  );
  const alone: DecisionTrace = {
    ...PROPOSED,
    producers: votes,
    vote: { ...PROPOSED.vote, score: 0.4 / 3, consensus: 0.5 },
  };

  it('lacked figures, and one other vote would have been enough', () => {
    expect(shortfallText(alone)).toBe(
      'lacked 0.017 of score, 10.0 % of consensus and 1 more producer agreeing; ' +
        'ofi voting LONG 1/10 instead of flat would have been enough (or gaussian)',
    );
    expect(shortfallText(PROPOSED)).toBeUndefined();
    const strict = {
      ...alone,
      strategies: alone.strategies.map((each) => ({ ...each, parts: each.parts.map(asking) })),
    };
    expect(shortfallText(strict)).toContain('no single vote would have been enough');
  });

  it('comes in figures as well', () => {
    expect(flipFigures(alone)).toMatchObject({
      veto: null,
      nearestVeto: { gate: 'data-fresh', turnsAt: 3_000_000, by: 2_920_000 },
      confluenceLacked: { producers: 1 },
      votesEnough: [
        { producer: 'ofi', from: 0, to: 1 },
        { producer: 'gaussian', from: -3 },
      ],
    });
    expect(flipFigures(stoppedBy('halted', 1, 0))).toMatchObject({ veto: null, nearestVeto: null });
    expect(flipFigures(stoppedBy('spread', 2_512, 2_000)).veto).toMatchObject({ gate: 'spread', by: 512 });
  });
});
