/** What is learnt from is what the engine had when a bar closed, whatever the input says that closed it. */
import { expect, it } from 'vitest';
import { AT, cursorOver, InputEncoder } from '../../../../engine/domain/index.ts';
import { BarCapture, type CapturedBars } from '../../../../engine/training/capture.ts';
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
