/** A producer that loses in one regime is muted there: suggested, accepted, felt by decisions, undone; and the same from a snapshot. */
import { expect, test } from 'vitest';
import { cursorOver, type EngineEvent, InputEncoder, type OperatorCommand } from '../../engine/domain/index.ts';
import { createEngine, createState, type Engine, step } from '../../engine/index.ts';
import { policyWith } from '../fixtures/engine-session.ts';
import { syntheticSession } from '../fixtures/synthetic-session.ts';

const INPUTS = 30_000;
/** Trading costs the spread only: else everything loses in every regime. */
const POLICY = policyWith({
  decision: { minScore: 0.05, minConsensus: 0.5, confluenceProducers: 1, repeatBars: 3 },
  risk: { entryCooldownBars: 2 },
  execution: { maxHoldingBars: 15 },
  paper: { takerFeePpm: 0 },
  governor: { horizonBars: 3, minSamples: 6, tThreshold: 1.5 },
});
const { config, records } = syntheticSession(INPUTS, { barIntervalUs: 500_000, policy: POLICY }, 9);

type Decision = Extract<EngineEvent, { kind: 'decision' }>;
type Suggestion = Extract<EngineEvent, { kind: 'suggestion' }>;

/** The market, and commands put between its records. */
class Run {
  readonly engine: Engine = createEngine(createState(config));
  readonly #encoder = new InputEncoder();

  take(record: Uint8Array): readonly EngineEvent[] {
    const copy = record.slice();
    const seq = this.engine.state.control.seq[0]! + 1;
    new DataView(copy.buffer).setFloat64(16, seq, true);
    return step(this.engine, cursorOver(copy));
  }

  command(command: OperatorCommand): readonly EngineEvent[] {
    this.#encoder.command(command, 'console');
    this.#encoder.stamp(1, this.engine.state.control.nowUs[0]!);
    return this.take(this.#encoder.bytes());
  }
}

const isMute = (event: EngineEvent): event is Suggestion =>
  event.kind === 'suggestion' && event.suggestion.action === 'mute-in-regime';

test('muted there, heard elsewhere, heard again once undone, and the same from a snapshot', () => {
  const run = new Run();
  let at = 0;
  let found: Suggestion | undefined;
  while (found === undefined) found = run.take(records[at++]!).find(isMute);
  const { suggestionId, producer, regime, samples, tStatistic, weightNow, weightThen } = found.suggestion;
  expect([regime !== undefined, samples >= 6, tStatistic <= -1.5, weightNow === weightThen]).toEqual(
    Array(4).fill(true),
  );

  expect(run.command({ kind: 'accept-suggestion', suggestionId })).toMatchObject([
    { kind: 'suggestion-closed', outcome: 'accepted', producer, regime, weight: weightNow },
  ]);
  const half = new Uint8Array(run.engine.state.arena.byteLength);
  run.engine.state.arena.save(half);
  const from = at;
  const seen = { there: 0, elsewhere: 0 };
  for (; at < (from + INPUTS) / 2; at++) {
    for (const { trace } of run.take(records[at]!).filter((each): each is Decision => each.kind === 'decision')) {
      const vote = trace.producers.find((each) => each.producer === producer)!;
      if (trace.regime === regime) {
        expect([vote.status, vote.contribution]).toEqual(['muted', 0]);
        seen.there++;
      } else {
        expect(vote.status).not.toBe('muted');
        seen.elsewhere++;
      }
    }
  }
  expect([seen.there > 3, seen.elsewhere > 3]).toEqual([true, true]);

  const again = new Run();
  again.engine.state.arena.load(half);
  for (let i = from; i < at; i++) again.take(records[i]!);
  expect(again.engine.state.arena.hash()).toBe(run.engine.state.arena.hash());

  run.command({ kind: 'undo-suggestion', suggestionId });
  const after: Decision[] = [];
  for (; at < INPUTS; at++) {
    after.push(...run.take(records[at]!).filter((each): each is Decision => each.kind === 'decision'));
  }
  expect(after.some(({ trace }) => trace.regime === regime)).toBe(true);
  const statuses = after.flatMap(({ trace }) => trace.producers.map(({ status }) => status));
  expect(statuses).not.toContain('muted');
});
