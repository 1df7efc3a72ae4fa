/** Trains trees without end in a thread of its own, as a training does while the engine runs: the neighbour of `ensemble.ts`. */
import { parentPort } from 'node:worker_threads';
import { XGBOOST_DEFAULTS } from '../../engine/models/trees/training/options.ts';
import { lcgData } from '../fixtures/trees/lcg-data.ts';
import { growStepwise } from '../fixtures/trees/training.ts';

const data = lcgData(20_000, 64, 7);
for (let seed = 1; ; seed++) {
  const growing = growStepwise(data, { ...XGBOOST_DEFAULTS, objective: 'logistic', rounds: 100, seed });
  for (let next = growing.next(); next.done !== true; next = growing.next()) {
    // Trees are being grown from here on.
    if (seed === 1 && next.value.round === 2) parentPort?.postMessage('training');
  }
}
