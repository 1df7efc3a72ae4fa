/**
 * A yes that is too late at the real binary. By key: the program is stopped while a proposal can be approved, `a` is
 * pressed, and it goes on when the proposal's time is over. By socket: for every proposal that is no longer there.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { type AttachedEngine, attachEngine } from '../../src/control/client.ts';
import { dataDirAt } from '../../src/data-dir.ts';
import type { FromEngine } from '../../state/protocol.ts';
import { randomFrom } from '../fixtures/hostile-session.ts';
import { CALM_MS, WAITING, whileProposalsWait } from './proposals-waiting.ts';

const TTL_S = 3;
const MOST_LATE_MS = 1_500;

export interface LateAtConsoleFigures {
  /** Times that the program was stopped and went on with a yes that was too late. */
  readonly stops: number;
  /** Of these, the answers that the console passed on to the engine. */
  readonly answersByKey: number;
  readonly answersBySocket: number;
  readonly expired: number;
  /** Orders; must be 0. */
  readonly entries: number;
  /** Must be empty. */
  readonly faults: readonly string[];
}

/** `when: 'there'` answers by socket while a proposal still waits, as somebody would who means it. */
export async function lateAtConsole(
  stops: number,
  seed: number,
  when: 'gone' | 'there' = 'gone',
): Promise<LateAtConsoleFigures> {
  const random = randomFrom(seed);
  let answersBySocket = 0;
  const meanwhile = await whileProposalsWait(
    async (session) => {
      const engine = await attachEngine(dataDirAt(session.dataDir ?? ''));
      if (engine === undefined) throw new Error('the engine cannot be attached to');
      const answered = answerAll(engine, when, random);
      for (let n = 0; n < stops; n++) {
        await session.waitFor(WAITING, 60_000);
        await pause(CALM_MS);
        session.kill('SIGSTOP');
        session.send('a');
        await pause(TTL_S * 1_000 + random(MOST_LATE_MS));
        session.kill('SIGCONT');
        await pause(CALM_MS);
      }
      answersBySocket = await answered();
    },
    { ttlS: TTL_S },
  );
  const { entries, expired, faults } = meanwhile;
  const commands = meanwhile.commands.map(({ text }) => text);
  const isApproval = (command: string): boolean => command.startsWith('command approve');
  return {
    stops,
    answersByKey: commands.filter(isApproval).length - answersBySocket,
    answersBySocket,
    expired,
    entries,
    faults: [...faults, ...commands.filter((command) => !isApproval(command))],
  };
}

/** Says yes to each proposal once, when it is gone or while it is there. @returns what ends it and counts what was answered. */
function answerAll(
  engine: AttachedEngine,
  when: 'gone' | 'there',
  random: (below: number) => number,
): () => Promise<number> {
  const waiting = new Map<number, number>();
  const timers = new Set<NodeJS.Timeout>();
  let sent = 0;
  let answered = 0;
  const answer = (proposalId: number, revision: number, viewSeq: number): void => {
    const command = { kind: 'approve', proposalId, revision, viewSeq } as const;
    timers.add(setTimeout(() => engine.send({ type: 'command', id: ++sent, command }), random(MOST_LATE_MS)));
  };
  engine.onMessage((message: FromEngine) => {
    if (message.type === 'command-done') answered++;
    if (message.type !== 'view') return;
    const { proposals, seq } = message.view;
    for (const { proposalId, revision } of proposals) {
      if (when === 'there' && !waiting.has(proposalId)) answer(proposalId, revision, seq);
      waiting.set(proposalId, revision);
    }
    for (const [proposalId, revision] of waiting) {
      if (proposals.some((each) => each.proposalId === proposalId)) continue;
      waiting.delete(proposalId);
      if (when === 'gone') answer(proposalId, revision, seq);
    }
    engine.send({ type: 'credit' });
  });
  return async () => {
    for (const timer of timers) clearTimeout(timer);
    while (answered < sent) await pause(CALM_MS);
    engine.send({ type: 'stop' });
    return answered;
  };
}
