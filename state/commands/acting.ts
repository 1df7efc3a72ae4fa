/** Commands that change an order or a mode: each names exactly what it acts on. */
import type { Command } from '../keymap/commands.ts';
import type { CodePurpose, ConsoleState } from '../model.ts';
import { selectedSuggestion } from '../selectors.ts';
import { CONTROL_ORDER } from '../text/names.ts';
import { type CommandContext, type Effect, openOverlay } from './effects.ts';
import { answerProposal, askSize, confirmSize, snoozeProposal, vetoAll } from './proposals.ts';

/** Letters and digits that are not mistaken for one another. */
const CODE_LETTERS = 'ACDEFHJKMNPRTUVWXY3479';
const CODE_LENGTH = 4;

export function newCode(context: CommandContext): string {
  let code = '';
  for (let i = 0; i < CODE_LENGTH; i++) code += CODE_LETTERS[Math.floor(context.random() * CODE_LETTERS.length)] ?? 'A';
  return code;
}

/** Asks for a code: one of the console's own, or `given` where the engine asks for it. */
export function askCode(purpose: CodePurpose, context: CommandContext, wrong = false, given?: number): Effect {
  const code = given === undefined ? newCode(context) : String(given);
  return openOverlay({ kind: 'code', purpose, code, typed: '', wrong });
}

export const KILL_EFFECT: Effect = { kind: 'command', command: { kind: 'kill' }, text: 'KILL' };

function answerSuggestion(
  kind: 'accept-suggestion' | 'reject-suggestion' | 'undo-suggestion',
  state: ConsoleState,
): readonly Effect[] {
  const suggestion = selectedSuggestion(state);
  if (suggestion === undefined) return [];
  const { suggestionId } = suggestion;
  return [
    { kind: 'command', command: { kind, suggestionId }, text: `${kind.split('-')[0]} suggestion #${suggestionId}` },
  ];
}

function changeControl(step: 1 | -1, state: ConsoleState, context: CommandContext): readonly Effect[] {
  const from = state.view?.control;
  if (from === undefined) return [];
  const to = CONTROL_ORDER[CONTROL_ORDER.indexOf(from) + step];
  if (to === undefined) return [];
  if (step > 0) return [askCode({ kind: 'loosen', from, to }, context)];
  return [{ kind: 'command', command: { kind: 'set-control', mode: to }, text: `control ${to.toUpperCase()}` }];
}

/** To live after a code, for the venue is connected to; to paper after what is open has been settled. */
function switchMode(state: ConsoleState, context: CommandContext): readonly Effect[] {
  if (state.view?.mode === 'LIVE') return [openOverlay({ kind: 'quit', selected: 'stay', to: 'paper' })];
  return [askCode({ kind: 'go-live' }, context)];
}

type ActingId =
  | 'approve'
  | 'veto'
  | 'veto-all'
  | 'snooze'
  | 'smaller'
  | 'confirm-size'
  | 'accept-suggestion'
  | 'reject-suggestion'
  | 'undo-suggestion'
  | 'tighten'
  | 'loosen'
  | 'kill'
  | 'resume'
  | 'flatten'
  | 'arm'
  | 'disarm'
  | 'accept-account'
  | 'switch-mode'
  | 'roll-back';

export function runActing(
  command: Extract<Command, { id: ActingId }>,
  state: ConsoleState,
  context: CommandContext,
): readonly Effect[] {
  switch (command.id) {
    case 'approve':
    case 'veto':
      return answerProposal(command.id, state);
    case 'veto-all':
      return vetoAll(state, context);
    case 'snooze':
      return snoozeProposal(state, context);
    case 'smaller':
      return askSize(state);
    case 'confirm-size':
      return confirmSize(state, context);
    case 'accept-suggestion':
    case 'reject-suggestion':
    case 'undo-suggestion':
      return answerSuggestion(command.id, state);
    case 'tighten':
      return changeControl(-1, state, context);
    case 'loosen':
      return changeControl(1, state, context);
    case 'kill':
      return [KILL_EFFECT];
    case 'resume':
      return [askCode({ kind: 'resume' }, context)];
    case 'flatten':
      return [askCode({ kind: 'flatten' }, context)];
    case 'arm':
      return [askCode({ kind: 'arm' }, context, false, state.view?.live?.code)];
    case 'disarm':
      return [{ kind: 'command', command: { kind: 'disarm' }, text: 'disarm' }];
    case 'accept-account':
      return [askCode({ kind: 'accept-account', digest: state.view?.live?.digest ?? 0 }, context)];
    case 'switch-mode':
      return switchMode(state, context);
    case 'roll-back':
      return [{ kind: 'send', message: { type: 'roll-back', model: command.model } }];
  }
}
