/** Blocks over the state of the market: volume, trend, volatility, regime, spread. */
import { type BlockInput, F, REGIMES } from '../../domain/index.ts';
import { areValid, type Block, type BlockRow, featureOf, holds } from './row.ts';

/** Features of the regimes, in the order of `REGIMES`. */
const REGIME_FEATURES = [F.regimeCalm, F.regimeUp, F.regimeDown, F.regimeTurbulent] as const;

export const volume: Block<'volume'> = {
  judge: (row, { ratio }) => holds(areValid(row, [F.volumeRatio]) && featureOf(row, F.volumeRatio) >= ratio),
  inputs: (row, { ratio }) => [['volume ratio', featureOf(row, F.volumeRatio), ratio]],
};

export const trend: Block<'trend'> = {
  judge: (row, { adx }) => holds(areValid(row, [F.adx]) && featureOf(row, F.adx) >= adx),
  inputs: (row, { adx }) => [['ADX', featureOf(row, F.adx), adx]],
};

export const volatility: Block<'volatility'> = {
  judge(row, { least, most }) {
    if (!areValid(row, [F.volatilityRatio])) return 0;
    const ratio = featureOf(row, F.volatilityRatio);
    return holds(ratio >= least && ratio <= most);
  },
  inputs(row, { least, most }): BlockInput[] {
    const ratio = featureOf(row, F.volatilityRatio);
    return [
      ['volatility ratio', ratio, least],
      ['volatility ratio', ratio, most, 'most'],
    ];
  },
};

const chanceOf = (row: BlockRow, regime: number): number => featureOf(row, REGIME_FEATURES[regime]!);

export const regime: Block<'regime'> = {
  judge: (row, { is, chance }) => holds(areValid(row, REGIME_FEATURES) && chanceOf(row, is) >= chance),
  inputs: (row, { is, chance }) => [[`chance of a ${REGIMES[is] ?? ''} regime`, chanceOf(row, is), chance]],
};

export const regimeDirection: Block<'regime-direction'> = {
  judge(row, { chance }) {
    if (!areValid(row, REGIME_FEATURES)) return 0;
    const [up, down] = [featureOf(row, F.regimeUp), featureOf(row, F.regimeDown)];
    if (Math.max(up, down) < chance || up === down) return 0;
    return up > down ? 1 : -1;
  },
  inputs(row, { chance }): BlockInput[] {
    const likelier = Math.max(featureOf(row, F.regimeUp), featureOf(row, F.regimeDown));
    return [['chance of a rising or falling regime', likelier, chance]];
  },
};

export const spread: Block<'spread'> = {
  judge(row, { ppm }) {
    const wide = featureOf(row, F.spreadPpm);
    return holds(areValid(row, [F.spreadPpm]) && wide >= 0 && wide <= ppm);
  },
  inputs: (row, { ppm }) => [['spread in ppm', featureOf(row, F.spreadPpm), ppm, 'most']],
};
