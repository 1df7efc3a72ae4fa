/** What a replay tells at every moment of it: what followed on a decision, and the equity until then. */
import { expect, it } from 'vitest';
import { type InputSource, TimeTravel } from '../../../engine/index.ts';
import { Timeline } from '../../../src/host/timeline.ts';
import { decisionBehind } from '../../../state/selectors.ts';
import { syntheticSession } from '../../fixtures/synthetic-session.ts';

it('is all that the run has of it up to the cursor, and nothing of later', () => {
  const { source, config } = syntheticSession(6_000, { barIntervalUs: 100_000 });
  const travel = new TimeTravel(source, config);
  while (travel.index(10_000));
  const all = travel.events.slice(0, travel.events.count);
  const timeline = new Timeline(travel);
  let followed = 0;
  for (const { cursor: madeAt, event } of all) {
    if (event.kind !== 'decision') continue;
    const { decisionId } = event.trace;
    expect(timeline.following(decisionId, madeAt - 1)).toBeUndefined();
    for (const cursor of [madeAt, madeAt + 40, source.count]) {
      const expected = all.filter(
        (each) => each.cursor <= cursor && each.event.kind !== 'decision' && decisionBehind(each.event) === decisionId,
      );
      const found = timeline.following(decisionId, cursor)!;
      expect(found.decision).toEqual(event);
      expect([decisionId, cursor, found.events]).toEqual([decisionId, cursor, expected.map((each) => each.event)]);
      followed += expected.length;
    }
  }
  expect(followed).toBeGreaterThan(100);
});

it('draws the equity at the session times of its round trips, without a look at the inputs again', () => {
  const { source, config } = syntheticSession(6_000, { barIntervalUs: 100_000 });
  let looks = 0;
  const counted: InputSource = {
    count: source.count,
    seek: (index, cursor) => source.seek(index, cursor),
    timeAt: (index) => {
      looks++;
      return source.timeAt(index);
    },
  };
  const travel = new TimeTravel(counted, config);
  while (travel.index(10_000));
  const timeline = new Timeline(travel);
  const firstUs = source.timeAt(0);
  const looksBefore = looks;
  const start = timeline.equity(Number(config.startingCash));
  expect(start.timesUs).toEqual([firstUs, firstUs]);
  travel.seek(source.count);
  const { timesUs, points } = timeline.equity(7);
  expect(looks).toBe(looksBefore);

  const closed = travel.events.slice(0, travel.events.count).filter(({ event }) => event.kind === 'position-closed');
  expect(closed.length).toBeGreaterThan(10);
  const closedUs = closed.map(({ event }) => event.atUs);
  expect(timesUs).toEqual([firstUs, ...closedUs, source.timeAt(source.count - 1)]);
  expect(points).toHaveLength(timesUs.length);
  expect(points.at(-1)).toBe(7);
});
