/** Operator commands: a closed union outside, a fixed row of numbers in the journal. */
import {
  COMMAND_SOURCES,
  CONTROL_MODES,
  type CommandSource,
  type ControlMode,
  controlAt,
  controlIndex,
} from './control.ts';

export type OperatorCommand =
  | { readonly kind: 'approve'; readonly proposalId: number; readonly revision: number; readonly viewSeq: number }
  | { readonly kind: 'veto'; readonly proposalId: number; readonly revision: number; readonly viewSeq: number }
  | { readonly kind: 'set-control'; readonly mode: ControlMode }
  | { readonly kind: 'kill' }
  | { readonly kind: 'flatten' }
  | { readonly kind: 'resume' }
  | { readonly kind: 'accept-suggestion'; readonly suggestionId: number }
  | { readonly kind: 'reject-suggestion'; readonly suggestionId: number }
  | { readonly kind: 'undo-suggestion'; readonly suggestionId: number }
  /** Real orders may leave: `code` is what the engine asks for, typed by a person. */
  | { readonly kind: 'arm'; readonly code: number }
  | { readonly kind: 'disarm' }
  /** What the venue has and we do not know is left alone: all that was shown under this digest. */
  | { readonly kind: 'accept-account'; readonly digest: number }
  /** The same proposal for fewer lots, as its next revision: nothing is cleared by it. */
  | {
      readonly kind: 'resize';
      readonly proposalId: number;
      readonly revision: number;
      readonly viewSeq: number;
      readonly lots: number;
    };

/** Commands that answer a question by its number, which each run counts for itself. */
export type AnswerCommand = Extract<
  OperatorCommand,
  { readonly proposalId: number } | { readonly suggestionId: number }
>;

export const COMMAND_KINDS = [
  'approve',
  'veto',
  'set-control',
  'kill',
  'flatten',
  'resume',
  'accept-suggestion',
  'reject-suggestion',
  'undo-suggestion',
  'arm',
  'disarm',
  'accept-account',
  'resize',
] as const satisfies readonly OperatorCommand['kind'][];

/** Numbers of a command in the journal: kind, source, four arguments. */
export const COMMAND_WIDTH = 6;

/** Fills `row` with the numbers of a command. */
export function encodeCommand(command: OperatorCommand, source: CommandSource, row: Float64Array): void {
  row.fill(0);
  row[0] = COMMAND_KINDS.indexOf(command.kind);
  row[1] = COMMAND_SOURCES.indexOf(source);
  switch (command.kind) {
    case 'approve':
    case 'veto':
    case 'resize':
      row[2] = command.proposalId;
      row[3] = command.revision;
      row[4] = command.viewSeq;
      row[5] = command.kind === 'resize' ? command.lots : 0;
      return;
    case 'set-control':
      row[2] = controlIndex(command.mode);
      return;
    case 'accept-suggestion':
    case 'reject-suggestion':
    case 'undo-suggestion':
      row[2] = command.suggestionId;
      return;
    case 'arm':
      row[2] = command.code;
      return;
    case 'accept-account':
      row[2] = command.digest;
      return;
    case 'kill':
    case 'flatten':
    case 'resume':
    case 'disarm':
      return;
  }
}

/** Reads the numbers back; undefined when they are no command. */
export function decodeCommand(row: ArrayLike<number>): { command: OperatorCommand; source: CommandSource } | undefined {
  const kind = COMMAND_KINDS[row[0] ?? -1];
  const source = COMMAND_SOURCES[row[1] ?? -1];
  if (kind === undefined || source === undefined) return undefined;
  const argument = row[2] ?? 0;
  switch (kind) {
    case 'approve':
    case 'veto':
      return { source, command: { kind, ...answered(row) } };
    case 'resize':
      return { source, command: { kind, ...answered(row), lots: row[5] ?? 0 } };
    case 'set-control':
      return CONTROL_MODES[argument] === undefined
        ? undefined
        : { source, command: { kind, mode: controlAt(argument) } };
    case 'accept-suggestion':
    case 'reject-suggestion':
    case 'undo-suggestion':
      return { source, command: { kind, suggestionId: argument } };
    case 'arm':
      return { source, command: { kind, code: argument } };
    case 'accept-account':
      return { source, command: { kind, digest: argument } };
    case 'kill':
    case 'flatten':
    case 'resume':
    case 'disarm':
      return { source, command: { kind } };
  }
}

/** What an answer to a proposal names: which one, as it was shown in which view. */
function answered(row: ArrayLike<number>): { proposalId: number; revision: number; viewSeq: number } {
  return { proposalId: row[2] ?? 0, revision: row[3] ?? 0, viewSeq: row[4] ?? 0 };
}
