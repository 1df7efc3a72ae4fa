/** Depth and snapshots: what waits, what is dropped by rule, what is a break. */
import { describe, expect, test } from 'vitest';
import { DepthSequence } from '../../../src/importers/depth-sequence.ts';
import type { ReadyDepth } from '../../../src/importers/ready-event.ts';

let clock = 0;

function event(kind: 'depth' | 'snapshot', first: number, last: number, previous = -1): ReadyDepth {
  clock += 1;
  const base = { file: 0, line: clock, instrument: 0, atUs: clock, venueAtUs: clock };
  return { kind, ...base, firstUpdateId: first, lastUpdateId: last, previousUpdateId: previous, bids: [], asks: [] };
}

const spot = (first: number, last: number) => event('depth', first, last);
const futures = (first: number, last: number, previous: number) => event('depth', first, last, previous);
const snapshot = (id: number) => event('snapshot', id, id);

/** Runs events through a sequence; `S10` is a snapshot, `11-12` a difference, `@3` when it counts as received. */
function run(events: readonly ReadyDepth[]) {
  const out: string[] = [];
  const name = ({ kind, firstUpdateId, lastUpdateId }: ReadyDepth) =>
    kind === 'snapshot' ? `S${lastUpdateId}` : `${firstUpdateId}-${lastUpdateId}`;
  const base = (events[0]?.atUs ?? 1) - 1;
  const sequence = new DepthSequence(
    {
      depth: (given, atUs) => out.push(`${name(given)}@${atUs - base}`),
      gap: (given, atUs) => out.push(`gap ${name(given)}@${atUs - base}`),
      stale: (given) => out.push(`stale ${name(given)}`),
    },
    events.filter(({ kind }) => kind === 'snapshot').length,
    () => 'file',
  );
  for (const given of events) sequence.offer(given, given.atUs);
  sequence.finish();
  return { out: out.join(' '), breaks: sequence.breaks, held: sequence.heldBack };
}

describe('spot', () => {
  test('differences wait for the snapshot and follow it in order, the older ones too', () => {
    expect(run([spot(8, 9), spot(10, 11), snapshot(10), spot(12, 12)])).toEqual({
      out: 'S10@3 8-9@3 10-11@3 12-12@4',
      breaks: 0,
      held: 2,
    });
  });

  test('without any snapshot they stay in their own place', () => {
    expect(run([spot(8, 9), spot(10, 11)])).toEqual({ out: '8-9@1 10-11@2', breaks: 0, held: 0 });
  });

  test('U = u + 1, or it is a break', () => {
    expect(run([snapshot(10), spot(11, 12), spot(13, 13), spot(15, 16), spot(17, 18)])).toEqual({
      out: 'S10@1 11-12@2 13-13@3 gap 15-16@4 15-16@4 17-18@5',
      breaks: 1,
      held: 0,
    });
  });

  test('the first one kept must span the snapshot', () => {
    expect(run([snapshot(10), spot(12, 13)]).out).toBe('S10@1 gap 12-13@2 12-13@2');
    expect(run([snapshot(10), spot(9, 10), spot(11, 13)]).breaks).toBe(0);
    expect(run([snapshot(10), spot(5, 15)]).breaks).toBe(0);
  });

  test('after a break the next snapshot is waited for', () => {
    expect(run([snapshot(10), spot(11, 12), spot(14, 15), spot(16, 17), snapshot(16), spot(18, 18)])).toEqual({
      out: 'S10@1 11-12@2 gap 14-15@3 S16@5 14-15@5 16-17@5 18-18@6',
      breaks: 1,
      held: 2,
    });
  });

  test('a snapshot too old for what waits leaves a gap, and the rest waits on', () => {
    expect(run([spot(20, 21), snapshot(10), spot(22, 23), snapshot(21)])).toEqual({
      out: 'S10@2 gap 20-21@2 S21@4 20-21@4 22-23@4',
      breaks: 1,
      held: 2,
    });
  });

  test('a snapshot older than a whole book is not taken', () => {
    expect(run([snapshot(10), spot(11, 15), snapshot(12), spot(16, 16)])).toEqual({
      out: 'S10@1 11-15@2 stale S12 16-16@4',
      breaks: 0,
      held: 0,
    });
    expect(run([snapshot(10), snapshot(9), spot(11, 11)]).out).toBe('S10@1 stale S9 11-11@3');
  });
});

describe('futures', () => {
  test('pu = u, whatever U is', () => {
    expect(run([snapshot(10), futures(9, 12, 8), futures(20, 22, 12)]).breaks).toBe(0);
    expect(run([snapshot(10), futures(9, 12, 8), futures(13, 22, 11)]).breaks).toBe(1);
  });

  test('older than the snapshot is u < id; the first kept has U ≤ id or pu = id', () => {
    expect(run([futures(1, 9, 0), futures(10, 10, 9), snapshot(10), futures(11, 12, 10)]).breaks).toBe(0);
    expect(run([snapshot(10), futures(11, 12, 10)]).breaks).toBe(0);
    // One that ends with the snapshot is kept: from then on pu counts.
    expect(run([snapshot(10), futures(10, 10, 9), futures(9, 12, 8)]).breaks).toBe(1);
    expect(run([snapshot(10), futures(11, 12, 9)]).breaks).toBe(1);
  });
});
