/**
 * The venue's time as we know it: measured by round trips, used for signatures at once, and taken for sure when a second
 * measurement agrees. A step of either clock shows as an offset until then, so that no entry leaves on a time in doubt.
 */
export interface ClockReading {
  /** The venue's time minus ours as corrected so far. */
  readonly offsetUs: number;
  readonly uncertaintyUs: number;
}

export interface ClockSyncOptions {
  /** Our time: microseconds that never go back. */
  readonly nowUs: () => number;
  /** The machine's wall clock, µs: one that was set is a reason to measure, not a measure. */
  readonly wallUs: () => number;
  /** Asks the venue for its time, ms; undefined when there was no answer. */
  readonly probe: (reply: (venueMs: number | undefined) => void) => void;
  readonly notice: (level: 'info' | 'warn', text: string) => void;
}

interface Measurement {
  readonly offsetUs: number;
  readonly uncertaintyUs: number;
  readonly atUs: number;
}

const SECOND_US = 1_000_000;
const PROBES = 5;
const EVERY_US = 10 * SECOND_US;
const CONFIRM_AFTER_US = SECOND_US;
/** The venue tells whole milliseconds. */
const GRAIN_US = 1_000;
/** What two quartz clocks drift apart, parts per million. */
const DRIFT_PPM = 100;
/** Below this a difference is the network's; above, one of the clocks was set. */
const STEP_US = 200_000;
/** What is known of the time when nothing is. */
const NO_IDEA_US = 60 * SECOND_US;

export class ClockSync {
  readonly #options: ClockSyncOptions;
  #newest: Measurement | undefined;
  /** What two measurements agreed on; ours is corrected by it. */
  #confirmedUs = 0;
  #doubtUs = 0;
  #isMeasuring = false;
  #dueUs = 0;
  #wallAheadUs: number;

  constructor(options: ClockSyncOptions) {
    this.#options = options;
    this.#wallAheadUs = options.wallUs() - options.nowUs();
  }

  /** The venue's time of now, by the newest measurement. */
  venueUs(): number {
    return this.#options.nowUs() + this.rawOffsetUs;
  }

  /** The venue's time minus the uncorrected one of this machine. */
  get rawOffsetUs(): number {
    return this.#newest?.offsetUs ?? 0;
  }

  /** Undefined before the first measurement. */
  reading(): ClockReading | undefined {
    const newest = this.#newest;
    if (newest === undefined) return undefined;
    const driftUs = ((this.#options.nowUs() - newest.atUs) * DRIFT_PPM) / 1_000_000;
    return {
      offsetUs: newest.offsetUs - this.#confirmedUs,
      uncertaintyUs: Math.round(newest.uncertaintyUs + driftUs + this.#doubtUs),
    };
  }

  /** Something says that the time is wrong: nothing is known of it until it has been measured again. */
  suspect(doubtUs = NO_IDEA_US): void {
    this.#doubtUs = Math.max(this.#doubtUs, doubtUs);
    this.#dueUs = 0;
    this.tick();
  }

  /** Notices steps of the wall clock, and measures when it is due. */
  tick(): void {
    const nowUs = this.#options.nowUs();
    const aheadUs = this.#options.wallUs() - nowUs;
    const steppedUs = Math.abs(aheadUs - this.#wallAheadUs);
    this.#wallAheadUs = aheadUs;
    if (steppedUs > STEP_US) {
      this.#doubtUs = Math.max(this.#doubtUs, steppedUs);
      this.#dueUs = 0;
    }
    if (nowUs >= this.#dueUs) this.measure();
  }

  /** Takes the best of several round trips. `done` hears whether any answered. */
  measure(done: (measured: boolean) => void = () => {}): void {
    if (this.#isMeasuring) {
      done(false);
      return;
    }
    this.#isMeasuring = true;
    this.#dueUs = this.#options.nowUs() + EVERY_US;
    this.#probe(PROBES, undefined, done);
  }

  #probe(left: number, best: Measurement | undefined, done: (measured: boolean) => void): void {
    if (left === 0) {
      this.#isMeasuring = false;
      if (best !== undefined) this.#take(best);
      else this.#dueUs = this.#options.nowUs() + CONFIRM_AFTER_US;
      done(best !== undefined);
      return;
    }
    const sentUs = this.#options.nowUs();
    this.#options.probe((venueMs) => {
      const nowUs = this.#options.nowUs();
      const tripUs = nowUs - sentUs;
      let better = best;
      if (venueMs !== undefined && tripUs >= 0) {
        // Half a millisecond: the venue cuts off what is below one.
        const offsetUs = Math.round(venueMs * 1000 + GRAIN_US / 2 - (sentUs + nowUs) / 2);
        const uncertaintyUs = Math.ceil(tripUs / 2 + GRAIN_US / 2);
        if (best === undefined || uncertaintyUs < best.uncertaintyUs) better = { offsetUs, uncertaintyUs, atUs: nowUs };
      }
      this.#probe(venueMs === undefined ? 0 : left - 1, better, done);
    });
  }

  #take(measured: Measurement): void {
    const before = this.#newest;
    this.#newest = measured;
    this.#doubtUs = 0;
    const agrees = (otherUs: number, marginUs: number): boolean =>
      Math.abs(measured.offsetUs - otherUs) <= measured.uncertaintyUs + marginUs;
    if (agrees(this.#confirmedUs, STEP_US)) {
      this.#confirmedUs = measured.offsetUs;
      return;
    }
    if (before !== undefined && agrees(before.offsetUs, before.uncertaintyUs + GRAIN_US)) {
      const text = `the clocks differ by ${seconds(measured.offsetUs)}: signatures are corrected by it`;
      this.#confirmedUs = measured.offsetUs;
      this.#options.notice('info', `${text}, and two measurements agree on it`);
      return;
    }
    this.#dueUs = measured.atUs + CONFIRM_AFTER_US;
    const movedUs = measured.offsetUs - this.#confirmedUs;
    this.#options.notice('warn', `this machine's clock and the venue's have moved apart by ${seconds(movedUs)}`);
  }
}

const seconds = (us: number): string => `${(us / SECOND_US).toFixed(3)} s`;
