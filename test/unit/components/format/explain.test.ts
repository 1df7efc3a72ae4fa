/** The explanation of a decision in the words that a person reads: prices, not ticks, and no way where there is none. */
import { expect, it } from 'vitest';
import { formatExplain } from '../../../../components/format/explain.ts';
import { voteSpan } from '../../../../components/format/votes.ts';
import { plainText } from '../../../../components/text/line.ts';
import type { GateTrace } from '../../../../engine/domain/index.ts';
import { explainView } from '../../../fixtures/console-log.ts';

const shown = (view: ReturnType<typeof explainView>): string => formatExplain(view, 160).map(plainText).join('\n');

it('tells a reached stop as prices', () => {
  const { trace, ...rest } = explainView();
  const gate: GateTrace = {
    gate: 'stop-not-reached',
    verdict: 'veto',
    value: trace.priceTicks - 10,
    limit: trace.priceTicks,
    lotsAfter: 0,
  };
  const text = shown({ ...rest, trace: { ...trace, verdict: 'vetoed', vetoedBy: gate.gate, gates: [gate] } });
  expect(text).toContain(
    `is at or beyond the stop at ${Number(rest.price).toLocaleString('en', { minimumFractionDigits: 2 })}`,
  );
  expect(text).not.toMatch(/price at [\d,]+ ticks|[\d,]+ ticks or more/);
});

it('shows no way of a vote whose score is written as zero', () => {
  expect(voteSpan({ direction: 1, score: 0.0004 }).text).toBe('· flat');
  expect(voteSpan({ direction: -1, score: -0.0004 }).text).toBe('· flat');
  expect(voteSpan({ direction: 1, score: 0.151 }).text).toBe('▲ LONG');
  const { trace, ...rest } = explainView();
  const vote = { ...trace.vote, direction: 1, score: 1e-17 } as const;
  expect(shown({ ...rest, trace: { ...trace, vote } })).toContain('vote  · flat  score 0.000');
});
