/** How far a training is, in a line, with the time that it still takes at the speed that was measured. */
import type { TrainingProgress } from '../training/job.ts';

/** Before that much is known of the speed, no time is told. */
const LEAST_SHARE = 0.02;
const LEAST_MS = 1_000;

export class TrainingEta {
  readonly #nowMs: () => number;
  /** What is measured, and since when. */
  #of = '';
  #sinceMs = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Of a step of the training; a time is that of the session or kind which is in hand, for the next ones are not as fast. */
  line(progress: TrainingProgress): string {
    const { phase, of, number, count, fold, folds, done, areaUnderCurve } = progress;
    const percent = `${Math.floor(done * 100)} %`;
    const place = count > 1 ? `${of} (${number} of ${count})` : of;
    const left = this.#left(`${phase === 'read' ? 'read' : 'train'} ${of}`, done);
    if (phase === 'read') return `reading ${place}: ${percent}, ${left}`;
    const step = phase === 'walk' ? `test ${fold} of ${folds}` : 'all bars';
    const area = areaUnderCurve === undefined ? '' : `, area under the curve so far ${areaUnderCurve.toFixed(3)}`;
    return `training ${place}: ${step}, ${percent}, ${left}${area}`;
  }

  #left(of: string, done: number): string {
    const nowMs = this.#nowMs();
    if (of !== this.#of) {
      this.#of = of;
      this.#sinceMs = nowMs;
    }
    const tookMs = nowMs - this.#sinceMs;
    if (done < LEAST_SHARE || tookMs < LEAST_MS) return '– left';
    return `about ${Math.ceil((tookMs * (1 - done)) / done / 1000)} s left`;
  }
}
