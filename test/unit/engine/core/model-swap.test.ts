/** A model that comes to its place or leaves it, as an input: what is told of it, what is refused, and what it does to the vote. */
import { describe, expect, it } from 'vitest';
import {
  InvariantError,
  MODEL_ID_WORDS,
  modelIdAt,
  modelIdWords,
  modelPlace,
} from '../../../../engine/domain/index.ts';
import { createState, traceModels } from '../../../../engine/index.ts';
import { eventText } from '../../../../state/event-text.ts';
import { eventsOf, Session, testConfig } from '../../../fixtures/engine-session.ts';
import { libraryOf, smallModel } from '../../../fixtures/small-models.ts';

const [FIRST, SECOND] = [smallModel('nhits', 1), smallModel('nhits', 2)];
const TREES = smallModel('leaf-trees');
const LIBRARY = libraryOf(FIRST, SECOND, TREES);
const standing = ({ state }: Session, place: number) => modelIdAt(state.models.id, place * MODEL_ID_WORDS);
const textOf = (event: Parameters<typeof eventText>[0]['event']): string =>
  eventText({ id: 1, event, symbol: undefined, price: undefined }).text;

describe('an id in words', () => {
  it('is the same text again, and none is none', () => {
    for (const { id } of [FIRST, SECOND, TREES]) expect(modelIdAt(modelIdWords(id), 0)).toBe(id);
    expect(modelIdAt(modelIdWords(undefined), 0)).toBeUndefined();
    expect(() => modelIdWords('abc')).toThrow(InvariantError);
    expect(() => modelIdWords(FIRST.id.toUpperCase())).toThrow(InvariantError);
  });
});

describe('a run', () => {
  it('begins with the models of its configuration', () => {
    const state = createState(testConfig({ models: { nhits: FIRST.id } }));
    expect(modelIdAt(state.models.id, modelPlace('serve', 'nhits') * MODEL_ID_WORDS)).toBe(FIRST.id);
    expect(traceModels(state.models, state.config.policy.decision, 0).map(({ id }) => id)).toEqual([
      ...[undefined, undefined, FIRST.id.slice(0, 12), undefined],
    ]);
  });
});

describe('a swap', () => {
  it('tells what serves now and in whose place', () => {
    const session = new Session(testConfig({ models: { nhits: FIRST.id } }), { models: LIBRARY });
    const [told] = eventsOf(session.model('nhits', 'serve', SECOND.id, 'promote'), 'model');
    expect(told).toMatchObject({
      ...{ model: 'nhits', role: 'serve', id: SECOND.id, name: 'nhits-2', before: FIRST.id, reason: 'promote' },
    });
    const [second, first] = [SECOND.id.slice(0, 8), FIRST.id.slice(0, 8)];
    expect(textOf(told!)).toBe(`nhits: promoted nhits-2 (${second}), in the place of ${first}`);
    expect(standing(session, modelPlace('serve', 'nhits'))).toBe(SECOND.id);
    const [back] = eventsOf(session.model('nhits', 'serve', FIRST.id, 'rollback'), 'model');
    expect(textOf(back!)).toBe(`nhits: rolled back to nhits-1 (${first}), in the place of ${second}`);
    const [gone] = eventsOf(session.model('nhits', 'serve', undefined, 'remove'), 'model');
    expect(textOf(gone!)).toBe(`nhits: none any more, ${first} is gone`);
    expect(standing(session, modelPlace('serve', 'nhits'))).toBeUndefined();
  });

  it('into the shadow leaves the one that serves alone', () => {
    const session = new Session(testConfig({ models: { nhits: FIRST.id } }), { models: LIBRARY });
    const [told] = eventsOf(session.model('nhits', 'shadow', SECOND.id, 'deploy'), 'model');
    expect(textOf(told!)).toBe(`nhits in the shadow: deployed nhits-2 (${SECOND.id.slice(0, 8)})`);
    expect(standing(session, modelPlace('serve', 'nhits'))).toBe(FIRST.id);
    expect(standing(session, modelPlace('shadow', 'nhits'))).toBe(SECOND.id);
  });

  it('forgets what stood there: the vote of the last bar is counted without it', () => {
    const models = { nhits: FIRST.id, 'leaf-trees': TREES.id };
    const session = new Session(testConfig({ models }), { models: LIBRARY });
    for (let bar = 0; bar < 140; bar++) {
      const close = 100_000 + Math.round(300 * Math.sin(bar / 9) + 40 * Math.sin(bar * 2.1));
      session.wait(1).bar([close, close + 20, close - 20, close], 10);
    }
    const { models: table } = session.state;
    expect(table.speaking[0]).toBe(2);
    expect(table.score[0]).not.toBe(0);
    session.model('nhits', 'serve', SECOND.id, 'promote');
    expect([table.speaking[0], table.score[0], ...table.contribution]).toEqual([1, 0, ...Array(8).fill(0)]);
    session.wait(1).bar([100_000, 100_020, 99_980, 100_000], 10);
    expect(table.speaking[0]).toBe(2);
  });

  it('to a model that is not there, or of another kind, is refused and changes nothing', () => {
    const session = new Session(testConfig({ models: { nhits: FIRST.id } }), { models: libraryOf(FIRST, TREES) });
    expect(() => session.model('nhits', 'serve', SECOND.id, 'promote')).toThrow('is not among the session');
    expect(standing(session, modelPlace('serve', 'nhits'))).toBe(FIRST.id);
    const other = new Session(testConfig(), { models: LIBRARY });
    expect(() => other.model('nhits', 'serve', TREES.id, 'deploy')).toThrow(
      'is one of leaf-trees in the place of nhits',
    );
  });
});

it('a session without models decides as before: the ensemble has no direction', () => {
  const session = new Session(testConfig());
  for (let bar = 0; bar < 140; bar++) session.wait(1).bar([100_000, 100_010, 99_990, 100_000], 10);
  expect(session.state.models.status.every((status) => status === 0)).toBe(true);
  expect(session.state.models.score[0]).toBe(0);
});
