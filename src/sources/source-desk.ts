/** The slow sources of a run, each with a runner, and a limit of requests for each provider. */
import type { InputEncoder } from '../../engine/domain/index.ts';
import type { Schedule } from '../venues/schedule.ts';
import { SlidingLimit } from '../venues/sliding-limit.ts';
import type { SlowSource, SourceGet } from './slow-source.ts';
import { SourceRunner } from './source-runner.ts';

const MINUTE_US = 60_000_000;
/** Sources are asked first one behind the other. */
const APART_US = 250_000;

export interface DeskParts {
  readonly schedule: Schedule;
  readonly get: SourceGet;
  /** A number in [0, 1). */
  readonly unit: () => number;
}

/** Where readings go: the record is written, then taken. */
export interface ReadingSink {
  readonly encoder: InputEncoder;
  /** False where nothing is taken now. */
  accept(): boolean;
  notice(level: 'info' | 'warn', text: string): void;
}

export class SourceDesk {
  readonly #sources: readonly SlowSource[];
  readonly #parts: DeskParts;
  /** Sources that fail, by what they give and who gives it. */
  readonly #failing = new Map<string, Set<SlowSource>>();
  #runners: readonly SourceRunner[] = [];

  constructor(sources: readonly SlowSource[], parts: DeskParts) {
    this.#sources = sources;
    this.#parts = parts;
  }

  /** Asks until {@link stop}; the sink hears nothing more then. */
  start(sink: ReadingSink): void {
    const { encoder } = sink;
    const limits = new Map<string, SlidingLimit>();
    this.#runners = this.#sources.map((source) => {
      const { provider, perMinute } = source;
      const limit = limits.get(provider) ?? new SlidingLimit(perMinute, MINUTE_US);
      limits.set(provider, limit);
      return new SourceRunner(source, {
        ...this.#parts,
        limit,
        notice: (level, text) => this.#notice(sink, source, level, text),
        tell: ({ gives }, { instrument, providerUs, value, second }) => {
          encoder.reading(gives, instrument, providerUs, value, second);
          return sink.accept();
        },
        fail: ({ gives, instruments }, failures) => {
          for (const instrument of instruments) {
            encoder.degraded(gives, instrument, this.#parts.schedule.nowUs(), failures);
            sink.accept();
          }
        },
      });
    });
    for (const [i, runner] of this.#runners.entries()) runner.start(i * APART_US);
  }

  /** A provider that is asked for each instrument fails and answers as one. */
  #notice(sink: ReadingSink, source: SlowSource, level: 'info' | 'warn', text: string): void {
    const name = `${source.gives} of ${source.provider}`;
    const failing = this.#failing.get(name) ?? new Set<SlowSource>();
    this.#failing.set(name, failing);
    if (level === 'warn') failing.add(source);
    else failing.delete(source);
    if (failing.size === (level === 'warn' ? 1 : 0)) sink.notice(level, text);
  }

  stop(): void {
    for (const runner of this.#runners) runner.stop();
  }
}
