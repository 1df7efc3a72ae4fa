/** The model disk's pool in virtual time: every call takes some, and errors come from where the seed says. */
import type { FilePort, PooledFiles } from '../../../logs/index.ts';
import type { ModelDisk } from '../../fixtures/model-disk.ts';
import type { Chance, VirtualTime } from './virtual-time.ts';

export class VirtualDisk {
  readonly disk: ModelDisk;
  readonly port: FilePort;
  /** Calls that have come back since this was last looked at: what waits for them has yet to run. */
  answered = 0;
  /** Longest time that a call takes, µs. */
  slowestUs = 4_000;
  #dead = false;

  constructor(disk: ModelDisk, time: VirtualTime, chance: Chance) {
    this.disk = disk;
    const later =
      <A extends unknown[], R>(run: (...args: A) => R) =>
      (...args: A): Promise<R> =>
        new Promise((resolve, reject) => {
          time.after(chance.between(50, this.slowestUs), () => {
            if (this.#dead) return;
            this.answered++;
            try {
              resolve(run(...args));
            } catch (error) {
              reject(error);
            }
          });
        });
    const pooled: PooledFiles = {
      create: later((path) => disk.create(path)),
      write: later((descriptor, bytes, from, length, position) =>
        disk.write(descriptor, bytes, from, length, position),
      ),
      truncate: later((descriptor, size) => disk.truncate(descriptor, size)),
      dataSync: later((descriptor) => disk.dataSync(descriptor)),
      close: later((descriptor) => disk.close(descriptor)),
      syncDirectory: later((path) => disk.syncDirectory(path)),
    };
    this.port = {
      create: (path) => disk.create(path),
      write: (descriptor, bytes, from, length, position) => disk.write(descriptor, bytes, from, length, position),
      truncate: (descriptor, size) => disk.truncate(descriptor, size),
      dataSync: (descriptor) => disk.dataSync(descriptor),
      close: (descriptor) => disk.close(descriptor),
      syncDirectory: (path) => disk.syncDirectory(path),
      rename: (from, to) => disk.rename(from, to),
      remove: (path) => disk.remove(path),
      pooled,
    };
  }

  /** The machine is off: nothing that was under way is done any more. */
  cut(): void {
    this.#dead = true;
  }
}
