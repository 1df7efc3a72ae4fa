/** Reasons in words: every producer and status, every gate and verdict. */
import { describe, expect, it } from 'vitest';
import {
  type EnsembleTrace,
  GATES,
  type GateName,
  PRODUCERS,
  type ProducerVote,
} from '../../../engine/domain/index.ts';
import { eventText, suggestionText } from '../../../state/event-text.ts';
import { gateText, producerRationale } from '../../../state/rationale.ts';
import { logEntries } from '../../fixtures/console-log.ts';
import { ENSEMBLE } from '../../fixtures/console-models.ts';
import { suggestionView } from '../../fixtures/console-view.ts';

const vote = (changes: Partial<ProducerVote>): ProducerVote => ({
  producer: 'rsi',
  direction: 1,
  conviction: 5,
  weight: 1,
  contribution: 0.1,
  status: 'voted',
  evidence: [0, 0],
  ...changes,
});

describe('a producer', () => {
  it.each([
    [vote({ producer: 'rsi', evidence: [27.4, 0] }), 'RSI 27.4: oversold'],
    [vote({ producer: 'rsi', direction: -1, evidence: [81, 0] }), 'RSI 81.0: overbought'],
    [vote({ producer: 'momentum', evidence: [4.6, 812] }), 'moved +4.6 ATR over 20 bars (+0.081 %)'],
    [
      vote({ producer: 'momentum', direction: 0, status: 'neutral', evidence: [-1, -90] }),
      'moved -1.0 ATR over 20 bars (-0.009 %): too little',
    ],
    [vote({ producer: 'ofi', direction: -1, evidence: [-0.42, 0] }), 'order flow -0.42 of ±1: sellers lead'],
    [vote({ producer: 'energy', evidence: [3.4, 12] }), 'energy 3.4× its mean, price +0.001 % a bar'],
    [vote({ producer: 'vacuum', evidence: [0.31, 0] }), 'asks hold 0.31× the bids near the touch: thin above'],
    [vote({ producer: 'gaussian', direction: -1, evidence: [2.41, 0.008] }), 'z +2.41, tail probability 0.80 %'],
    [vote({ producer: 'social', evidence: [0.42, 3.14] }), 'sentiment +0.42, talk +3.1 σ from usual'],
    [vote({ producer: 'whale', direction: -1, evidence: [-0.6, 23_400_000] }), '60 % net into exchanges of 23.4M'],
    [
      vote({ producer: 'whale', direction: 0, status: 'neutral', evidence: [0.9, 12_000] }),
      '90 % net out of exchanges of 12.0k: too little',
    ],
    [vote({ producer: 'funding', direction: -1, evidence: [812, 500] }), 'funding +0.081 % (limit 0.05 %): longs pay'],
    [
      vote({ producer: 'funding', direction: 0, status: 'neutral', evidence: [-90, 500] }),
      'funding -0.009 % (limit 0.05 %)',
    ],
    [vote({ producer: 'social', status: 'no-data' }), 'no reading has come'],
    [
      vote({ producer: 'whale', status: 'no-data', evidence: [0, 3] }),
      'no reading has come, its source fails (3 times)',
    ],
    [vote({ producer: 'funding', status: 'no-data', evidence: [36_000, 0] }), 'last reading 10h 00m old'],
    [vote({ status: 'warming' }), 'its window is not full yet'],
    [vote({ status: 'no-data' }), 'the feed has no such data'],
    [vote({ status: 'disabled' }), 'disabled by the governor'],
    [vote({ status: 'muted' }), 'muted by the governor in this regime'],
  ])('%#: says why', (given, text) => {
    expect(producerRationale(given)).toBe(text);
  });

  it('has a text for each', () => {
    for (const producer of PRODUCERS) expect(producerRationale(vote({ producer }))).not.toBe('');
  });
});

describe('a gate', () => {
  const text = (gate: GateName, verdict: 'allow' | 'veto', value: number, limit: number) =>
    gateText({ gate, verdict, value, limit });

  it.each([
    ['data-fresh', 'veto', 3_240_000, 3_000_000, 'data 3.2 s old (limit 3.0 s)'],
    ['data-fresh', 'veto', Number.POSITIVE_INFINITY, 3_000_000, 'no data has come yet'],
    ['cooldown', 'veto', 4.25, 10, '4.3 bars since the last entry (needs 10)'],
    ['cooldown', 'allow', Number.MAX_SAFE_INTEGER, 10, 'no entry before'],
    ['order-rate', 'veto', 30, 30, '30 orders in the last minute (limit 30)'],
    ['order-rate', 'allow', 1, 30, '1 order in the last minute (limit 30)'],
    ['max-positions', 'allow', 1, 3, '1 position open (limit 3)'],
    ['spread', 'veto', 2_512, 2_000, 'spread 25.1 bp (limit 20.0 bp)'],
    ['position-size', 'veto', 0.163, 0.15, 'position 16.3 % of equity (limit 15.0 %)'],
    ['leverage', 'veto', 3.21, 3, 'exposure 3.21× equity (limit 3.00×)'],
    ['min-notional', 'veto', 4.2, 10, 'worth 4.20 (needs 10.00)'],
    ['no-duplicate', 'veto', 1, 0, '1 position, entry or proposal here already'],
    ['short-allowed', 'veto', -1, 1, 'spot cannot be sold short'],
  ] as const)('%s says number and limit', (gate, verdict, value, limit, expected) => {
    expect(text(gate, verdict, value, limit)).toBe(expected);
  });

  it('has words for allow and veto, and they differ where there is no number', () => {
    for (const gate of GATES) expect(text(gate, 'allow', 0, 1)).not.toBe('');
    for (const gate of ['halted', 'tradable', 'book-whole', 'price-known', 'short-allowed'] as const) {
      expect(text(gate, 'allow', 0, 1)).not.toBe(text(gate, 'veto', 1, 0));
    }
  });
});

