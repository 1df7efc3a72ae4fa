/** The governor: outcomes measured over the horizon against cost, suggestions from them, and the operator's answers. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_POLICY, Outbox, PRODUCER_COUNT, PRODUCERS, REGIMES } from '../../../../engine/domain/index.ts';
import { measureOutcomes, summarise } from '../../../../engine/governor/outcomes.ts';
import { answerSuggestion, suggest } from '../../../../engine/governor/suggestions.ts';
import {
  describeSuggestion,
  GovernorTable,
  regimeCell,
  SignalTable,
  SUGGESTION,
  SUGGESTION_CAPACITY,
} from '../../../../engine/index.ts';
import { Arena } from '../../../../engine/kernel/arena.ts';

const POLICY = { ...DEFAULT_POLICY.governor, horizonBars: 3, minSamples: 4 };
const OFI = PRODUCERS.indexOf('ofi');

function stage() {
  const arena = new Arena();
  const table = new GovernorTable(arena, 2);
  const signals = new SignalTable(arena, 2);
  signals.weight.fill(0.8);
  signals.enabled.fill(1);
  const outbox = new Outbox();
  const bar = (direction: number, price: number, costPpm = 100, instrument = 1, regime?: number): boolean => {
    signals.direction[instrument * PRODUCER_COUNT + OFI] = direction;
    return measureOutcomes(table, signals.direction, POLICY, { instrument, priceTicks: price, costPpm, regime });
  };
  const samples = (nets: readonly number[], edges = nets): void => {
    table.samples[OFI] = nets.length;
    table.netSum[OFI] = nets.reduce((sum, x) => sum + x, 0);
    table.netSquares[OFI] = nets.reduce((sum, x) => sum + x * x, 0);
    table.edgeSum[OFI] = edges.reduce((sum, x) => sum + x, 0);
    table.costSum[OFI] = nets.length * 10;
  };
  const ask = (id = 1) => suggest(table, signals, POLICY, outbox, OFI, id, 77);
  return { table, signals, outbox, bar, samples, ask };
}

describe('measuring', () => {
  it('takes the signed return over the horizon less the cost when it began', () => {
    const { table, bar } = stage();
    expect([bar(1, 100_000), bar(0, 90_000), bar(-1, 80_000)]).toEqual([false, false, false]);
    expect(table.samples[OFI]).toBe(0);
    expect(bar(0, 100_050, 999)).toBe(true);
    expect(summarise(table, OFI)).toMatchObject({ samples: 1 });
    expect([table.hits[OFI], table.netSum[OFI], table.edgeSum[OFI], table.costSum[OFI]]).toEqual([1, 400, 500, 100]);
  });

  it('turns the sign for a sell, and starts the next measurement on the bar that ended one', () => {
    const { table, bar } = stage();
    bar(-1, 100_000);
    bar(-1, 1);
    bar(-1, 1);
    bar(-1, 99_900);
    bar(0, 1);
    bar(0, 1);
    bar(0, 99_900);
    expect([table.samples[OFI], table.hits[OFI], table.edgeSum[OFI]]).toEqual([2, 1, 1_000]);
    expect(table.barsLeft[PRODUCER_COUNT + OFI]).toBe(0);
  });

  it('starts nothing without a direction or a price, and counts bars of its instrument only', () => {
    const { table, bar } = stage();
    bar(0, 100);
    bar(1, 0);
    expect(table.barsLeft[PRODUCER_COUNT + OFI]).toBe(0);
    bar(1, 100);
    for (let i = 0; i < 10; i++) bar(0, 100, 100, 0);
    expect(table.barsLeft[PRODUCER_COUNT + OFI]).toBe(3);
  });
});

describe('summarise', () => {
  it('has the mean, the t statistic of the net edge, and the hit rate', () => {
    const { table, samples } = stage();
    samples([-30, -10, -20, -40], [-20, 0, -10, -30]);
    table.hits[OFI] = 1;
    // Mean −25, sample deviation 12.91 over √4.
    expect(summarise(table, OFI)).toMatchObject({ samples: 4, meanEdgePpm: -15, meanCostPpm: 10, hitRate: 0.25 });
    expect(summarise(table, OFI).tStatistic).toBeCloseTo(-25 / (Math.sqrt(500 / 3) / 2), 12);
  });

  it('says nothing of one sample', () => {
    const { table, samples } = stage();
    samples([-900]);
    expect(summarise(table, OFI)).toEqual({ samples: 1, meanEdgePpm: 0, meanCostPpm: 0, tStatistic: 0, hitRate: 0 });
  });
});

describe('suggest', () => {
  const LOSING = [-30, -10, -20, -40];

  it('switches off what loses before cost, and lowers what wins less than it costs', () => {
    const [off, less] = [stage(), stage()];
    off.samples(LOSING);
    expect(off.ask(9)).toBe(true);
    expect(off.outbox.take()).toMatchObject([
      {
        kind: 'suggestion',
        suggestion: { suggestionId: 9, action: 'disable', producer: 'ofi', weightNow: 0.8, weightThen: 0, samples: 4 },
      },
    ]);
    less.samples(LOSING, [5, 5, 5, 5]);
    expect(less.ask()).toBe(true);
    expect(describeSuggestion(less.table, 0)).toMatchObject({ action: 'set-weight', weightThen: 0.4, meanEdgePpm: 5 });
  });

  it.each([
    ['too few samples', [-30, -10, -20], true],
    ['not beyond chance', [-30, 30, -20, 10], true],
    ['winning', [30, 10, 20, 40], true],
    ['switched off already', LOSING, false],
  ])('makes none: %s', (_, nets, enabled) => {
    const { signals, samples, ask, outbox } = stage();
    samples(nets);
    signals.enabled[OFI] = enabled ? 1 : 0;
    expect(ask()).toBe(false);
    expect(outbox.take()).toEqual([]);
  });

  it('asks once, and after an answer only with as many new samples again', () => {
    const { table, signals, outbox, samples, ask } = stage();
    samples(LOSING);
    expect([ask(1), ask(2)]).toEqual([true, false]);
    answerSuggestion(table, signals, outbox, 1, 'rejected');
    samples([...LOSING, ...LOSING.slice(0, 3)]);
    expect(ask(2)).toBe(false);
    samples([...LOSING, ...LOSING]);
    expect(ask(2)).toBe(true);
  });

  it('gives the slot of the oldest closed one away, never that of an open one', () => {
    const { table, signals, outbox } = stage();
    table.samples.fill(4);
    table.netSum.fill(-100);
    table.netSquares.fill(3_000);
    for (let id = 1; id <= SUGGESTION_CAPACITY; id++) {
      table.samplesAtSuggestion.fill(-100);
      expect(suggest(table, signals, POLICY, outbox, OFI, id, 0)).toBe(true);
      if (id > 1) answerSuggestion(table, signals, outbox, id, 'rejected');
      else table.producer[0] = 0;
    }
    table.samplesAtSuggestion.fill(-100);
    expect(suggest(table, signals, POLICY, outbox, OFI, 100, 0)).toBe(true);
    expect([table.id[0], table.id[1]]).toEqual([1, 100]);
  });
});

describe('regimes', () => {
  const [CALM, DOWN] = [REGIMES.indexOf('calm'), REGIMES.indexOf('down')];
  const LOSES = [-30, -10, -20, -40];
  const WINS = [30, 10, 20, 40];

  /** Outcomes by regime and, last, those of no known one, as measuring leaves them. */
  function withOutcomes(byRegime: ReadonlyMap<number, readonly number[]>, unknown: readonly number[] = []) {
    const all = stage();
    const nets = [...byRegime.values()].flat().concat(unknown);
    all.samples(nets);
    for (const [regime, part] of byRegime) {
      const { samples, netSum, netSquares, edgeSum, costSum } = all.table.byRegime;
      const cell = regimeCell(OFI, regime);
      samples[cell] = part.length;
      netSum[cell] = edgeSum[cell] = part.reduce((sum, x) => sum + x, 0);
      netSquares[cell] = part.reduce((sum, x) => sum + x * x, 0);
      costSum[cell] = part.length * 10;
    }
    return all;
  }
  const made = ({ ask, outbox }: ReturnType<typeof stage>, id = 1): unknown[] => {
    ask(id);
    return outbox.take().map((event) => (event.kind === 'suggestion' ? event.suggestion : event));
  };

  it('an outcome is of the regime in which it began', () => {
    const { table, bar } = stage();
    const step = (direction: number, price: number, regime?: number) => bar(direction, price, 100, 1, regime);
    step(1, 100_000, DOWN);
    for (const price of [1, 2]) step(0, price, CALM);
    step(1, 99_900, CALM);
    for (const price of [1, 2]) step(0, price, DOWN);
    step(1, 99_900);
    for (const price of [1, 2, 99_900]) step(0, price, DOWN);
    const { samples, hits, netSum, costSum } = table.byRegime;
    expect([samples, netSum, costSum].map((column) => column[regimeCell(OFI, DOWN)])).toEqual([1, -1_100, 100]);
    expect([samples, netSum, hits].map((column) => column[regimeCell(OFI, CALM)])).toEqual([1, -100, 0]);
    // The third began while no regime was known.
    expect([table.samples[OFI], samples.reduce((sum, n) => sum + n, 0)]).toEqual([3, 2]);
  });

  it('mutes it where alone it loses, with the outcomes of that regime', () => {
    const all = withOutcomes(
      new Map([
        [CALM, WINS],
        [DOWN, LOSES],
      ]),
    );
    expect(made(all, 7)).toMatchObject([
      { suggestionId: 7, action: 'mute-in-regime', producer: 'ofi', regime: 'down', samples: 4, meanEdgePpm: -25 },
    ]);
    expect(describeSuggestion(all.table, 0)).toMatchObject({ weightNow: 0.8, weightThen: 0.8, meanCostPpm: 10 });
  });

  it.each([
    ['it loses everywhere', LOSES, LOSES, 'disable'],
    ['nothing else has been measured', [], LOSES, 'disable'],
    ['too little else has been measured', WINS.slice(0, 3), LOSES, undefined],
    ['too few are of the regime', WINS, LOSES.slice(0, 3), undefined],
    ['it may be chance', WINS, [-30, 30, -20, 10], undefined],
    // t is −2.32: beyond the 2 of one, and within the 2.53 of one of four.
    ['it may be chance, as one of four', WINS, [-30, 0, -20, -10], undefined],
  ] as const)('does not where %s', (_, calm, down, action) => {
    const all = withOutcomes(
      new Map<number, readonly number[]>([
        [CALM, calm],
        [DOWN, down],
      ]),
    );
    expect(made(all).map((each) => (each as { action: string }).action)).toEqual(action ? [action] : []);
  });

  it('of several takes the one that is surest', () => {
    const all = withOutcomes(
      new Map([
        [CALM, [-30, -20, -26, -24]],
        [DOWN, LOSES],
      ]),
      [90, 80, 70, 95],
    );
    expect(made(all)).toMatchObject([{ regime: 'calm' }]);
  });

  it('once muted there, what it would have lost there is no reason to switch it off', () => {
    const all = withOutcomes(
      new Map([
        [CALM, [5, -4, 3, -2]],
        [DOWN, LOSES.map((net) => 100 * net)],
      ]),
    );
    expect(made(all)).toMatchObject([{ regime: 'down' }]);
    const { signals, table, outbox } = all;
    expect(answerSuggestion(table, signals, outbox, 1, 'accepted')).toBeUndefined();
    expect([signals.mutedIn[OFI], signals.enabled[OFI], signals.weight[OFI]]).toEqual([1 << DOWN, 1, 0.8]);
    expect(outbox.take()).toMatchObject([{ outcome: 'accepted', producer: 'ofi', regime: 'down', weight: 0.8 }]);
    expect(made(all, 2)).toEqual([]);
    answerSuggestion(table, signals, outbox, 1, 'undone');
    expect([signals.mutedIn[OFI], signals.enabled[OFI], signals.weight[OFI]]).toEqual([0, 1, 0.8]);
  });

  it('asks again only with as many new outcomes of that regime', () => {
    const all = withOutcomes(
      new Map([
        [CALM, WINS],
        [DOWN, LOSES],
      ]),
    );
    made(all);
    answerSuggestion(all.table, all.signals, all.outbox, 1, 'rejected');
    all.outbox.take();
    expect(made(all, 2)).toEqual([]);
    all.table.regimeSamplesAtSuggestion[regimeCell(OFI, DOWN)] = 0;
    expect(made(all, 2)).toMatchObject([{ suggestionId: 2, regime: 'down' }]);
  });

  /** Loses in one regime so much that it loses as a whole, though all others together come to nothing. */
  const losingInOne = () =>
    withOutcomes(
      new Map([
        [CALM, [5, -4, 3, -2]],
        [DOWN, [-30, -28, -29, -31]],
      ]),
    );
  const PART: readonly number[] = [-30, -10, -20, -40];
  /** More outcomes, by what they add to the sums. */
  function add({ table }: ReturnType<typeof stage>, nets: readonly number[], regime: number): void {
    const cell = regimeCell(OFI, regime);
    for (const [sums, at] of [
      [table, OFI],
      [table.byRegime, cell],
    ] as const)
      for (const net of nets) {
        sums.samples[at]! += 1;
        sums.netSum[at]! += net;
        sums.netSquares[at]! += net * net;
      }
  }

  it('does not ask for more on the grounds of what was rejected', () => {
    const all = losingInOne();
    expect(made(all)).toMatchObject([{ action: 'mute-in-regime', regime: 'down' }]);
    answerSuggestion(all.table, all.signals, all.outbox, 1, 'rejected');
    all.outbox.take();
    add(all, [-1], CALM);
    expect(made(all, 2)).toEqual([]);
    add(all, PART, CALM);
    expect(made(all, 2)).toMatchObject([{ regime: undefined }]);
  });

  it('counts no outcome of a regime in which it is muted as a new one', () => {
    const all = losingInOne();
    made(all);
    answerSuggestion(all.table, all.signals, all.outbox, 1, 'accepted');
    add(all, PART, CALM);
    all.outbox.take();
    expect(made(all, 2)).toMatchObject([{ suggestionId: 2, regime: undefined }]);
    answerSuggestion(all.table, all.signals, all.outbox, 2, 'rejected');
    all.outbox.take();
    add(all, PART, DOWN);
    add(all, PART.slice(0, 3), CALM);
    expect(made(all, 3)).toEqual([]);
    add(all, PART, CALM);
    expect(made(all, 3)).toMatchObject([{ suggestionId: 3, regime: undefined }]);
  });

  it('leaves a weight alone that was changed in between', () => {
    const all = withOutcomes(
      new Map([
        [CALM, WINS],
        [DOWN, LOSES],
      ]),
    );
    made(all);
    all.signals.weight[OFI] = 0.4;
    answerSuggestion(all.table, all.signals, all.outbox, 1, 'accepted');
    answerSuggestion(all.table, all.signals, all.outbox, 1, 'undone');
    expect(all.signals.weight[OFI]).toBe(0.4);
  });
});

