/** The runner of a slow source in virtual time: every kind of failure, the pauses, the limit, and what is told once. */
import { describe, expect, test } from 'vitest';
import { READING_DEFINITIONS } from '../../../engine/domain/index.ts';
import { jsonOf, numberOf, timeOf } from '../../../src/sources/reply.ts';
import { type SlowSource, SourceFault } from '../../../src/sources/slow-source.ts';
import { START_US } from '../../fixtures/engine-session.ts';
import { type Play, replied, SourceWorld } from '../../fixtures/source-world.ts';

const MINUTE_S = 60;

/** Tells `{"value", "at"}` of instruments 0 and 1 each minute. */
function source(changes: Partial<SlowSource> = {}): SlowSource {
  return {
    gives: 'funding',
    provider: 'Somebody',
    perMinute: 10,
    instruments: [0, 1],
    everyUs: MINUTE_S * 1e6,
    request: () => ({ url: 'https://provider.test/rate', headers: {} }),
    read: (body, receivedUs) => {
      const { value, at, of } = jsonOf(body) as { value?: unknown; at?: unknown; of?: number };
      const providerUs = at === undefined ? receivedUs : timeOf(at);
      return [of ?? 0].map((instrument) => ({ instrument, providerUs, value: numberOf(value, 'a rate'), second: 0 }));
    },
    ...changes,
  };
}

const world = (play: Play, ...sources: readonly SlowSource[]): SourceWorld =>
  new SourceWorld(sources.length > 0 ? sources : [source()], play);
const rate = (value: unknown, more: object = {}) => replied(JSON.stringify({ value, ...more }));

describe('a source that answers', () => {
  test('is asked at once and then as often as it says, and each reading is told', () => {
    const run = world((_request, n) => rate(n / 10_000)).run(3 * MINUTE_S);
    expect(run.askedAtS).toEqual([0, 60.1, 120.1]);
    expect(run.heard.map(({ value, degraded }) => [value, degraded])).toEqual([
      [0.0001, false],
      [0.0002, false],
      [0.0003, false],
    ]);
    expect(run.notices).toEqual([]);
  });

  test('tells nothing twice: the same time of the provider is the same reading', () => {
    const at = START_US / 1000 - 5_000;
    const run = world((_request, n) => rate(0.0001, { at: n < 3 ? at : at + 1_000 })).run(5 * MINUTE_S);
    expect(run.asked).toHaveLength(5);
    expect(run.heard.map(({ providerUs }) => providerUs)).toEqual([at * 1000, (at + 1_000) * 1000]);
  });

  test('that the journal has no room for is told by the next reply', () => {
    const run = world(() => rate(0.0001, { at: START_US / 1000 }));
    run.hasRoom = false;
    run.run(30);
    expect(run.heard).toEqual([]);
    run.hasRoom = true;
    expect(run.run(MINUTE_S).heard).toHaveLength(1);
  });

  test('hears nothing more, and tells nothing more, when the run ends', () => {
    const run = world(() => rate(0.0001)).run(0.01);
    run.desk.stop();
    expect([run.run(10 * MINUTE_S).asked.length, run.heard.length, run.abandoned]).toEqual([1, 0, 1]);
  });
});

