/** The recorded run beside a fork: at the same input, with what the fork has more, and only once it has been read. */
import { expect, it } from 'vitest';
import { moneyToNumber } from '../../../engine/domain/index.ts';
import { computeEquity, DEFAULT_TIME_TRAVEL, TimeTravel } from '../../../engine/index.ts';
import { RecordedRun } from '../../../src/host/recorded-run.ts';
import { inRecording } from '../../../src/host/replay-places.ts';
import { syntheticSession } from '../../fixtures/synthetic-session.ts';

const INPUTS = 12_000;
const FORK_AT = 3_000;
const { config, source } = syntheticSession(INPUTS, { control: 'auto' });

function forked(): TimeTravel {
  const travel = new TimeTravel(source, config);
  travel.seek(FORK_AT);
  travel.fork({ kind: 'kill' });
  return travel;
}

it('stands at the same input of the recording, wherever the fork goes', () => {
  const travel = forked();
  const recorded = new RecordedRun(source, config, DEFAULT_TIME_TRAVEL);
  while (recorded.index(1_000));
  const truth = new TimeTravel(source, config);
  let differs = 0;
  for (const cursor of [FORK_AT - 10, FORK_AT + 1, 5_000, INPUTS + 1, 4_000, 100]) {
    travel.seek(cursor);
    const place = inRecording(cursor, travel.commands);
    truth.seek(place);
    const beside = recorded.beside(travel.state, place)!;
    const [here, there] = [travel.state, truth.state].map((state) => moneyToNumber(computeEquity(state)));
    expect(Number(beside.equity)).toBeCloseTo(there!, 2);
    expect(Number(beside.equityMore)).toBeCloseTo(here! - there!, 2);
    expect(beside.positions).toHaveLength([...truth.state.positions.lots].filter((lots) => lots !== 0).length);
    if (cursor <= FORK_AT) expect(beside.equityMore).toBe('0.00');
    if (Number(beside.equityMore) !== 0) differs++;
  }
  expect(differs).toBeGreaterThan(0);
});

it('says nothing of what it has not read', () => {
  const travel = forked();
  const recorded = new RecordedRun(source, config, DEFAULT_TIME_TRAVEL);
  recorded.index(1_000);
  expect(recorded.beside(travel.state, 1_001)).toBeUndefined();
  expect(recorded.beside(travel.state, 1_000)).toBeDefined();
});
