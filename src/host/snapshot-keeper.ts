/** Puts the engine's state beside its journal now and then, so that a restart folds minutes and not days. */

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineState } from '../../engine/index.ts';
import {
  encodeSnapshot,
  type JournalError,
  makeDirectories,
  SNAPSHOT_FOLDER,
  snapshotPath,
  snapshotSeqs,
  snapshotToDrop,
  writeFilePooled,
} from '../../logs/index.ts';
import { snapshotOf } from './take-up.ts';

/** Least time between two snapshots. */
const EVERY_MS = 10_000;
/** Snapshots that are kept: near each other at the end of the session, far from each other at its start. */
const MOST_SNAPSHOTS = 16;

/**
 * The engine's thread only copies the state; the disk is left to the pool. A snapshot that cannot be written costs a
 * later restart some time and nothing else, so it is told once and the engine goes on.
 */
export class SnapshotKeeper {
  readonly #directory: string;
  readonly #trouble: (text: string) => void;
  #lastMs = Number.NEGATIVE_INFINITY;
  #writing: Promise<void> | undefined;
  #told = false;

  constructor(directory: string, trouble: (text: string) => void) {
    this.#directory = directory;
    this.#trouble = trouble;
  }

  /** Offers the state at a checkpoint of the journal, whose hash it has. */
  offer(state: EngineState, stateHash: string, nowMs: number): void {
    if (this.#writing !== undefined || nowMs - this.#lastMs < EVERY_MS) return;
    this.#lastMs = nowMs;
    const snapshot = snapshotOf(state, stateHash);
    this.#writing = this.#write(snapshot.seq, encodeSnapshot(snapshot)).finally(() => {
      this.#writing = undefined;
    });
  }

  /** Resolves when no snapshot is under way. */
  async settled(): Promise<void> {
    await this.#writing;
  }

  async #write(seq: number, bytes: Uint8Array): Promise<void> {
    try {
      makeDirectories(join(this.#directory, SNAPSHOT_FOLDER));
      await writeFilePooled(snapshotPath(this.#directory, seq), bytes);
      const drop = snapshotToDrop(snapshotSeqs(this.#directory), MOST_SNAPSHOTS);
      if (drop !== undefined) await rm(snapshotPath(this.#directory, drop), { force: true });
    } catch (cause) {
      if (this.#told) return;
      this.#told = true;
      this.#trouble(`no snapshot of the state: ${(cause as JournalError).message}; a restart will take longer`);
    }
  }
}
