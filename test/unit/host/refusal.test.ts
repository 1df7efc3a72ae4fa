/** What an operator is told of a command: refused where nothing came of it, also when risk refused what was approved. */
import { expect, it } from 'vitest';
import type { EngineEvent, OperatorCommand } from '../../../engine/domain/index.ts';
import { refusalOf } from '../../../src/host/refusal.ts';
import { GATE_REFUSES } from '../../../state/gate-words.ts';
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

it('why risk refuses it when it is asked again, in words', () => {
  expect(told(approve(1), (session) => session.wait(8))).toBe('its data is too old');
});

it('in so few words that the row of messages has room for them behind a long symbol', () => {
  const before = 'approve #116 SELL 10.55 DOGE/USDT:USDT: refused, '.length;
  for (const words of Object.values(GATE_REFUSES)) expect(before + words.length).toBeLessThanOrEqual(82);
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
