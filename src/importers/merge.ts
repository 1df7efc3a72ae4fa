/** Merges the files of an import by time, stably: files are opened when their time comes. */
import type { EventSource } from './event-source.ts';
import type { ReadyEvent } from './ready-event.ts';

/**
 * Hands out the events of all sources by time, then order of the file, then line. `atUs` is the time of the
 * event, made monotone within its file.
 */
export async function mergeSources(
  sources: readonly EventSource[],
  take: (event: ReadyEvent, atUs: number) => void,
): Promise<void> {
  const open = [...sources];
  try {
    while (open.length > 0) {
      const source = earliest(open);
      if (source.head === undefined) {
        if (!(await source.fill())) open.splice(open.indexOf(source), 1);
        continue;
      }
      const rival = open.length > 1 ? earliest(open.filter((other) => other !== source)) : undefined;
      for (let head: ReadyEvent | undefined = source.head; head !== undefined; head = source.head) {
        if (rival !== undefined && isBefore(rival, source)) break;
        take(head, source.atUs);
        source.take();
      }
    }
  } finally {
    for (const source of sources) await source.close();
  }
}

function isBefore(a: EventSource, b: EventSource): boolean {
  return a.atUs < b.atUs || (a.atUs === b.atUs && a.order < b.order);
}

function earliest(sources: readonly EventSource[]): EventSource {
  return sources.reduce((best, source) => (isBefore(source, best) ? source : best));
}
