/** How long a model was asked along: the time that recorded runs of this data directory and its time in the shadow have in common. */
import type { ModelKind } from '../../engine/domain/index.ts';
import type { DataDir } from '../data-dir.ts';
import { Places } from './places.ts';
import { type RecordedRun, recordedRuns } from './recorded-runs.ts';
import type { ModelEvent } from './registry-file.ts';

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface ShadowTime {
  /** Milliseconds that engines ran while the model was in the shadow. */
  readonly ms: number;
  /** The runs that did. */
  readonly runs: readonly RecordedRun[];
}

/** Of the time until `nowMs`. */
export function shadowTime(
  dir: DataDir,
  events: readonly ModelEvent[],
  kinds: ReadonlyMap<string, ModelKind>,
  model: string,
  nowMs: number,
): ShadowTime {
  const shadows = spansInShadow(events, kinds, model, nowMs);
  const runs = shadows.length === 0 ? [] : recordedRuns(dir);
  const isCommon = ({ fromMs, toMs }: Span): boolean =>
    shadows.some((each) => fromMs < each.toMs && toMs > each.fromMs);
  return {
    ms: shadows.reduce((sum, shadow) => sum + commonMs(shadow, runs), 0),
    runs: runs.filter(isCommon),
  };
}

/** When the model stood in the shadow. */
function spansInShadow(
  events: readonly ModelEvent[],
  kinds: ReadonlyMap<string, ModelKind>,
  model: string,
  nowMs: number,
): Span[] {
  const places = new Places(kinds);
  const spans: Span[] = [];
  let fromMs: number | undefined;
  for (const event of events) {
    places.take(event);
    const isShadow = places.state(model) === 'shadow';
    const atMs = Date.parse(event.at);
    if (isShadow && fromMs === undefined) fromMs = atMs;
    if (isShadow || fromMs === undefined) continue;
    spans.push({ fromMs, toMs: atMs });
    fromMs = undefined;
  }
  return fromMs === undefined ? spans : [...spans, { fromMs, toMs: nowMs }];
}

/** Time of the shadow that runs cover; what two runs cover counts once. */
function commonMs(shadow: Span, runs: readonly Span[]): number {
  let sumMs = 0;
  let upToMs = shadow.fromMs;
  for (const { fromMs, toMs } of [...runs].sort((a, b) => a.fromMs - b.fromMs)) {
    const from = Math.max(fromMs, upToMs);
    const to = Math.min(toMs, shadow.toMs);
    if (to <= from) continue;
    sumMs += to - from;
    upToMs = to;
  }
  return sumMs;
}
