/** Weighted vote of the producers: score, consensus and disagreement. What models say is counted apart. */
import { PRODUCER_COUNT } from '../domain/index.ts';
import { SIGNAL, type SignalTable } from '../domain/tables/index.ts';

/**
 * Score = Σ weight × direction × conviction / 10 over the weight of all producers that could speak (a neutral
 * one counts as zero); consensus = share of the voting weight on the score's side; disagreement = weighted
 * standard deviation of the votes. All are 0 when nobody could speak.
 */
export function castVote(signals: SignalTable, instrument: number, nowUs: number): void {
  const base = instrument * PRODUCER_COUNT;
  let active = 0;
  let voting = 0;
  let score = 0;
  for (let p = 0; p < PRODUCER_COUNT; p++) {
    const status = signals.status[base + p]!;
    signals.contribution[base + p] = 0;
    if (status !== SIGNAL.voted && status !== SIGNAL.neutral) continue;
    const weight = signals.weight[p]!;
    active += weight;
    if (status === SIGNAL.voted) voting += weight;
    score += weight * opinion(signals, base + p);
  }
  const mean = active > 0 ? score / active : 0;
  let agreeing = 0;
  let squares = 0;
  for (let p = 0; p < PRODUCER_COUNT; p++) {
    const status = signals.status[base + p]!;
    if (status !== SIGNAL.voted && status !== SIGNAL.neutral) continue;
    const weight = signals.weight[p]!;
    const view = opinion(signals, base + p);
    signals.contribution[base + p] = active > 0 ? (weight * view) / active : 0;
    if (view * mean > 0) agreeing += weight;
    squares += weight * (view - mean) * (view - mean);
  }
  signals.score[instrument] = mean;
  signals.consensus[instrument] = voting > 0 ? agreeing / voting : 0;
  signals.disagreement[instrument] = active > 0 ? Math.sqrt(squares / active) : 0;
  signals.votedAtUs[instrument] = nowUs;
}

function opinion(signals: SignalTable, cell: number): number {
  return (signals.direction[cell]! * signals.conviction[cell]!) / 10;
}
