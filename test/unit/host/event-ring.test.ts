/** The ring of events: what it tells of a decision, whatever became of its size. */
import { expect, it } from 'vitest';
import { formatExplain } from '../../../components/format/explain.ts';
import { plainText } from '../../../components/text/line.ts';
import type { EngineEvent } from '../../../engine/domain/index.ts';
import { createState, Fold } from '../../../engine/index.ts';
import { EventRing } from '../../../src/host/event-ring.ts';
import { eventText } from '../../../state/event-text.ts';
import { sessionWithDecision, testConfig } from '../../fixtures/engine-session.ts';
import { syntheticSession } from '../../fixtures/synthetic-session.ts';

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

it('sends of a decision what its line says and no more: the same words, a fraction of the trace', () => {
  const { source, config } = syntheticSession(20_000, {}, 5);
  const ring = new EventRing(100_000, createState(config).instruments, () => '');
  const traces: EngineEvent[] = [];
  const fold = new Fold(source, config, (event) => {
    ring.push(event);
    if (event.kind === 'decision') traces.push(event);
  });
  while (fold.run(5_000));
  ring.show(ring.newestId);
  const lines = ring.entries(1, 100_000).filter(({ event }) => event.kind === 'decision');
  expect(lines.length).toBeGreaterThan(20);
  const labels = new Set(lines.map((entry) => eventText(entry).label));
  expect([...labels].sort()).toEqual(['PROPOSED', 'VETOED']);
  for (const [i, entry] of lines.entries()) {
    const event = traces[i]!;
    expect(eventText(entry)).toEqual(eventText({ ...entry, event }));
    expect(JSON.stringify(entry).length).toBeLessThan(JSON.stringify(event).length / 3);
  }
});
