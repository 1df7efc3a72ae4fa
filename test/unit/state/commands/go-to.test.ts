/** Where a replay is asked to go. */
import { describe, expect, it } from 'vitest';
import { parseGoTo } from '../../../../state/commands/go-to.ts';
import { replayView } from '../../../fixtures/console-view.ts';

const us = (text: string): number => Date.parse(text) * 1000;
const REPLAY = replayView({ total: 1_000, firstUs: us('2024-03-05T23:50:00Z'), lastUs: us('2024-03-06T00:20:00Z') });
const NOW_US = us('2024-03-05T23:55:00Z');
const go = (text: string) => parseGoTo(text, REPLAY, NOW_US);

describe('going to', () => {
  it.each([
    ['12', 12],
    ['#1000', 1_000],
    ['50%', 500],
    ['0', 0],
  ])('%s is an input', (text, cursor) => {
    expect(go(text)).toEqual({ action: { kind: 'seek', cursor } });
  });

  it.each([
    ['23:52', '2024-03-05T23:52:00Z'],
    ['23:52:10.5', '2024-03-05T23:52:10.500Z'],
    ['00:10', '2024-03-06T00:10:00Z'],
    ['2024-03-06 00:05:01', '2024-03-06T00:05:01Z'],
    ['2024-03-06T00:05', '2024-03-06T00:05:00Z'],
    ['+30s', '2024-03-05T23:55:30Z'],
    ['-2m', '2024-03-05T23:53:00Z'],
    ['+9h', '2024-03-06T00:20:00Z'],
  ])('%s is a time', (text, at) => {
    expect(go(text)).toEqual({ action: { kind: 'seek-time', atUs: us(at) } });
  });

  it.each([
    ['1001', /1000 inputs/],
    ['25:00', /no time/],
    ['12:00', /outside/],
    ['2024-13-77 00:00', /no date/],
    ['101%', /inputs/],
  ])('%j is refused with a reason', (text, reason) => {
    expect(go(text)).toMatchObject({ error: expect.stringMatching(reason) });
  });
});

it.each(['', 'hello', 'kill', '1:2', '12345x'])('%j reads as no place', (text) => {
  expect(go(text)).toBeUndefined();
});

describe('in a session that goes on from another one', () => {
  const later = { ...REPLAY, firstSeq: 40_001 };

  it('a number is that of an input, as it is told everywhere', () => {
    expect(parseGoTo('40001', later, NOW_US)).toEqual({ action: { kind: 'seek', cursor: 1 } });
    expect(parseGoTo('41000', later, NOW_US)).toEqual({ action: { kind: 'seek', cursor: 1_000 } });
    expect(parseGoTo('40000', later, NOW_US)).toEqual({ action: { kind: 'seek', cursor: 0 } });
    expect(parseGoTo('50%', later, NOW_US)).toEqual({ action: { kind: 'seek', cursor: 500 } });
    for (const outside of ['12', '39999', '41001'])
      expect(parseGoTo(outside, later, NOW_US)).toEqual({ error: 'the session has 1000 inputs, 40001 to 41000' });
  });
});
