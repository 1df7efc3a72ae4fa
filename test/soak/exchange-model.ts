/** Long checks of the exchange's model: its book beside a naive one, its money, and itself over restarts. */
import { beside, kept } from '../unit/exchange/model/flows.ts';
import { type Figures, repeatWith, type SoakCheck } from './check.ts';

const MARKETS = ['spot', 'usdm'] as const;
const STEPS = 400;

const exchangeBook: SoakCheck = {
  name: 'exchange-book',
  holds: 'the exchange matches by price, then time, as a naive book does, in both markets',
  unit: `flows of ${STEPS} acts`,
  full: 2_000,
  run(count, from): Figures {
    for (let seed = from; seed < from + count; seed++) {
      for (const market of MARKETS) {
        const fault = beside(seed, { market, steps: STEPS });
        if (fault !== undefined) throw new Error(`${market}: ${fault}; ${repeatWith('exchange-book', seed)}`);
      }
    }
    return { flows: count * MARKETS.length };
  },
};

const exchangeMoney: SoakCheck = {
  name: 'exchange-money',
  holds: 'no amount comes or goes, no balance falls below zero, and a restored exchange goes on the same',
  unit: `flows of ${STEPS} acts`,
  full: 2_000,
  run(count, from): Figures {
    const sums = { placed: 0, refused: 0, trades: 0 };
    for (let seed = from; seed < from + count; seed++) {
      for (const market of MARKETS) {
        const { fault, ...counts } = kept(seed, { market, poor: seed % 2 === 0, steps: STEPS });
        if (fault !== undefined) throw new Error(`${market}: ${fault}; ${repeatWith('exchange-money', seed)}`);
        for (const name of ['placed', 'refused', 'trades'] as const) sums[name] += counts[name];
      }
    }
    return sums;
  },
};

export const exchangeModelChecks: readonly SoakCheck[] = [exchangeBook, exchangeMoney];
