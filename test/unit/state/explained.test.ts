/** What Enter explains stands in the footer; where that is nothing, Enter says where there is something. */
import { expect, it, test } from 'vitest';
import { enabledBindings } from '../../../state/keymap/dispatch.ts';
import { logEntries } from '../../fixtures/console-log.ts';
import { type ConsoleRig, consoleRig, overlay, shown } from '../../fixtures/console-rig.ts';

const footer = (rig: ConsoleRig) =>
  enabledBindings(rig.store.getState()).find((each) => each.name === 'explain')?.footer;

test('in a panel without decisions it is the proposal that waits', () => {
  const rig = shown();
  expect(footer(rig)).toBe('explain #12');
  rig.press('\r');
  expect(rig.store.getState().ui.overlay).toMatchObject({ kind: 'explain', decisionId: 345 });
});

test('in positions it is the position or the order, in the log the line', () => {
  const rig = consoleRig();
  rig.show({}, logEntries().length);
  rig.port.log(logEntries());
  rig.press('5');
  expect(footer(rig)).toBe('explain position');
  rig.press('j');
  expect(footer(rig)).toBe('explain order #71');
  rig.press('8');
  for (let i = 0; i < logEntries().length; i++) rig.press('k');
  expect(footer(rig)).toBe('explain d344');
});

it.each([
  ['1', 'Ticks has no decision in its rows: see 5 Positions, 7 Approvals, 8 Log'],
  ['4', 'Risk has no decision in its rows: see 5 Positions, 7 Approvals, 8 Log'],
  ['7', 'Approvals has nothing to explain now: see 5 Positions, 8 Log'],
  ['5', 'Positions has nothing to explain now: see 7 Approvals, 8 Log'],
])('panel %s says where decisions are when it has none', (key, reason) => {
  const rig = shown({ proposals: [], positions: [], orders: [] });
  rig.press(key);
  expect(footer(rig)).toBeUndefined();
  rig.press('\r');
  expect([overlay(rig), rig.store.getSnapshot().notice?.text]).toEqual(['none', `Enter: ${reason}`]);
});
