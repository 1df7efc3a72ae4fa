/** Several processes that change the policy at once: every change is there afterwards, each under a number of its own. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dataDirAt } from '../../src/data-dir.ts';
import { PolicyStore } from '../../src/stores/policy-store.ts';

const CHILD = fileURLToPath(new URL('../fixtures/store-child.ts', import.meta.url));

export interface StoreWritersFigures {
  readonly processes: number;
  /** Changes that processes were told are made, and those that are there. */
  readonly changes: number;
  readonly found: number;
  readonly failedProcesses: number;
}

/** Runs `processes` writers of `changes` changes each; `how` says whether they lock. */
export async function writeAtOnce(
  processes: number,
  changes: number,
  how: 'locked' | 'unlocked' = 'locked',
): Promise<StoreWritersFigures> {
  const root = mkdtempSync(join(tmpdir(), 'chimera-store-writers-'));
  try {
    const codes = await Promise.all(Array.from({ length: processes }, () => runChild(root, changes, how)));
    const found = new PolicyStore(dataDirAt(root)).versions().length - 1;
    const failedProcesses = codes.filter((code) => code !== 0).length;
    return { processes, changes: processes * changes, found, failedProcesses };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function runChild(root: string, changes: number, how: string): Promise<number | null> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', CHILD, root, String(changes), how], {
    stdio: 'ignore',
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
}
