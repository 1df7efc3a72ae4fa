/** Commands of dialogs and prompts, and the text that is typed into them. */
import { isFiltered } from '../arrangement.ts';
import type { Command } from '../keymap/commands.ts';
import { type ConsoleState, type LeavingTo, type Overlay, type QuitChoice, TOUR_PAGES } from '../model.ts';
import { quitChoices } from '../selectors.ts';
import { clean } from '../text/clean.ts';
import { askCode, KILL_EFFECT } from './acting.ts';
import { type CommandContext, closeOverlay, dispatch, type Effect, openOverlay, tell } from './effects.ts';
import { chooseInPalette, openPalette, retyped } from './palette.ts';
import { chooseRow } from './replaying.ts';

const LONGEST_TEXT = 64;
const LONGEST_CODE = 8;

function openQuit(): readonly Effect[] {
  return [openOverlay({ kind: 'quit', selected: 'stay', to: 'exit' })];
}

function chooseNext(overlay: Extract<Overlay, { kind: 'quit' }>, step: number, state: ConsoleState): readonly Effect[] {
  const choices = quitChoices(state);
  const from = choices.indexOf(offered(overlay.selected, choices));
  const selected = choices[Math.min(choices.length - 1, Math.max(0, from + step))] ?? 'stay';
  return [openOverlay({ ...overlay, selected })];
}

/** What opens or closes while the dialog stands changes what it offers. */
const offered = (choice: QuitChoice, choices: readonly QuitChoice[]): QuitChoice =>
  choices.includes(choice) ? choice : 'stay';

function quitWith(choice: QuitChoice, to: LeavingTo, state: ConsoleState, context: CommandContext): readonly Effect[] {
  if (!quitChoices(state).includes(choice)) return [tell('warn', `${choice} is not offered here`, context.nowMs)];
  switch (choice) {
    case 'stay':
      return [closeOverlay, dispatch({ type: 'leaving', leaving: 'none' })];
    case 'leave':
      return [closeOverlay, leaveTo(to)];
    case 'flatten':
      return [askCode({ kind: 'flatten-and-leave', to }, context)];
  }
}

/** Out of the program, or to paper on the same venue. */
export const leaveTo = (to: LeavingTo): Effect =>
  to === 'exit' ? { kind: 'leave' } : { kind: 'send', message: { type: 'switch', to: 'paper' } };

function confirmCode(state: ConsoleState, context: CommandContext): readonly Effect[] {
  const { overlay } = state.ui;
  if (overlay.kind !== 'code') return [];
  const { purpose } = overlay;
  if (overlay.typed.toUpperCase() !== overlay.code)
    return [askCode(purpose, context, true, purpose.kind === 'arm' ? state.view?.live?.code : undefined)];
  return [closeOverlay, ...confirmed(overlay, state, context)];
}

function confirmed(
  { purpose, code }: Extract<Overlay, { kind: 'code' }>,
  state: ConsoleState,
  context: CommandContext,
): readonly Effect[] {
  switch (purpose.kind) {
    case 'loosen': {
      if (state.view?.control !== purpose.from) {
        return [
          tell(
            'warn',
            `control changed meanwhile to ${state.view?.control.toUpperCase()}: nothing done`,
            context.nowMs,
          ),
        ];
      }
      const text = `control ${purpose.to.toUpperCase()}`;
      return [{ kind: 'command', command: { kind: 'set-control', mode: purpose.to }, text }];
    }
    case 'resume':
      return [{ kind: 'command', command: { kind: 'resume' }, text: 'resume' }];
    case 'flatten':
      return [{ kind: 'command', command: { kind: 'flatten' }, text: 'flatten' }];
    case 'arm':
      return [{ kind: 'command', command: { kind: 'arm', code: Number(code) }, text: 'arm real orders' }];
    case 'accept-account': {
      const command = { kind: 'accept-account', digest: purpose.digest } as const;
      return [{ kind: 'command', command, text: 'leave alone what is not ours' }];
    }
    case 'go-live':
      return [{ kind: 'send', message: { type: 'switch', to: 'live' } }];
    case 'flatten-and-leave':
      return [
        dispatch({ type: 'leaving', leaving: 'killing', to: purpose.to }),
        ...(state.view?.kill === 'armed' ? [KILL_EFFECT] : []),
      ];
  }
}

