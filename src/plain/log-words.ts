/** The log as lines of words: each told once, and what is told elsewhere or is history not at all. */
import { eventText } from '../../state/event-text.ts';
import type { LogEntry } from '../../state/log-entry.ts';
import type { ConsoleState } from '../../state/model.ts';
import { clock, count } from '../../state/text/numbers.ts';

/** Decisions of a run that goes on are history behind this: those of a warm start, and of before a console came. */
const HISTORY_MS = 10_000;

/** Remembers what has been told. */
export class LogWords {
  #lastLogId = 0;
  #history = 0;

  /** Lines that are new. Decisions of history are counted, and their number told when the last of them has come. */
  news(state: ConsoleState): readonly string[] {
    const { entries } = state.log;
    const news = entries.filter(({ id }) => id > this.#lastLogId);
    const last = news.at(-1);
    if (last === undefined) return [];
    const missing = this.#lastLogId > 0 ? news[0]!.id - this.#lastLogId - 1 : 0;
    this.#lastLogId = last.id;
    return [
      ...(missing > 0 ? [`${missing} lines of the log are left out`] : []),
      ...news.flatMap((entry) => this.#told(entry, state)),
    ];
  }

  #told(entry: LogEntry, { view, utcMs }: ConsoleState): readonly string[] {
    const { event } = entry;
    // Told with all that is needed for an answer.
    if (event.kind === 'proposal-opened') return [];
    const isHistory = view?.replay === undefined && event.atUs / 1000 < utcMs - HISTORY_MS;
    if (isHistory && event.kind === 'decision') {
      this.#history++;
      return [];
    }
    const decisions = this.#history;
    if (isHistory || decisions === 0) return [logLine(entry)];
    this.#history = 0;
    return [`${count(decisions)} ${decisions === 1 ? 'decision' : 'decisions'} of before not told`, logLine(entry)];
  }
}

const logLine = (entry: LogEntry): string => {
  const { label, text } = eventText(entry);
  const { event } = entry;
  const decision = event.kind === 'decision' ? `decision ${event.trace.decisionId}:` : '';
  return [clock(event.atUs), label.toLowerCase(), entry.symbol ?? '', decision, text]
    .filter((part) => part !== '')
    .join(' ');
};
