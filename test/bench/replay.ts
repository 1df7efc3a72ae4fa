/** Replay speed of recorded market data through the whole spine, on one core. */
import { RECORD } from '../../engine/domain/index.ts';
import { COUNT, Fold } from '../../engine/index.ts';
import { type RecordedSession, recordedSessions } from '../fixtures/recorded.ts';
import type { BenchRow } from './row.ts';

/** Work measured for each row; shorter runs measure the compiler. */
const LEAST_MS = 10_000;

interface Tally {
  inputs: number;
  ms: number;
  rounds: number;
  decisions: number;
  vetoes: number;
  fills: number;
}

function fold(session: RecordedSession, tally: Tally): void {
  const run = new Fold(session.source, session.config, () => {});
  const start = performance.now();
  run.run(session.source.count);
  tally.ms += performance.now() - start;
  tally.inputs += session.source.count;
  const { counts } = run.state.account;
  tally.decisions += counts[COUNT.decisions]!;
  tally.vetoes += counts[COUNT.gateVetoes]!;
  tally.fills += counts[COUNT.fills]!;
}

function measure(sessions: readonly RecordedSession[]): Tally {
  const warm: Tally = { inputs: 0, ms: 0, rounds: 0, decisions: 0, vetoes: 0, fills: 0 };
  while (warm.ms < LEAST_MS / 5) for (const session of sessions) fold(session, warm);
  const tally: Tally = { inputs: 0, ms: 0, rounds: 0, decisions: 0, vetoes: 0, fills: 0 };
  while (tally.ms < LEAST_MS) {
    for (const session of sessions) fold(session, tally);
    tally.rounds++;
  }
  return tally;
}

function row(name: string, tally: Tally, goal: number): BenchRow {
  const perSecond = Math.round((tally.inputs / tally.ms) * 1000);
  const per = (count: number): number => Math.round(count / tally.rounds);
  return {
    name,
    ours: perSecond,
    reference: goal,
    ratio: perSecond / goal,
    goal: 1,
    rounds: tally.rounds,
    note: `${tally.inputs} inputs in ${(tally.ms / 1000).toFixed(1)} s; a round has ${per(tally.decisions)} decisions, ${per(tally.vetoes)} vetoes, ${per(tally.fills)} fills`,
  };
}

/** Inputs per second against the goals of the first cut: 1,000,000 trades and quotes, 300,000 with depth. */
export async function benchReplay(folder: string): Promise<BenchRow[]> {
  const ticks = await recordedSessions(folder, (type) => type === RECORD.trade || type === RECORD.quote);
  const all = await recordedSessions(folder, () => true);
  return [
    row('replay, recorded trades and quotes (inputs/s)', measure(ticks), 1_000_000),
    row('replay, with recorded depth (inputs/s)', measure(all), 300_000),
  ];
}
