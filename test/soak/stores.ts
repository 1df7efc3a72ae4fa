/** Long checks of what people's decisions are kept in, and of the secrets that must not be kept anywhere. */
import { secrets } from '../e2e/secrets.ts';
import { cutWhileChanging } from '../sim/registry-crash.ts';
import { cutWhileWriting } from '../sim/store-crash.ts';
import { writeAtOnce } from '../sim/store-writers.ts';
import { type Figures, repeatWith, type SoakCheck } from './check.ts';

/** Power cuts for one seed: about the operations of a few changes. */
const CUTS = 100;

const policyCuts: SoakCheck = {
  name: 'policy-cuts',
  holds: 'the policy file is old or new after a power cut, and new once it was acknowledged',
  unit: `times ${CUTS} power cuts`,
  full: 200,
  run(count, from): Figures {
    const sums = { cuts: 0, foundOld: 0, foundNew: 0 };
    for (let seed = from; seed < from + count; seed++) {
      const { cuts, foundOld, foundNew, faults } = cutWhileWriting(CUTS, seed);
      if (faults.length > 0) throw new Error(`${faults[0]}; ${repeatWith('policy-cuts', seed)}`);
      sums.cuts += cuts;
      sums.foundOld += foundOld;
      sums.foundNew += foundNew;
    }
    return sums;
  },
};

const registryCuts: SoakCheck = {
  name: 'registry-cuts',
  holds: 'after a power cut all that the registry of models names is there, and what was acknowledged stays',
  unit: `times ${CUTS} power cuts`,
  full: 100,
  run(count, from): Figures {
    const sums = { cuts: 0, foundOld: 0, foundNew: 0 };
    for (let seed = from; seed < from + count; seed++) {
      const { cuts, foundOld, foundNew, faults } = cutWhileChanging(CUTS, seed);
      if (faults.length > 0) throw new Error(`${faults[0]}; ${repeatWith('registry-cuts', seed)}`);
      sums.cuts += cuts;
      sums.foundOld += foundOld;
      sums.foundNew += foundNew;
    }
    return sums;
  },
};

const PROCESSES = 4;

const policyWriters: SoakCheck = {
  name: 'policy-writers',
  holds: `${PROCESSES} processes that change the policy at once lose no change`,
  unit: 'changes of each',
  full: 250,
  async run(count): Promise<Figures> {
    const { changes, found, failedProcesses } = await writeAtOnce(PROCESSES, count);
    if (found !== changes || failedProcesses > 0)
      throw new Error(`${found} of ${changes} changes are there, ${failedProcesses} processes failed`);
    return { processes: PROCESSES, changes, found };
  },
};

export const storeChecks: readonly SoakCheck[] = [policyCuts, registryCuts, policyWriters, secrets];
