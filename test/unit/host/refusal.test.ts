/** What an operator is told of a command: refused where nothing came of it, also when risk refused what was approved. */
import { expect, it } from 'vitest';
import type { EngineEvent, OperatorCommand } from '../../../engine/domain/index.ts';
import { refusalOf } from '../../../src/host/refusal.ts';
import { sessionWithDecision, testConfig } from '../../fixtures/engine-session.ts';

const approve = (proposalId: number, revision = 1): OperatorCommand => ({
  kind: 'approve',
  proposalId,
  revision,
  viewSeq: 0,
});

function told(command: OperatorCommand, before: (session: ReturnType<typeof sessionWithDecision>) => void = () => {}) {
  const session = sessionWithDecision(testConfig());
  before(session);
  return refusalOf(command, session.command(command));
}

it('nothing of an approval that risk lets pass', () => {
  expect(told(approve(1))).toBeUndefined();
});

it('the gate that refuses it when it is asked again', () => {
  expect(told(approve(1), (session) => session.wait(8))).toBe('risk, asked again, refuses it: data-fresh');
});

it('why the engine did not take the command', () => {
  expect(told(approve(7))).toBe('unknown-proposal');
  expect(told(approve(1, 3))).toBe('stale-revision');
});

it('nothing of a veto, and nothing of what becomes of other proposals', () => {
  expect(told({ kind: 'veto', proposalId: 1, revision: 1, viewSeq: 0 })).toBeUndefined();
  const other: EngineEvent = {
    ...{ kind: 'proposal-closed', seq: 1, atUs: 0, proposalId: 2, decisionId: 2, instrument: 0 },
    ...{ outcome: 'refused-at-clearing', gate: 'collar' },
  };
  expect(refusalOf(approve(1), [other])).toBeUndefined();
});
