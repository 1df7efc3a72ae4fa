/** Where a replay stops by itself, and bookmarks that stay at their input when a fork puts commands before them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT_CLASS, TimeTravel } from '../../../engine/index.ts';
import { inRecording, inRun, ReplayPlaces } from '../../../src/host/replay-places.ts';
import { BookmarkStore } from '../../../src/stores/bookmark-store.ts';
import { syntheticSession } from '../../fixtures/synthetic-session.ts';
import { temporaryFolder } from '../../fixtures/temporary.ts';

const INPUTS = 20_000;
const { config, source } = syntheticSession(INPUTS, { control: 'auto' });

function places(): { travel: TimeTravel; places: ReplayPlaces } {
  const travel = new TimeTravel(source, config);
  return { travel, places: new ReplayPlaces(travel, new BookmarkStore(temporaryFolder('places'))) };
}

/** Plays from the start in uneven slices. @returns where it stopped, up to `most` times. */
function stopsOf(rig: ReturnType<typeof places>, most: number): Array<readonly [cursor: number, kind: string]> {
  const stops: Array<readonly [number, string]> = [];
  for (let slice = 1; rig.travel.cursor < INPUTS && stops.length < most; slice = (slice * 7) % 301) {
    const to = Math.min(INPUTS, rig.travel.cursor + slice);
    const stop = rig.places.stopWithin(rig.travel.cursor, to);
    rig.travel.seek(stop?.cursor ?? to);
    if (stop !== undefined) stops.push([stop.cursor, stop.kind]);
  }
  return stops;
}

describe('a replay that plays', () => {
  it('stops nowhere when nothing is chosen, and reads nothing ahead for it', () => {
    const rig = places();
    expect(rig.places.stopWithin(0, INPUTS)).toBeUndefined();
    expect(rig.travel.indexed).toBe(0);
  });

  it.each([
    ['trade', [EVENT_CLASS.fill]],
    ['proposal', [EVENT_CLASS.proposal]],
    ['decision', [EVENT_CLASS.decision, EVENT_CLASS.vetoedDecision]],
    ['veto', [EVENT_CLASS.vetoedDecision, EVENT_CLASS.operatorVeto]],
  ] as const)('stops at every %s, at each once, however it is sliced', (kind, classes) => {
    const rig = places();
    rig.places.setBreak(kind, true);
    const stops = stopsOf(rig, 40);
    rig.travel.index(INPUTS);
    const { events } = rig.travel;
    const wanted = new Set<number>();
    for (let i = 0; i < events.count; i++)
      if (classes.some((each) => each === events.classAt(i))) wanted.add(events.cursorAt(i));
    expect(wanted.size).toBeGreaterThan(3);
    expect(stops).toEqual([...wanted].slice(0, 40).map((cursor) => [cursor, kind]));
  });

  it('stops at a kill, at bookmarks, and no more where that is taken back', () => {
    const rig = places();
    rig.travel.seek(2_000);
    rig.travel.fork({ kind: 'kill' });
    rig.travel.seek(500);
    rig.places.keep(500, 'here');
    rig.places.keep(700, 'there');
    rig.travel.seek(0);
    rig.places.setBreak('kill', true);
    rig.places.setBreak('bookmark', true);
    rig.places.setBreak('kill', true);
    expect(rig.places.breaks).toEqual(['bookmark', 'kill']);
    expect(stopsOf(rig, 4)).toEqual([
      [500, 'bookmark'],
      [700, 'bookmark'],
      [2_001, 'kill'],
    ]);
    rig.places.setBreak('kill', false);
    rig.places.setBreak('bookmark', false);
    rig.travel.seek(0);
    expect(stopsOf(rig, 4)).toEqual([]);
  });
});

describe('a bookmark', () => {
  it('stays at its input when the operator’s keys fork the run before it', () => {
    const rig = places();
    rig.places.keep(3_000, 'of the recording');
    const [before] = rig.places.bookmarks();
    rig.travel.seek(1_000);
    rig.travel.fork({ kind: 'kill' });
    const [after] = rig.places.bookmarks();
    expect([before?.cursor, after?.cursor]).toEqual([3_000, 3_001]);
    expect(after?.atUs).toBe(before?.atUs);
    rig.places.keep(3_001, 'the same place');
    expect(rig.places.bookmarks()).toEqual([{ ...after, note: 'the same place' }]);
    rig.places.remove(3_001);
    expect(rig.places.bookmarks()).toEqual([]);
  });

  it('is found again from either side, wherever commands stand', () => {
    const command = { kind: 'kill' } as const;
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(50), { maxLength: 12 }), fc.nat(60), (indexes, cursor) => {
        const commands = indexes.sort((a, b) => a - b).map((index) => ({ index, command }));
        const at = inRun(cursor, commands);
        expect(inRecording(at, commands)).toBe(cursor);
        expect(inRun(cursor + 1, commands)).toBeGreaterThan(at);
      }),
    );
  });
});
