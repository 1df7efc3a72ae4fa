/** The long check of the loopback exchange: storms of faults. */
import { exchangeStorm } from '../sim/exchange-storm.ts';
import { type Figures, repeatWith, type SoakCheck } from './check.ts';

/** Sets of faults in one storm. */
const ROUNDS = 5;

const storms: SoakCheck = {
  name: 'exchange-storms',
  holds: 'under any faults what the exchange told a client holds, and afterwards its books join again',
  unit: 'seeds',
  full: 200,
  async run(count, from): Promise<Figures> {
    const sums = { struck: 0, accepted: 0, refused: 0, unknown: 0 };
    for (let seed = from; seed < from + count; seed++) {
      const { faults, ...counts } = await exchangeStorm(seed, ROUNDS);
      if (faults.length > 0) throw new Error(`${faults[0]}; ${repeatWith('exchange-storms', seed)}`);
      for (const name of Object.keys(sums) as Array<keyof typeof sums>) sums[name] += counts[name];
    }
    return sums;
  },
};

export const exchangeChecks: readonly SoakCheck[] = [storms];
