/** What is learnt from is what the engine had when a bar closed, whatever the input says that closed it. */
import { expect, it } from 'vitest';
import { AT, cursorOver, InputEncoder } from '../../../../engine/domain/index.ts';
import { BarCapture, type CapturedBars } from '../../../../engine/training/capture.ts';
import { barsFrom } from '../../../../engine/training/newest.ts';
import { SECOND_US } from '../../../fixtures/engine-session.ts';
import { syntheticSession } from '../../../fixtures/synthetic-session.ts';

const INPUTS = 6_000;

const receivedAtUs = (record: Uint8Array): number =>
  new DataView(record.buffer, record.byteOffset).getFloat64(AT.receivedAtUs, true);

/** The bars of a market in which a gap is the first input of every bar; with `told`, a timer has closed the bar before it. */
function capturedWithGaps(told: boolean): CapturedBars {
  const { config, records } = syntheticSession(INPUTS, { barIntervalUs: SECOND_US }, 3);
  const capture = new BarCapture(config);
  const encoder = new InputEncoder();
  let seq = 0;
  const fold = (atUs: number): void => {
    encoder.stamp(++seq, atUs);
    capture.fold(cursorOver(encoder.bytes().slice()));
  };
  let second = 0;
  for (const record of records) {
    const atUs = receivedAtUs(record);
    if (Math.floor(atUs / SECOND_US) > second) {
      second = Math.floor(atUs / SECOND_US);
      if (told) {
        encoder.timer();
        fold(atUs);
      }
      encoder.gap(0, atUs, 'sequence');
      fold(atUs);
    }
    const own = record.slice();
    new DataView(own.buffer).setFloat64(AT.seq, ++seq, true);
    capture.fold(cursorOver(own));
  }
  return capture.bars(0);
}

it('a gap that closes a bar takes nothing from what was known of it', () => {
  const [bars, told] = [capturedWithGaps(false), capturedWithGaps(true)];
  expect(bars.close.length).toBeGreaterThan(20);
  expect(bars).toEqual(told);
});

it('keeps the newest bars when there are more than fit, of the instruments that are wanted', () => {
  const { config, records } = syntheticSession(INPUTS, { barIntervalUs: SECOND_US / 4 }, 3);
  const [whole, few, one] = [0, 1, 2].map((which) => {
    const wanted = (symbol: string): boolean => which < 2 || symbol.startsWith('BTC');
    return new BarCapture(config, undefined, wanted);
  }) as [BarCapture, BarCapture, BarCapture];
  for (const [k, record] of records.entries()) {
    for (const capture of [whole, few, one]) capture.fold(cursorOver(record));
    if (k % 1_000 === 0) few.keepNewest(41);
  }
  few.keepNewest(41);
  // Both instruments close at the same moments: of an odd number one is left out, so that no moment is there by half.
  expect([few.count, few.closed]).toEqual([40, whole.count]);
  for (const instrument of [0, 1]) {
    const [all, left] = [whole.bars(instrument), few.bars(instrument)];
    expect(left.close.length).toBe(20);
    expect(left).toEqual(barsFrom(all, all.knownAtUs.at(-20)!));
  }
  expect([one.bars(0), one.bars(1).close.length]).toEqual([whole.bars(0), 0]);
  few.keepNewest(1_000);
  expect(few.count).toBe(40);
});
