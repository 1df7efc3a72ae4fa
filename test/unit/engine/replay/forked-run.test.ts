/** What recorded answers come to in a fork that answers the same proposal otherwise: made smaller, answered before, taken back. */
import { beforeAll, expect, it } from 'vitest';
import type { EngineEvent, OperatorCommand } from '../../../../engine/domain/index.ts';
import { type ForkAnswer, TimeTravel } from '../../../../engine/index.ts';
import { type AnswerScript, answeredBy, livelyMarket } from '../../../fixtures/answered-session.ts';
import { eventsOf } from '../../../fixtures/engine-session.ts';
import type { SyntheticSession } from '../../../fixtures/synthetic-session.ts';

const market = livelyMarket(4_000, 3);
/** The first proposal waits in the slot 0. */
const FIRST = 1;
let opened: Extract<EngineEvent, { kind: 'proposal-opened' }>;
/** Inputs of the market until then. */
let openedAt: number;

beforeAll(() => {
  const travel = new TimeTravel(market.source, market.config);
  while (travel.index(1_000));
  const found = travel.events.slice(0, travel.events.count).find(({ event }) => event.kind === 'proposal-opened')!;
  if (found.event.kind !== 'proposal-opened') throw new Error('nothing was proposed');
  opened = found.event;
  openedAt = found.cursor;
});

const view = { viewSeq: 0 };
const approve = (proposalId: number, revision = 1): OperatorCommand => ({
  kind: 'approve',
  proposalId,
  revision,
  ...view,
});
const veto = (proposalId: number): OperatorCommand => ({ kind: 'veto', proposalId, revision: 1, ...view });
const resize = (proposalId: number, revision: number, lots: number): OperatorCommand => ({
  ...{ kind: 'resize', proposalId, revision, ...view },
  lots,
});

/** Records the market with these answers so many inputs after the first proposal. */
function recorded(answers: Readonly<Record<number, OperatorCommand>>): SyntheticSession {
  const script: AnswerScript = (_state, place) => answers[place - openedAt];
  return answeredBy(market, script);
}

/** Forks with each command so many inputs of the fork after the first proposal, and reads it to its end. */
function forked(session: SyntheticSession, commands: Readonly<Record<number, OperatorCommand>>) {
  const travel = new TimeTravel(session.source, session.config);
  for (const [after, command] of Object.entries(commands)) {
    travel.seek(openedAt + Number(after));
    travel.fork(command);
  }
  while (travel.index(1_000));
  const events = travel.events.slice(0, travel.events.count).map(({ event }) => event);
  return { travel, events, answers: travel.answers(travel.total)! };
}

const outcomesOf = (events: readonly EngineEvent[]): string[] =>
  eventsOf(events, 'proposal-closed')
    .filter(({ proposalId }) => proposalId === FIRST)
    .map(({ outcome }) => outcome);
const refusalsIn = (answers: readonly ForkAnswer[]) => answers.map(({ answer, refusedHere }) => [answer, refusedHere]);

it('a size made smaller in the fork is not approved by the answer to the larger one', () => {
  const { lots } = opened.proposal;
  const plain = recorded({ 20: approve(FIRST) });
  const smaller = forked(plain, { 5: resize(FIRST, 1, lots - 2) });
  expect(outcomesOf(smaller.events)).toEqual(['expired']);
  expect(refusalsIn(smaller.answers.overruled)).toEqual([['approve', 'stale-revision']]);
  expect(smaller.answers).toMatchObject({ given: 0, refused: [] });

  // The recording has made it smaller as well: its second revision is another than the fork's second.
  const twice = recorded({ 20: resize(FIRST, 1, lots - 1), 30: approve(FIRST, 2) });
  const other = forked(twice, { 5: resize(FIRST, 1, lots - 2) });
  expect(outcomesOf(other.events)).toEqual(['expired']);
  expect(refusalsIn(other.answers.overruled)).toEqual([
    ['resize', 'stale-revision'],
    ['approve', 'stale-revision'],
  ]);
  const by = forked(twice, { 5: resize(FIRST, 1, lots - 2), 6: approve(FIRST, 2) });
  expect(outcomesOf(by.events)).toEqual(['cleared-by-operator']);
  expect(eventsOf(by.events, 'order')[0]).toMatchObject({ event: 'submit', lots: lots - 2 });
});

it('an answer to what has been answered in the fork is overruled by that', () => {
  const session = recorded({ 20: veto(FIRST) });
  const { events, answers } = forked(session, { 5: approve(FIRST) });
  expect(outcomesOf(events)).toEqual(['cleared-by-operator']);
  expect(refusalsIn(answers.overruled)).toEqual([['veto', 'proposal-closed']]);
});

it('what a kill has taken back is not approved by the recording', () => {
  const { events, answers } = forked(recorded({ 20: approve(FIRST) }), { 5: { kind: 'kill' } });
  expect(outcomesOf(events)).toEqual(['withdrawn']);
  expect(eventsOf(events, 'order')).toEqual([]);
  expect(refusalsIn(answers.refused)).toEqual([['approve', 'proposal-closed']]);
});

it('a proposal that is not made in the fork is not answered there, which is told and is an event', () => {
  const session = recorded({ 20: approve(FIRST) });
  const travel = new TimeTravel(session.source, session.config);
  travel.seek(openedAt - 1);
  travel.fork({ kind: 'set-control', mode: 'observe' });
  while (travel.index(1_000));
  const { noQuestion, given } = travel.answers(travel.total)!;
  const { instrument, side } = opened.proposal;
  expect(given).toBe(0);
  expect(noQuestion).toMatchObject([
    { answer: 'approve', recorded: FIRST, here: undefined, subject: { instrument, side } },
  ]);
  const told = eventsOf(
    travel.events.slice(0, travel.events.count).map(({ event }) => event),
    'recorded-answer',
  );
  expect(told).toMatchObject([
    { seq: openedAt + 22, answer: 'approve', recorded: FIRST, instrument, lots: 0, differs: [] },
  ]);
  expect(travel.answerAt(openedAt + 21)).toBe(noQuestion[0]);
});

it('an answer that meant nothing where it was recorded means nothing in a fork in which its number is taken', () => {
  const secondIn = (travel: TimeTravel): number =>
    travel.events.slice(0, travel.events.count).filter(({ event }) => event.kind === 'proposal-opened')[1]!.cursor;
  const plain = new TimeTravel(market.source, market.config);
  while (plain.index(1_000));
  const there = secondIn(plain);
  const here = secondIn(forked(market, { 5: veto(FIRST) }).travel);
  expect(here).toBeLessThan(there);
  // In the recording nobody has asked number 2 at that moment; in the fork number 2 waits.
  const early = answeredBy(market, (_state, place) => (place === here + 1 ? approve(2) : undefined));
  const { answers, events } = forked(early, { 5: veto(FIRST) });
  expect(answers).toMatchObject({ given: 0, refused: [] });
  expect(answers.noQuestion).toMatchObject([{ recorded: 2, refusedThere: 'unknown-proposal', here: undefined }]);
  expect(eventsOf(events, 'order')).toEqual([]);
});

it('before the fork nothing is told', () => {
  const session = recorded({ 20: approve(FIRST) });
  const travel = new TimeTravel(session.source, session.config);
  while (travel.index(1_000));
  expect(travel.answers(travel.total)).toBeUndefined();
  travel.seek(travel.total);
  travel.fork({ kind: 'resume' });
  expect(travel.answers()).toEqual({
    ...{ given: 0, differing: [], noQuestion: [], overruled: [], refused: [] },
    ...{ unanswered: 0, newExpired: 0, newCleared: 0 },
  });
});