describe('answers', () => {
  function suggested(edges?: readonly number[]) {
    const all = stage();
    all.samples([-30, -10, -20, -40], edges);
    all.ask(1);
    all.outbox.take();
    const answer = (what: 'accepted' | 'rejected' | 'undone', id = 1) =>
      answerSuggestion(all.table, all.signals, all.outbox, id, what);
    const now = () => [all.signals.weight[OFI], all.signals.enabled[OFI]];
    return { ...all, answer, now };
  }

  it('accept and undo switch a producer off and on with its old weight', () => {
    const { answer, now, outbox, table } = suggested();
    expect(answer('accepted')).toBeUndefined();
    expect(now()).toEqual([0, 0]);
    expect(answer('undone')).toBeUndefined();
    expect(now()).toEqual([0.8, 1]);
    expect(outbox.take()).toMatchObject([
      { kind: 'suggestion-closed', outcome: 'accepted', producer: 'ofi', weight: 0 },
      { kind: 'suggestion-closed', outcome: 'undone', producer: 'ofi', weight: 0.8 },
    ]);
    expect(table.state[0]).toBe(SUGGESTION.undone);
  });

  it('accept of a weight leaves it switched on', () => {
    const { answer, now } = suggested([5, 5, 5, 5]);
    answer('accepted');
    expect(now()).toEqual([0.4, 1]);
  });

  it('reject changes nothing', () => {
    const { answer, now } = suggested();
    answer('rejected');
    expect(now()).toEqual([0.8, 1]);
  });

  it('mean nothing to one that is unknown, closed, or not yet accepted', () => {
    const { answer, now } = suggested();
    expect(answer('accepted', 2)).toBe('unknown-suggestion');
    expect(answer('undone')).toBe('suggestion-closed');
    answer('rejected');
    for (const what of ['accepted', 'rejected', 'undone'] as const) expect(answer(what)).toBe('suggestion-closed');
    expect(now()).toEqual([0.8, 1]);
  });
});
