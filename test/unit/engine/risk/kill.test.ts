/** The kill switch's stages, pair by pair. */
import { describe, expect, it } from 'vitest';
import { KILL_STAGES, killStageAt } from '../../../../engine/domain/index.ts';
import { KILL_EVENTS, killIndex, nextKillStage } from '../../../../engine/risk/kill.ts';

/** Stage by row, event by column in the order of `KILL_EVENTS`: kill, working, none, late, flatten, flat, exposed, resume. */
const TABLE: ReadonlyArray<readonly string[]> = [
  ['armed', 'blocking', '-', '-', '-', '-', '-', '-', '-'],
  ['blocking', '-', 'cancelling', 'none-open', '-', '-', '-', '-', '-'],
  ['cancelling', '-', '-', 'none-open', 'unconfirmed', '-', '-', '-', '-'],
  ['none-open', '-', '-', '-', '-', 'flattening', '-', '-', 'armed'],
  ['flattening', '-', '-', '-', '-', '-', 'flat', '-', '-'],
  ['flat', '-', '-', '-', '-', '-', '-', 'flattening', 'armed'],
  ['unconfirmed', '-', '-', 'none-open', '-', 'flattening', '-', '-', '-'],
];

describe('stages', () => {
  it('are all in the table', () => expect(TABLE.map(([stage]) => stage)).toEqual([...KILL_STAGES]));

  it.each(TABLE)('%s', (stage, ...next) => {
    for (const [i, event] of KILL_EVENTS.entries()) {
      const wanted = next[i] === '-' ? undefined : next[i];
      expect(nextKillStage(stage as (typeof KILL_STAGES)[number], event), event).toBe(wanted);
    }
  });

  it('lead back to armed by the operator alone', () => {
    for (const stage of KILL_STAGES) {
      for (const event of KILL_EVENTS) if (nextKillStage(stage, event) === 'armed') expect(event).toBe('resume');
    }
  });

  it('are stored by index', () => {
    for (const stage of KILL_STAGES) expect(killStageAt(killIndex(stage))).toBe(stage);
  });
});
