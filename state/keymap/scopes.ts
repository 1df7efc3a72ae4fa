/** Where a key is heard: which scopes are open in a given state of the console. */
import type { ConsoleState } from '../model.ts';

/**
 * always: everywhere, before all others · main: no overlay is open · the scopes named after a panel: that panel
 * has the focus · approvals: as main, about what waits · replay: a recorded session is shown · the rest: overlays, which
 * take every key that is not in `always`.
 */
export const SCOPES = [
  'always',
  'main',
  'approvals',
  'governor',
  'chart',
  'replay',
  'scrolling',
  'explain',
  'list',
  'quit',
  'code',
  'size',
  'palette',
  'prompt',
  'tour',
] as const;
export type Scope = (typeof SCOPES)[number];

export const SCOPE_TITLES: Readonly<Record<Scope, string>> = {
  always: 'Everywhere',
  main: 'Panels',
  approvals: 'While a proposal waits',
  governor: 'Governor panel',
  chart: 'Chart panel',
  replay: 'Replay',
  scrolling: 'Help, explain, venue and other pages',
  explain: 'Explain',
  list: 'Bookmarks and stops of a replay',
  quit: 'Leaving',
  code: 'Typed code',
  size: 'Smaller size',
  palette: 'Palette',
  prompt: 'Text prompt',
  tour: 'First steps',
};

/** The scopes that can be open at the same time: a key may stand in one of each set only. */
export const OPEN_TOGETHER: ReadonlyArray<readonly Scope[]> = [
  ['always', 'main', 'approvals', 'governor', 'replay'],
  ['always', 'main', 'approvals', 'chart', 'replay'],
  ['always', 'scrolling', 'explain'],
  ['always', 'list'],
  ['always', 'quit'],
  ['always', 'code'],
  ['always', 'size'],
  ['always', 'palette'],
  ['always', 'prompt'],
  ['always', 'tour'],
];

/** The scopes whose keys are heard now. */
export function openScopes(state: ConsoleState): readonly Scope[] {
  switch (state.ui.overlay.kind) {
    case 'help':
    case 'changed':
    case 'venue':
    case 'timing':
    case 'messages':
      return ['always', 'scrolling'];
    case 'explain':
      return ['always', 'scrolling', 'explain'];
    case 'stops':
    case 'bookmarks':
      return ['always', 'list'];
    case 'quit':
      return ['always', 'quit'];
    case 'code':
      return ['always', 'code'];
    case 'size':
      return ['always', 'size'];
    case 'palette':
      return ['always', 'palette'];
    case 'prompt':
      return ['always', 'prompt'];
    case 'tour':
      return ['always', 'tour'];
    case 'none':
      return panelScopes(state);
  }
}

function panelScopes({ ui, view }: ConsoleState): readonly Scope[] {
  const scopes: Scope[] = ['always', 'main', 'approvals'];
  if (ui.focus === 'governor' || ui.focus === 'chart') scopes.push(ui.focus);
  if (view?.replay !== undefined) scopes.push('replay');
  return scopes;
}