function confirmPrompt(state: ConsoleState): readonly Effect[] {
  const { overlay } = state.ui;
  if (overlay.kind !== 'prompt') return [];
  if (overlay.purpose === 'filter') return filtered(overlay, state);
  const action = { kind: 'bookmark', note: overlay.text } as const;
  return [closeOverlay, { kind: 'send', message: { type: 'replay', action } }];
}

/** Back on the page, which begins anew, or in the panel that was asked for. */
function filtered(
  { text: filter, page }: Extract<Overlay, { purpose: 'filter' }>,
  { ui }: ConsoleState,
): readonly Effect[] {
  if (page !== undefined) return [openOverlay({ ...page, filter: filter.trim(), scroll: 0 })];
  return isFiltered(ui.focus) ? [closeOverlay, dispatch({ type: 'filter', panel: ui.focus, filter })] : [closeOverlay];
}

/** What an overlay gives way to: a page that was being filtered is open as it was. */
const closed = (overlay: Overlay): Effect =>
  overlay.kind === 'prompt' && overlay.purpose === 'filter' && overlay.page !== undefined
    ? openOverlay(overlay.page)
    : closeOverlay;

type Field = Extract<Overlay, { kind: 'palette' | 'prompt' | 'size' }>;

/** A field with another text. */
function withText(field: Field, text: string, state: ConsoleState): Effect {
  if (field.kind === 'palette') return retyped(field, text, state);
  return openOverlay(field.kind === 'size' ? { ...field, text, error: '' } : { ...field, text });
}

/** Text typed or pasted into the open field. A code must be typed: pasting it would prove nothing. */
export function typeText(state: ConsoleState, text: string, pasted: boolean, nowMs: number): readonly Effect[] {
  const { overlay } = state.ui;
  if (overlay.kind === 'code') {
    if (pasted) return [tell('warn', 'paste ignored: the code must be typed', nowMs)];
    return [openOverlay({ ...overlay, typed: (overlay.typed + clean(text)).slice(0, LONGEST_CODE), wrong: false })];
  }
  if (overlay.kind === 'palette' || overlay.kind === 'prompt' || overlay.kind === 'size') {
    return [withText(overlay, (overlay.text + clean(text)).slice(0, LONGEST_TEXT), state)];
  }
  return pasted ? [tell('warn', 'paste ignored: pasted text never acts', nowMs)] : [];
}

function erase(state: ConsoleState): readonly Effect[] {
  const { overlay } = state.ui;
  if (overlay.kind === 'code') return [openOverlay({ ...overlay, typed: overlay.typed.slice(0, -1) })];
  if (overlay.kind !== 'palette' && overlay.kind !== 'prompt' && overlay.kind !== 'size') return [];
  return [withText(overlay, [...overlay.text].slice(0, -1).join(''), state)];
}

/** The next page, and behind the last one the console. */
const turned = ({ page }: Extract<Overlay, { kind: 'tour' }>): Effect =>
  page + 1 < TOUR_PAGES ? openOverlay({ kind: 'tour', page: page + 1 }) : closeOverlay;

type OverlayId =
  | 'palette'
  | 'quit'
  | 'close'
  | 'next-page'
  | 'scroll'
  | 'choose'
  | 'quit-choice'
  | 'confirm-code'
  | 'confirm-prompt'
  | 'erase';

export function runOverlay(
  command: Extract<Command, { id: OverlayId }>,
  state: ConsoleState,
  context: CommandContext,
): readonly Effect[] {
  const { overlay } = state.ui;
  switch (command.id) {
    case 'palette':
      return [openPalette];
    case 'quit':
      return openQuit();
    case 'close':
      return [closed(overlay)];
    case 'next-page':
      return overlay.kind === 'tour' ? [turned(overlay)] : [];
    case 'scroll':
      return [dispatch({ type: 'scroll', by: command.by })];
    case 'choose':
      if (overlay.kind === 'palette') return chooseInPalette(overlay, command.step, state);
      return overlay.kind === 'quit' ? chooseNext(overlay, command.step, state) : chooseRow(state, command.step);
    case 'quit-choice':
      if (overlay.kind !== 'quit') return [];
      return quitWith(
        command.choice === 'selected' ? offered(overlay.selected, quitChoices(state)) : command.choice,
        overlay.to,
        state,
        context,
      );
    case 'confirm-code':
      return confirmCode(state, context);
    case 'confirm-prompt':
      return confirmPrompt(state);
    case 'erase':
      return erase(state);
  }
}
