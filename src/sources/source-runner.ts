/** Asks one slow source again and again: pauses that grow while it fails, within its provider's limit, each reading told once. */
import { readingFault } from '../../engine/domain/index.ts';
import { Backoff } from '../venues/backoff.ts';
import type { Schedule } from '../venues/schedule.ts';
import type { SlidingLimit } from '../venues/sliding-limit.ts';
import { type SlowSource, type SourceAnswer, SourceFault, type SourceGet, type SourceReading } from './slow-source.ts';

/** A reply that has not come by then does not come. */
const ANSWER_WITHIN_US = 15_000_000;
const LEAST_PAUSE_US = 10_000_000;
const MOST_PAUSE_US = 1_800_000_000;
/** The longest pause that a provider is believed. */
const MOST_ASKED_PAUSE_US = 6 * 3_600_000_000;
/** Pauses differ by up to this share, so that sources do not ask all at once. */
const SPREAD = 0.2;
/** How far ahead of ours the provider's clock may be. */
const MOST_AHEAD_US = 300_000_000;

export interface RunnerParts {
  readonly schedule: Schedule;
  readonly get: SourceGet;
  /** Of the provider. */
  readonly limit: SlidingLimit;
  /** A number in [0, 1); for pauses that differ. */
  readonly unit: () => number;
  /** False where it could not be taken now: it is told again with the next reply. */
  tell(source: SlowSource, reading: SourceReading): boolean;
  /** The source has failed, for the `failures`th time since it last answered. */
  fail(source: SlowSource, failures: number): void;
  notice(level: 'info' | 'warn', text: string): void;
}

export class SourceRunner {
  readonly #source: SlowSource;
  readonly #parts: RunnerParts;
  readonly #backoff = new Backoff(LEAST_PAUSE_US, MOST_PAUSE_US);
  /** The newest reading of each instrument that was told. */
  readonly #told = new Map<number, SourceReading>();
  #failures = 0;
  #cancels: (() => void)[] = [];

  constructor(source: SlowSource, parts: RunnerParts) {
    this.#source = source;
    this.#parts = parts;
  }

  start(delayUs: number): void {
    this.#after(delayUs, () => this.#ask());
  }

  stop(): void {
    for (const cancel of this.#cancels.splice(0)) cancel();
  }

  #after(delayUs: number, task: () => void): void {
    this.#cancels.push(
      this.#parts.schedule.after(delayUs, () => {
        this.stop();
        task();
      }),
    );
  }

  #ask(): void {
    const { schedule, limit, get } = this.#parts;
    const waitUs = limit.waitUs(schedule.nowUs());
    if (waitUs > 0) {
      this.#after(waitUs, () => this.#ask());
      return;
    }
    limit.take(schedule.nowUs());
    this.#after(ANSWER_WITHIN_US, () => this.#failed(`no answer within ${ANSWER_WITHIN_US / 1e6} s`));
    const cancel = get(this.#source.request(), (answer) => {
      this.stop();
      this.#answered(answer);
    });
    this.#cancels.push(cancel);
  }

  #answered(answer: SourceAnswer): void {
    if ('missing' in answer) this.#failed(answer.missing);
    else if (answer.status === 429 || answer.status === 418)
      this.#failed('it wants fewer requests', answer.retryAfterUs);
    else if (answer.status !== 200) this.#failed(`it answers with status ${answer.status}`, answer.retryAfterUs);
    else this.#read(answer.body);
  }

  #read(body: string): void {
    let readings: readonly SourceReading[];
    try {
      readings = this.#checked(body);
    } catch (cause) {
      // Whatever a reply makes of its reader, the run goes on.
      this.#failed(cause instanceof SourceFault ? cause.message : 'the reply does not read');
      return;
    }
    const refused = readings.filter((reading) => !this.#offer(reading));
    if (refused.length === 0) {
      if (this.#failures > 0) this.#notice('info', 'answers again');
      this.#failures = 0;
    }
    this.#backoff.reset();
    this.#pause(this.#source.everyUs);
  }

  /** All of a reply or nothing of it. */
  #checked(body: string): readonly SourceReading[] {
    const nowUs = this.#parts.schedule.nowUs();
    const { gives, instruments } = this.#source;
    const readings = this.#source.read(body, nowUs).filter(({ instrument }) => instruments.includes(instrument));
    if (readings.length === 0) throw new SourceFault('it tells of none of the symbols');
    return readings.map((reading) => {
      const fault = readingFault(gives, reading.value, reading.second);
      if (fault !== undefined) throw new SourceFault(fault);
      if (reading.providerUs > nowUs + MOST_AHEAD_US) throw new SourceFault('its time is ahead of the clock');
      return { ...reading, providerUs: Math.min(reading.providerUs, nowUs) };
    });
  }

  /** What was told before is told again only to say that the source answers. False where it could not be told. */
  #offer(reading: SourceReading): boolean {
    const known = this.#told.get(reading.instrument);
    if (known !== undefined && reading.providerUs <= known.providerUs && this.#failures === 0) return true;
    const taken = this.#parts.tell(this.#source, reading);
    if (taken) this.#told.set(reading.instrument, reading);
    return taken;
  }

  #failed(why: string, askedPauseUs = 0): void {
    this.#failures++;
    if (this.#failures === 1) this.#notice('warn', `is degraded: ${why}`);
    this.#parts.fail(this.#source, this.#failures);
    this.#pause(Math.max(this.#backoff.next(), Math.min(askedPauseUs, MOST_ASKED_PAUSE_US)));
  }

  #pause(us: number): void {
    this.#after(us * (1 + SPREAD * this.#parts.unit()), () => this.#ask());
  }

  #notice(level: 'info' | 'warn', text: string): void {
    const { gives, provider } = this.#source;
    this.#parts.notice(level, `${gives} of ${provider} ${text}`);
  }
}
