/** Readings made up beside the synthetic market: the same from the same seed, in time, and such as the engine takes. */
import { expect, test } from 'vitest';
import { InputEncoder, PRODUCERS, READING, READING_SOURCE_COUNT } from '../../../../engine/domain/index.ts';
import { SIGNAL, SyntheticReadings } from '../../../../engine/index.ts';
import { linearSpec, SECOND_US, Session, START_US, testConfig } from '../../../fixtures/engine-session.ts';

const SYMBOLS = ['BTC/USDT:USDT', 'ETH/USDT'];
const MINUTE_US = 60 * SECOND_US;

/** Readings up to `untilUs`, each stamped with its number. */
function recordsOf(readings: SyntheticReadings, untilUs: number): Uint8Array[] {
  const encoder = new InputEncoder();
  const records: Uint8Array[] = [];
  while (readings.nextAtUs() <= untilUs) {
    const announced = readings.nextAtUs();
    const atUs = readings.emit(encoder);
    expect(atUs).toBe(announced);
    encoder.stamp(records.length + 1, atUs);
    records.push(encoder.bytes().slice());
  }
  return records;
}

const readingsOf = (seed: number): SyntheticReadings =>
  new SyntheticReadings({ seed, startUs: START_US, symbols: SYMBOLS });

test('the same seed tells the same, another one does not', () => {
  const untilUs = START_US + 60 * MINUTE_US;
  const first = recordsOf(readingsOf(1), untilUs);
  expect(recordsOf(readingsOf(1), untilUs)).toEqual(first);
  expect(recordsOf(readingsOf(2), untilUs)).not.toEqual(first);
});

test('three days of it are inputs, few of them, and every producer of readings speaks', () => {
  const days = 3;
  const records = recordsOf(readingsOf(3), START_US + days * 1_440 * MINUTE_US);
  expect(records.length / days / 1_440).toBeLessThan(3);
  const instruments = [linearSpec(SYMBOLS[0]), linearSpec(SYMBOLS[1], { kind: 'spot' })];
  const session = new Session(testConfig({ control: 'observe', instruments, barIntervalUs: MINUTE_US }));
  const voted = new Set<string>();
  let lastBars = 0;
  for (const [i, record] of records.entries()) {
    const view = new DataView(record.buffer);
    // A trade before each reading, so that bars close.
    const atUs = view.getFloat64(24, true);
    session.atUs = atUs;
    session.trade(100_000 + (i % 7), 1);
    view.setFloat64(16, session.records.length + 1, true);
    session.raw(record);
    if (session.state.features.bars[0] === lastBars) continue;
    lastBars = session.state.features.bars[0]!;
    for (const [p, name] of PRODUCERS.entries()) {
      if (session.state.signals.status[p] === SIGNAL.voted) voted.add(name);
    }
  }
  // Spot has no funding.
  expect(session.state.readings.receivedAtUs[READING_SOURCE_COUNT + READING.funding]).toBe(0);
  expect([...voted]).toEqual(expect.arrayContaining(['social', 'whale', 'funding']));
}, 20_000);

test('what was passed over is not told later', () => {
  const readings = readingsOf(4);
  const atUs = START_US + 90 * MINUTE_US + 1;
  readings.skipTo(atUs);
  expect(readings.nextAtUs()).toBeGreaterThan(atUs);
  expect(readings.nextAtUs()).toBeLessThanOrEqual(atUs + MINUTE_US);
});
