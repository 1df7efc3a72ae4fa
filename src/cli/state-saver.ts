/** Keeps the state of an exchange on the disk: soon after it has changed, and at the end. */
import { CommandError, EXIT } from '../exit-codes.ts';

/** What an account did is on the disk after this at the latest. */
const SAVE_MS = 250;

export class StateSaver {
  readonly #write: () => void;
  readonly #tell: (text: string) => void;
  readonly #timers: NodeJS.Timeout[] = [];
  #isDirty = true;
  /** Why it could not be written the last time. */
  #failure: string | undefined;

  /** `write` throws when the disk will not have it; `tell` hears that once for each reason. */
  constructor(write: () => void, tell: (text: string) => void) {
    this.#write = write;
    this.#tell = tell;
  }

  changed(): void {
    this.#isDirty = true;
  }

  start(): void {
    // Fills come from the crowd as well: with orders at work the state is another one all the time.
    this.#timers.push(
      setInterval(() => this.changed(), 4 * SAVE_MS),
      setInterval(() => this.#save(), SAVE_MS),
    );
  }

  /** Throws a `CommandError` when what has happened last is not on the disk. */
  end(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.changed();
    this.#save();
    if (this.#failure !== undefined) throw new CommandError(EXIT.fault, `the state is not saved: ${this.#failure}`);
  }

  #save(): void {
    if (!this.#isDirty) return;
    try {
      this.#write();
      this.#isDirty = false;
      this.#failure = undefined;
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      if (why !== this.#failure) this.#tell(`the state cannot be saved, and is tried again: ${why}`);
      this.#failure = why;
    }
  }
}
