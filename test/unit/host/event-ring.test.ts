/** The ring of events: what it tells of a decision, whatever became of its size. */
import { expect, it } from 'vitest';
import { formatExplain } from '../../../components/format/explain.ts';
import { plainText } from '../../../components/text/line.ts';
import { EventRing } from '../../../src/host/event-ring.ts';
import { sessionWithDecision, testConfig } from '../../fixtures/engine-session.ts';

it('explains a decision with the sizes that the operator made of it', () => {
  const session = sessionWithDecision(testConfig());
  const ring = new EventRing(100, session.state.instruments, (seq) => `chimera replay s --at ${seq}`);
  const explained = (): string => {
    ring.show(ring.newestId);
    const view = ring.explain(1);
    if (view === undefined) throw new Error('the decision is not there');
    return formatExplain(view, 120).map(plainText).join('\n');
  };
  for (const event of session.events) ring.push(event);
  expect(explained()).not.toContain('made smaller');
  for (const [revision, lots] of [
    [1, 60],
    [2, 20],
  ] as const)
    for (const event of session.command({ kind: 'resize', proposalId: 1, revision, viewSeq: 0, lots }))
      ring.push(event);
  expect(explained()).toMatch(
    /made smaller by the operator, to 0\.06\n.*made smaller by the operator, to 0\.02\n.*waits/,
  );
  expect(ring.entries(1, 100).at(-1)).toMatchObject({ symbol: 'BTC/USDT:USDT', quantity: '0.020', price: undefined });
  for (const event of session.command({ kind: 'approve', proposalId: 1, revision: 3, viewSeq: 0 })) ring.push(event);
  expect(explained()).toMatch(/to 0\.02\n.*approved by the operator/);
  expect(explained()).not.toContain('waits until');
});
