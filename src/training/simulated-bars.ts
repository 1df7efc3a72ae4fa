/** Closed bars of sessions of the synthetic market and its readings, as a console has them, made in memory. */
import { createHash } from 'node:crypto';
import { cursorOver, DEFAULT_POLICY, InputEncoder } from '../../engine/domain/index.ts';
import { SyntheticMarket, SyntheticReadings } from '../../engine/index.ts';
import { BarCapture } from '../../engine/training/index.ts';
import { runConfig } from '../host/config.ts';
import { captureBars, type SessionBars } from './session-bars.ts';

export interface SimulatedSession {
  readonly seed: number;
  /** Session time of its start. */
  readonly startUs: number;
  readonly seconds: number;
  readonly symbols: readonly string[];
  readonly ratePerSecond: number;
  readonly barIntervalUs: number;
}

/** Bars of each symbol; the same session gives the same bars. */
export function simulatedBars(session: SimulatedSession): SessionBars[] {
  const { seed, startUs, seconds, symbols, ratePerSecond, barIntervalUs } = session;
  const market = new SyntheticMarket({ seed, startUs, symbols, ratePerSecond });
  const capture = new BarCapture(
    runConfig({
      ...{ runId: `simulated-${seed}`, seed, control: 'observe', barIntervalUs },
      ...{ startingCash: '10000', accountCurrency: 'USDT', instruments: market.instruments },
      ...{ synthetic: true, live: false, policy: DEFAULT_POLICY },
    }),
  );
  const readings = new SyntheticReadings({ seed, startUs, symbols });
  const next = () => (readings.nextAtUs() <= market.nextAtUs() ? readings : market);
  const encoder = new InputEncoder();
  const hash = createHash('sha256');
  for (let seq = 1; next().nextAtUs() < startUs + seconds * 1e6; seq++) {
    encoder.stamp(seq, next().emit(encoder));
    hash.update(encoder.bytes());
    capture.fold(cursorOver(encoder.bytes()));
  }
  return captureBars(capture, `simulated market, seed ${seed}`, hash.digest('hex'));
}