describe('a source that fails', () => {
  const missing = { answer: { missing: 'it cannot be reached' }, afterUs: 1_000 };

  test('is asked after pauses that double, up to half an hour, and each failure is told of each instrument', () => {
    const run = world(() => missing).run(2 * 3_600);
    const pauses = run.askedAtS.slice(1).map((at, i) => Math.round(at - run.askedAtS[i]!));
    expect(pauses).toEqual([10, 20, 40, 80, 160, 320, 640, 1_280, 1_800, 1_800]);
    expect(run.heard.slice(0, 4).map(({ degraded, instrument, value }) => [degraded, instrument, value])).toEqual([
      [true, 0, 1],
      [true, 1, 1],
      [true, 0, 2],
      [true, 1, 2],
    ]);
    expect(run.notices).toEqual(['warn: funding of Somebody is degraded: it cannot be reached']);
  });

  test('and answers again tells that, with what it told before, and begins anew with its pauses', () => {
    const at = START_US / 1000;
    const run = world((_request, n) => (n === 2 || n === 3 || n === 5 ? missing : rate(0.0001, { at })));
    run.run(5 * MINUTE_S);
    expect(run.heard.map(({ degraded, value }) => (degraded ? -value : 1))).toEqual([1, -1, -1, -2, -2, 1, -1, -1, 1]);
    const pauses = run.askedAtS.slice(1).map((asked, i) => Math.round(asked - run.askedAtS[i]!));
    expect(pauses).toEqual([60, 10, 20, 60, 10, 60, 60]);
    expect(run.notices).toEqual([
      'warn: funding of Somebody is degraded: it cannot be reached',
      'info: funding of Somebody answers again',
      'warn: funding of Somebody is degraded: it cannot be reached',
      'info: funding of Somebody answers again',
    ]);
  });

  test('by silence is given up after 15 s, and an answer that comes later is not heard', () => {
    const run = world((_request, n) => (n === 1 ? { ...rate(0.5), afterUs: 16_000_000 } : undefined)).run(50);
    expect(run.askedAtS).toEqual([0, 25]);
    expect(run.abandoned).toBe(2);
    expect(run.heard.every(({ degraded }) => degraded)).toBe(true);
    expect(run.notices[0]).toMatch(/no answer within 15 s/);
  });

  test.each([
    ['429 with a pause', 429, 300_000_000, 300],
    ['418 with a pause', 418, 120_000_000, 120],
    ['503 with a pause', 503, 60_000_000, 60],
    ['429 without one', 429, 0, 10],
    ['429 for a year', 429, 3.2e13, 6 * 3_600],
  ])('with %s is left alone for so long', (_what, status, retryAfterUs, seconds) => {
    const run = world((_request, n) => (n === 1 ? replied('', status, retryAfterUs) : rate(0.0001)));
    run.run(seconds + 1);
    expect(run.askedAtS.map(Math.floor)).toEqual([0, seconds]);
  });

  test.each([
    ['no JSON', '<html>', /the reply is no JSON/],
    ['nothing', '', /the reply is no JSON/],
    ['a number that is none', '{"value":"0.0001; rm -rf"}', /a rate is no number/],
    ['a number that no double holds', '{"value":"1e999"}', /a rate is no number/],
    ['another type', '{"value":[0.0001]}', /a rate is no number/],
    ['no value', '{}', /a rate is no number/],
    ['a rate beyond all bounds', '{"value":7}', /7 is no rate of one funding interval/],
    ['a time that is none', '{"value":0.0001,"at":"soon"}', /its time is no time/],
    ['a time to come', `{"value":0.0001,"at":${START_US / 1000 + 3_600_000}}`, /its time is ahead of the clock/],
    ['symbols of others', '{"value":0.0001,"of":7}', /tells of none of the symbols/],
  ])('by a reply of %s is degraded, and tells nothing of it', (_what, body, why) => {
    const run = world(() => replied(body)).run(5);
    expect(run.heard.map(({ degraded }) => degraded)).toEqual([true, true]);
    expect(run.notices).toHaveLength(1);
    expect(run.notices[0]).toMatch(why);
    expect(run.notices[0]).not.toContain('rm -rf');
  });

  test('by a fault of its reader does not take the run along', () => {
    const read = (): never => {
      throw new RangeError('too deep');
    };
    expect(world(() => rate(0), source({ read })).run(5).notices[0]).toMatch(/the reply does not read$/);
    const known = (): never => {
      throw new SourceFault('it is late');
    };
    expect(world(() => rate(0), source({ read: known })).run(5).notices[0]).toMatch(/it is late$/);
  });

  test('takes nothing of a reply of which a part is wrong', () => {
    const read: SlowSource['read'] = (_body, providerUs) => [
      { instrument: 0, providerUs, value: 0.0001, second: 0 },
      { instrument: 1, providerUs, value: 2, second: 0 },
    ];
    expect(
      world(() => rate(0), source({ read }))
        .run(5)
        .heard.map(({ degraded }) => degraded),
    ).toEqual([true, true]);
  });

  test('does not hold up another one', () => {
    const fine = source({ gives: 'social', provider: 'Somebody else', instruments: [0] });
    const run = world((_request, n) => (n % 2 === 1 ? undefined : rate(0.5)), source(), fine).run(1);
    expect(run.heard.map((each) => each.source)).toEqual(['social']);
  });
});

test('a provider that is asked for each instrument is told of once when it fails, and once when all of it answers', () => {
  const each = [0, 1, 2].map((instrument) => source({ instruments: [instrument] }));
  const run = world((_request, n) => (n <= 3 ? undefined : rate(0.0001, { of: (n - 1) % 3 })), ...each).run(60);
  expect(run.notices).toEqual([
    'warn: funding of Somebody is degraded: no answer within 15 s',
    'info: funding of Somebody answers again',
  ]);
});

test('sources of one provider share its limit', () => {
  const each = [0, 1, 2, 3].map((instrument) => source({ perMinute: 3, instruments: [instrument], everyUs: 10e6 }));
  const run = world((_request, n) => rate(0.0001, { of: (n - 1) % 4 }), ...each).run(10 * MINUTE_S);
  for (const [i, at] of run.askedAtS.entries()) {
    const within = run.askedAtS.slice(i).filter((later) => later - at < MINUTE_S - 0.1);
    expect(within.length).toBeLessThanOrEqual(3);
  }
  expect(run.asked.length).toBeGreaterThan(25);
});

test('every source has a life longer than it is asked apart by default', () => {
  for (const { lifeUs } of Object.values(READING_DEFINITIONS)) expect(lifeUs).toBeGreaterThanOrEqual(1_800e6);
});