describe('the log in words', () => {
  const lines = logEntries().map((entry) => {
    const { label, text } = eventText(entry);
    return `${label}: ${text}`;
  });

  it('says the first veto with number and limit, the vote, and the order', () => {
    expect(lines[0]).toBe(
      'VETOED: leverage: exposure 3.21× equity (limit 3.00×); BUY at 64,210.00 by confluence, score +0.20, consensus 67 %',
    );
    expect(lines[1]).toBe('PROPOSED: BUY 0.012 at 64,231.20 by confluence, score +0.20, consensus 67 %');
    expect(lines[2]).toBe('PROPOSAL: #11 BUY 0.012 at 64,233.10 waits, stop 64,050.00, target 64,503.00');
    expect(lines[3]).toBe('PROPOSAL: #11 approved by the operator');
    expect(lines[4]).toBe('ORDER: #71 sent: entry BUY 0.012 limit 64,233.10 (cleared: operator)');
    expect(lines[5]).toBe('FILL: order #71 BUY 0.012 at 64,231.20 (taker, fee 0.38)');
    expect(lines[6]).toBe('CLOSED: LONG closed: -3.08 after fees of 0.77');
    expect(lines[9]).toBe('REFUSED: approve: the proposal has changed since');
  });

  it('names both votes where models have spoken: theirs may point the other way', () => {
    const entry = logEntries()[1]!;
    const trace = { ...(entry.event as Extract<typeof entry.event, { kind: 'decision' }>).trace };
    const told = (ensemble: EnsembleTrace) =>
      eventText({ ...entry, event: { ...entry.event, kind: 'decision', trace: { ...trace, ensemble } } }).text;
    expect(told({ ...ENSEMBLE, score: -0.164 })).toBe(
      'BUY 0.012 at 64,231.20 by confluence, producers +0.20, consensus 67 %; models -0.16, consensus 69 %',
    );
    expect(told({ ...ENSEMBLE, speaking: 0 })).toMatch(/by confluence, score \+0\.20, consensus 67 %$/);
  });

  it('writes a fee without the zeros of its ledger, and the smallest one whole', () => {
    const fee = (text: string) => {
      const fill = logEntries().find(({ event }) => event.kind === 'fill')!;
      return eventText({ ...fill, event: { ...fill.event, fee: text } as typeof fill.event }).text;
    };
    expect(fee('0.3742097000000000')).toContain('fee 0.3742)');
    expect(fee('1234.5000000000000000')).toContain('fee 1,234.5)');
    expect(fee('0.0000013000000000')).toContain('fee 0.0000013)');
    expect(fee('0.0000000000000000')).toContain('fee 0)');
  });

  it('tells a resume as one, and has a kill ready, not armed', () => {
    const kill = (stage: 'armed' | 'cancelling', openOrders: number) => {
      const event = { seq: 1, atUs: 1, kind: 'kill', stage, openOrders, source: 'console' } as const;
      const { label, text } = eventText({ id: 1, event, symbol: undefined, price: undefined });
      return `${label} ${text}`;
    };
    expect(kill('armed', 0)).toBe('RESUMED the kill is ready again (console)');
    expect(kill('cancelling', 1)).toBe('KILL cancelling, 1 entry order open (console)');
    expect(kill('cancelling', 2)).toBe('KILL cancelling, 2 entry orders open (console)');
  });

  it('tells the three outcomes of a proposal apart', () => {
    const closed = (outcome: 'expired' | 'vetoed-by-operator' | 'cleared-by-policy') =>
      eventText({
        id: 1,
        event: {
          seq: 1,
          atUs: 1,
          kind: 'proposal-closed',
          proposalId: 1,
          decisionId: 1,
          instrument: 0,
          outcome,
          gate: undefined,
        },
        symbol: 'X',
        price: undefined,
      }).text;
    expect(new Set([closed('expired'), closed('vetoed-by-operator'), closed('cleared-by-policy')]).size).toBe(3);
    expect(closed('expired')).toMatch(/without an answer/);
  });

  it('shows lots and ticks as such where texts are missing', () => {
    const [, proposed] = logEntries();
    const { text } = eventText({ ...proposed!, price: undefined, quantity: undefined });
    expect(text).toBe('BUY 1,200 lots at 642,312 ticks by confluence, score +0.20, consensus 67 %');
  });

  it('gives the evidence of a suggestion', () => {
    expect(suggestionText(suggestionView())).toBe('disable vacuum: edge -1.20 bp against cost 7.00 bp');
  });
});
