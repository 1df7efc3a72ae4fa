/** How slow sources are shown: the worst of their instruments, by what counts and what has failed. */
import { expect, test } from 'vitest';
import { sourceViews } from '../../../src/host/view-sources.ts';
import { linearSpec, Session, testConfig } from '../../fixtures/engine-session.ts';

const HOUR_S = 3_600;

function sessionOfTwo(): Session {
  const instruments = [linearSpec('BTC/USDT:USDT'), linearSpec('ETH/USDT:USDT')];
  return new Session(testConfig({ control: 'observe', instruments }));
}
const shown = (session: Session) => sourceViews(session.state, session.atUs);

test('a source that nobody has heard of is not there', () => {
  const session = sessionOfTwo();
  session.timer();
  expect(shown(session)).toEqual([]);
});

test('tells, fails, is over, and tells again', () => {
  const session = sessionOfTwo();
  session.reading('funding', 0.0001);
  session.wait(60).timer();
  expect(shown(session)).toEqual([{ source: 'funding', state: 'ok', failures: 0, ageMs: 60_000 }]);
  session.degraded('funding', 2);
  expect(shown(session)).toEqual([{ source: 'funding', state: 'degraded', failures: 2, ageMs: 60_000 }]);
  session.wait(9 * HOUR_S).timer();
  expect(shown(session)).toMatchObject([{ state: 'down', failures: 2 }]);
  session.reading('funding', 0.0001);
  expect(shown(session)).toEqual([{ source: 'funding', state: 'ok', failures: 0, ageMs: 0 }]);
});

test('is as it is with the worst of its instruments; one that it does not tell of is not missed', () => {
  const session = sessionOfTwo();
  session.reading('whale', 0, { instrument: 0, second: 5 });
  expect(shown(session)).toMatchObject([{ source: 'whale', state: 'ok' }]);
  session.degraded('whale', 1, 1);
  expect(shown(session)).toEqual([{ source: 'whale', state: 'down', failures: 1, ageMs: 0 }]);
});
