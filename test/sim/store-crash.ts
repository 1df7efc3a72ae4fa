/** Power cuts at every file operation of a policy change, on a disk that forgets: old or new is found, never half. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nextBelow, seedPrng } from '../../engine/kernel/prng.ts';
import { writeFileDurably } from '../../logs/index.ts';
import { dataDirAt } from '../../src/data-dir.ts';
import { figureNamed, withFigure } from '../../src/stores/policy-figures.ts';
import { PolicyStore } from '../../src/stores/policy-store.ts';
import { ModelDisk, type ModelDiskFaults } from '../fixtures/model-disk.ts';

export interface StoreCrashFigures {
  cuts: number;
  /** Cuts after which the document before the change was found, and those with the one after it. */
  foundOld: number;
  foundNew: number;
  /** What went wrong, each with its seed and place. */
  readonly faults: string[];
}

const FIGURE = figureNamed('risk.maxOpenPositions')!;
const NO_LOCK = { release: () => {} };

/** Changes the policy again and again, cutting the power before every file operation, until `cuts` were made. */
export function cutWhileWriting(cuts: number, seed: number, lies: ModelDiskFaults = {}): StoreCrashFigures {
  const root = mkdtempSync(join(tmpdir(), 'chimera-store-crash-'));
  const figures: StoreCrashFigures = { cuts: 0, foundOld: 0, foundNew: 0, faults: [] };
  try {
    for (let round = 0; figures.cuts < cuts; round++) runRound(root, seed * 1009 + round, lies, cuts, figures);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  return figures;
}

/** One change, of a policy that has a random number of versions behind it. */
function runRound(root: string, seed: number, lies: ModelDiskFaults, most: number, figures: StoreCrashFigures): void {
  const random = new Int32Array(4);
  seedPrng(random, seed);
  const home = join(root, `home-${seed}`);
  const image = join(root, `image-${seed}`);
  mkdirSync(home);
  const dir = dataDirAt(home);
  const real = new PolicyStore(dir, { lock: () => NO_LOCK });
  const change = (store: PolicyStore): void => {
    const open = (store.inForce().policy.risk.maxOpenPositions % 90) + 1;
    store.set((policy) => withFigure(policy, FIGURE, open), { who: 'sim', at: '2026-01-02T03:04:05Z' });
  };
  for (let n = nextBelow(random, 4); n >= 0; n--) change(real);
  const disk = new ModelDisk(home);
  writeFileDurably(dir.policyFile, readFileSync(dir.policyFile, 'utf8'), disk);
  disk.faults = lies;
  const old = real.versions().length;
  let acknowledged = old;
  const first = disk.calls;
  disk.onCall = (call, operation) => {
    if (figures.cuts >= most) return;
    figures.cuts++;
    const target = join(image, String(call));
    disk.powerCut(seed * 10_007 + call, target);
    const fault = judge(target, old, acknowledged, figures);
    if (fault !== undefined) figures.faults.push(`seed ${seed}, call ${call - first} (${operation}): ${fault}`);
    rmSync(target, { recursive: true, force: true });
  };
  change(new PolicyStore(dir, { files: disk, lock: () => NO_LOCK }));
  acknowledged = old + 1;
  disk.settle();
  rmSync(home, { recursive: true, force: true });
  rmSync(image, { recursive: true, force: true });
}

function judge(target: string, old: number, acknowledged: number, figures: StoreCrashFigures): string | undefined {
  try {
    const found = new PolicyStore(dataDirAt(target)).versions().length;
    if (found === old) figures.foundOld++;
    else if (found === old + 1) figures.foundNew++;
    else return `${found} versions where there were ${old}`;
    return found < acknowledged ? 'a change that was acknowledged is not there' : undefined;
  } catch (cause) {
    return String((cause as Error).message);
  }
}
