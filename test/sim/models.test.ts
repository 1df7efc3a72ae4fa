/** Sessions with models: one hash whatever way leads to a moment, over swaps forward and backward, in forks and from snapshots. */
import { beforeAll, describe, expect, it } from 'vitest';
import { cursorOver, type EngineEvent } from '../../engine/domain/index.ts';
import { createEngine, createState, Fold, hasModels, step, TimeTravel } from '../../engine/index.ts';
import { eventsOf } from '../fixtures/engine-session.ts';
import { LIBRARY, MODELS, type ModelSession, modelSession } from '../fixtures/model-session.ts';
import { libraryOf, smallModels } from '../fixtures/small-models.ts';
import { syntheticSession } from '../fixtures/synthetic-session.ts';

const INPUTS = 24_000;

function folded({ source, config }: ModelSession, to = source.count, library = LIBRARY) {
  const events: EngineEvent[] = [];
  const fold = new Fold(source, config, (event) => events.push(event), undefined, library);
  fold.run(to);
  return { hash: fold.state.arena.hash(), events, state: fold.state };
}

describe('a session with models and swaps', () => {
  let session: ModelSession;
  let whole: ReturnType<typeof folded>;
  beforeAll(() => {
    session = modelSession(INPUTS);
    whole = folded(session);
  });

  it('has votes that count, and tells each swap', () => {
    expect(eventsOf(whole.events, 'model')).toHaveLength(session.swaps.length);
    const decisions = eventsOf(whole.events, 'decision').map(({ trace }) => trace);
    const made = decisions.filter(({ strategies, side }) => strategies.at(-1)!.direction === side);
    expect(made.length).toBeGreaterThan(10);
    for (const { ensemble } of made) {
      expect(ensemble!.speaking).toBeGreaterThanOrEqual(ensemble!.minModels);
      expect(Math.abs(ensemble!.score)).toBeGreaterThanOrEqual(ensemble!.minScore);
      expect(ensemble!.consensus).toBeGreaterThanOrEqual(ensemble!.minConsensus);
    }
    const places = new Set(decisions.flatMap(({ models }) => models.map(({ role, status }) => `${role} ${status}`)));
    for (const place of ['serve voted', 'serve warming', 'serve missing', 'shadow voted'])
      expect(places).toContain(place);
  });

  it('gives one hash and the same events every time, also with models that were opened anew', () => {
    const again = folded(session);
    const anew = folded(modelSession(INPUTS), session.source.count, libraryOf(...MODELS));
    for (const other of [again, anew]) {
      expect(other.hash).toBe(whole.hash);
      expect(other.events).toEqual(whole.events);
    }
  });

  it('is at every moment what a fresh fold comes to, over swaps backward and forward', () => {
    const options = { snapshotEvery: 1_000, snapshotBytes: 4e6, models: LIBRARY };
    const travel = new TimeTravel(session.source, session.config, options);
    while (travel.index(5_000));
    const moments = session.swaps.flatMap((at) => [at + 1, at, at + 700, at - 300]);
    const visits = [...moments, ...moments.toReversed(), session.source.count, 1, session.source.count];
    const truth = new Map<number, string>();
    for (const to of visits) {
      travel.seek(to);
      if (!truth.has(to)) truth.set(to, folded(session, to).hash);
      expect([to, travel.state.arena.hash()]).toEqual([to, truth.get(to)]);
    }
    expect(truth.get(session.source.count)).toBe(whole.hash);
  });

  it('goes on from a snapshot taken anywhere, in an engine that has asked no model before', () => {
    for (const at of [session.swaps[0]! + 10, session.swaps[3]! + 1]) {
      const { state } = folded(session, at);
      const base = new Uint8Array(state.arena.byteLength);
      state.arena.save(base);
      const engine = createEngine(createState(session.config), LIBRARY);
      engine.state.arena.load(base);
      for (const record of session.records.slice(at)) step(engine, cursorOver(record));
      expect(engine.state.arena.hash()).toBe(whole.hash);
    }
  });

  it('forks: the command goes in, the models stay those of the recording', () => {
    const travel = new TimeTravel(session.source, session.config, {
      ...{ snapshotEvery: 2_000, snapshotBytes: 4e6, models: LIBRARY },
    });
    travel.seek(session.swaps[1]! - 50);
    travel.fork({ kind: 'set-control', mode: 'observe' });
    while (travel.index(5_000));
    travel.seek(travel.total);
    const end = travel.state.arena.hash();
    expect(end).not.toBe(whole.hash);
    travel.seek(session.swaps[1]! - 10);
    travel.seek(travel.total);
    expect(travel.state.arena.hash()).toBe(end);
    expect([...travel.state.models.id]).toEqual([...whole.state.models.id]);
  });

  it('cannot be folded without its models', () => {
    const fold = new Fold(session.source, session.config, () => {});
    expect(() => fold.run(session.source.count)).toThrow("is not among the session's models");
    const others = libraryOf(...Object.values(smallModels(3)));
    expect(() => folded(session, session.source.count, others)).toThrow("is not among the session's models");
  });
});

it('a session without models has none asked, and decides by its producers alone', () => {
  const { source, config } = syntheticSession(INPUTS);
  const events: EngineEvent[] = [];
  const fold = new Fold(source, config, (event) => events.push(event));
  fold.run(source.count);
  expect(hasModels(fold.state.models)).toBe(false);
  const decisions = eventsOf(events, 'decision').map(({ trace }) => trace);
  expect(decisions.length).toBeGreaterThan(5);
  for (const { models, ensemble, strategies } of decisions) {
    expect([models, ensemble, strategies.at(-1)!.direction]).toEqual([[], undefined, 0]);
  }
});
