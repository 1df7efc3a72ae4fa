/** Commands of the palette: opening it, moving in its list, typing, and doing what was chosen. */
import type { Command } from '../keymap/commands.ts';
import type { ConsoleState, Overlay } from '../model.ts';
import { chosenEntry, paletteEntries } from '../palette/entries.ts';
import { type CommandContext, closeOverlay, dispatch, type Effect, openOverlay, tell } from './effects.ts';

type Palette = Extract<Overlay, { kind: 'palette' }>;

/** With nothing typed nothing is chosen: Enter alone does nothing. */
export const openPalette: Effect = openOverlay({ kind: 'palette', text: '', selected: undefined });

/** The palette with another text: its best entry is chosen, by name, so that no view that comes in puts another under Enter. */
export function retyped(overlay: Palette, text: string, state: ConsoleState): Effect {
  const best = text.trim() === '' ? undefined : paletteEntries(state, text)[0]?.id;
  return openOverlay({ ...overlay, text, selected: best });
}

export function chooseInPalette(overlay: Palette, step: 1 | -1, state: ConsoleState): readonly Effect[] {
  const entries = paletteEntries(state, overlay.text);
  const from = entries.findIndex((entry) => entry.id === overlay.selected);
  const to = from < 0 ? 0 : Math.min(entries.length - 1, Math.max(0, from + step));
  return [openOverlay({ ...overlay, selected: entries[to]?.id })];
}

/** Panels in which the chosen symbol is seen. */
const SYMBOL_PANELS: ReadonlySet<string> = new Set(['ticks', 'chart', 'votes']);

/** Does what was chosen, by way of `run` where it is a command: with the same dialogs as its key. */
export function runChosen(
  state: ConsoleState,
  context: CommandContext,
  run: (command: Command, state: ConsoleState) => readonly Effect[],
): readonly Effect[] {
  const entry = chosenEntry(state);
  if (entry === undefined) return [tell('info', 'nothing is chosen', context.nowMs)];
  const { does, disabled, name } = entry;
  if (does === undefined || disabled !== undefined)
    return [tell('info', `${name}: ${disabled ?? 'not now'}`, context.nowMs)];
  switch (does.kind) {
    case 'command': {
      const focus = does.panel === undefined ? [] : [dispatch({ type: 'focus', panel: does.panel })];
      return [closeOverlay, ...focus, ...run(does.command, state)];
    }
    case 'symbol': {
      const select = dispatch({ type: 'select', selection: { selectedSymbol: does.instrument } });
      const seen = SYMBOL_PANELS.has(state.ui.focus);
      return [closeOverlay, select, ...(seen ? [] : [dispatch({ type: 'focus', panel: 'ticks' })])];
    }
    case 'go-to':
      return [closeOverlay, { kind: 'send', message: { type: 'replay', action: does.action } }];
  }
}
