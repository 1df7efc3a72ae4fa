/** The signal producers: each reads one instrument's features or readings and gives a direction, a conviction and its evidence. */
import { F, PRODUCERS, type ProducerName } from '../domain/index.ts';
import { normalCdf } from '../kernel/math.ts';
import { decide, type Producer } from './producer.ts';
import { fundingProducer, socialProducer, whaleProducer } from './reading-producers.ts';

/** New producers are registered here, under their name in `PRODUCERS`. */
const REGISTRY: Readonly<Record<ProducerName, Producer>> = {
  /** Oversold buys, overbought sells (Wilder 1978). */
  rsi: {
    needs: [F.rsi],
    source: 'prices',
    judge(read, _velocity, limits, out) {
      const rsi = read(F.rsi);
      const beyond =
        rsi < limits.rsiOversold
          ? limits.rsiOversold - rsi
          : rsi > limits.rsiOverbought
            ? rsi - limits.rsiOverbought
            : 0;
      decide(out, beyond === 0 ? 0 : rsi < limits.rsiOversold ? 1 : -1, 1 + beyond / 3, rsi, 0);
    },
  },
  /** A move over 20 bars of several average true ranges goes on. */
  momentum: {
    needs: [F.momentum, F.atr, F.close],
    source: 'prices',
    judge(read, _velocity, limits, out) {
      const atr = read(F.atr);
      const moved = atr > 0 ? read(F.momentum) / atr : 0;
      const strong = Math.abs(moved) >= limits.momentumAtr;
      decide(out, strong ? moved : 0, Math.abs(moved), moved, (read(F.momentum) / read(F.close)) * 1e6);
    },
  },
  /** Order flow at the best prices leads the price. */
  ofi: {
    needs: [F.orderFlowImbalance],
    source: 'quotes',
    judge(read, _velocity, limits, out) {
      const flow = read(F.orderFlowImbalance);
      decide(out, Math.abs(flow) >= limits.flow ? flow : 0, Math.abs(flow) * 10, flow, 0);
    },
  },
  /** A burst of volume-weighted squared velocity carries on its way. */
  energy: {
    needs: [F.energy, F.close],
    source: 'trades',
    judge(read, velocity, limits, out) {
      const ratio = read(F.energy);
      decide(out, ratio >= limits.energyRatio ? velocity : 0, ratio, ratio, (velocity / read(F.close)) * 1e6);
    },
  },
  /** Price is drawn to the side where the book ahead is thin. */
  vacuum: {
    needs: [F.vacuum],
    source: 'book',
    judge(read, _velocity, limits, out) {
      const ratio = read(F.vacuum);
      const thinness = ratio < 1 ? 1 / Math.max(ratio, 1e-6) : ratio;
      decide(out, thinness >= limits.vacuumRatio ? (ratio < 1 ? 1 : -1) : 0, thinness * 2, ratio, 0);
    },
  },
  /** Far out in the distribution of the last 60 closes, price comes back. */
  gaussian: {
    needs: [F.gaussianZ],
    source: 'prices',
    judge(read, _velocity, limits, out) {
      const z = read(F.gaussianZ);
      const size = Math.abs(z);
      decide(out, size >= limits.gaussianZ ? -z : 0, size * 2.5, z, 1 - normalCdf(size));
    },
  },
  social: socialProducer,
  whale: whaleProducer,
  funding: fundingProducer,
};

/** The producers in the order of `PRODUCERS`. */
export const PRODUCER_LIST: readonly Producer[] = PRODUCERS.map((name) => REGISTRY[name]);
