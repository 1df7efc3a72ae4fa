/** The slow sources that a run has heard of, each as it is with the worst of its instruments. */
import { READING_SOURCE_COUNT, READING_SOURCES } from '../../engine/domain/index.ts';
import type { EngineState } from '../../engine/index.ts';
import type { SourceView } from '../../state/source-view.ts';

const WORSE = { ok: 0, degraded: 1, down: 2 } as const;

export function sourceViews(state: EngineState, nowUs: number): SourceView[] {
  const { readings } = state;
  return READING_SOURCES.flatMap((source, s) => {
    let worst: SourceView['state'] | undefined;
    let failures = 0;
    let newestUs = 0;
    for (const { index } of state.instruments) {
      const cell = index * READING_SOURCE_COUNT + s;
      const atUs = readings.receivedAtUs[cell]!;
      // A source that tells of some instruments only is not missed for the others.
      if (atUs === 0 && readings.failedAtUs[cell] === 0) continue;
      const known = readings.isKnown(index, s, nowUs);
      const each = !known ? 'down' : readings.failures[cell]! > 0 ? 'degraded' : 'ok';
      if (worst === undefined || WORSE[each] > WORSE[worst]) worst = each;
      failures = Math.max(failures, readings.failures[cell]!);
      newestUs = Math.max(newestUs, atUs);
    }
    if (worst === undefined) return [];
    const ageMs = newestUs === 0 ? undefined : Math.max(0, nowUs - newestUs) / 1000;
    return [{ source, state: worst, failures, ageMs }];
  });
}
