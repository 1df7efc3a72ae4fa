/** Power cuts at every file operation of a change of the registry, on a disk that forgets: what it names is there, old or new. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nextBelow, seedPrng } from '../../engine/kernel/prng.ts';
import { writeFileDurably } from '../../logs/index.ts';
import { type DataDir, dataDirAt } from '../../src/data-dir.ts';
import { ModelRegistry } from '../../src/models/registry.ts';
import { ModelDisk, type ModelDiskFaults } from '../fixtures/model-disk.ts';
import { type MadeModel, madeModel, madeShipped } from '../fixtures/model-packages.ts';

export interface RegistryCrashFigures {
  cuts: number;
  /** Cuts after which the registry before the change was found, and those with the one after it. */
  foundOld: number;
  foundNew: number;
  /** What went wrong, each with its seed and place. */
  readonly faults: string[];
}

const NO_LOCK = { release: () => {} };
const SHIPPED = [madeShipped('depth-trees')];
const MODELS: readonly MadeModel[] = [1, 2, 3, 4].map((seed) => madeModel('depth-trees', seed));

/** What is done while the power is cut; `known` models are there already. */
const CHANGES: ReadonlyArray<(registry: ModelRegistry, known: number) => unknown> = [
  (registry, known) => registry.add(MODELS[known]!.bytes, MODELS[known]!.manifest),
  (registry, known) => {
    if (known === 0) registry.retire(SHIPPED[0]!.id);
    else registry.promote(MODELS[known - 1]!.manifest.hashes.package, 'test');
  },
  (registry, known) => {
    if (known === 0) registry.retire(SHIPPED[0]!.id);
    else registry.shadow(MODELS[0]!.manifest.hashes.package);
  },
];

/** Changes registries again and again, cutting the power before every file operation, until `cuts` were made. */
export function cutWhileChanging(cuts: number, seed: number, lies: ModelDiskFaults = {}): RegistryCrashFigures {
  const root = mkdtempSync(join(tmpdir(), 'chimera-registry-crash-'));
  const figures: RegistryCrashFigures = { cuts: 0, foundOld: 0, foundNew: 0, faults: [] };
  try {
    for (let round = 0; figures.cuts < cuts; round++) runRound(root, seed * 1009 + round, lies, cuts, figures);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
  return figures;
}

const opened = (dir: DataDir, files?: ModelDisk): ModelRegistry =>
  new ModelRegistry(dir, { shipped: SHIPPED, lock: () => NO_LOCK, ...(files && { files }) });

/** One change, of a registry that has a random number of models already. */
function runRound(
  root: string,
  seed: number,
  lies: ModelDiskFaults,
  most: number,
  figures: RegistryCrashFigures,
): void {
  const random = new Int32Array(4);
  seedPrng(random, seed);
  const home = join(root, `home-${seed}`);
  const image = join(root, `image-${seed}`);
  mkdirSync(home);
  const dir = dataDirAt(home);
  const known = nextBelow(random, 3);
  for (const { bytes, manifest } of MODELS.slice(0, known)) opened(dir).add(bytes, manifest);
  const disk = copied(dir);
  disk.faults = lies;
  const old = opened(dir).events().length;
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
  CHANGES[nextBelow(random, CHANGES.length)]!(opened(dir, disk), known);
  acknowledged = old + 1;
  disk.settle();
  rmSync(home, { recursive: true, force: true });
  rmSync(image, { recursive: true, force: true });
}

/** A disk that has what is there, for good. */
function copied(dir: DataDir): ModelDisk {
  const disk = new ModelDisk(dir.root);
  const objects = join(dir.models, 'objects');
  disk.syncDirectory(dir.root);
  if (!existsSync(dir.models)) return disk;
  disk.syncDirectory(dir.models);
  for (const path of [join(dir.models, 'registry.json'), ...readdirSync(objects).map((name) => join(objects, name))])
    writeFileDurably(path, readFileSync(path), disk);
  return disk;
}

function judge(target: string, old: number, acknowledged: number, figures: RegistryCrashFigures): string | undefined {
  try {
    const registry = opened(dataDirAt(target));
    const found = registry.events().length;
    for (const entry of registry.entries()) {
      registry.bytes(entry.id);
      if (entry.manifest.hashes.package !== entry.id) return 'a manifest is that of another model';
    }
    if (found === old) figures.foundOld++;
    else figures.foundNew++;
    if (found < acknowledged) return 'a change that was acknowledged is not there';
    return found < old ? 'an older registry is back' : undefined;
  } catch (cause) {
    return String((cause as Error).message);
  }
}
