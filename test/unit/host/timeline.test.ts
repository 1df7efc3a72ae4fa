/** What followed on a decision of a replay, at every moment of it. */
import { expect, it } from 'vitest';
import { TimeTravel } from '../../../engine/index.ts';
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
