/** Keys of a replay: what is sent, and the lists of bookmarks and stops. */
import { describe, expect, it } from 'vitest';
import { BREAK_KINDS } from '../../../state/view.ts';
import { type ConsoleRig, overlay, shown } from '../../fixtures/console-rig.ts';
import { placesOfReplay, replayView } from '../../fixtures/console-view.ts';

describe('a replay', () => {
  it.each([
    [' ', { kind: 'play' }],
    ['\u001b[C', { kind: 'step', unit: 'input', direction: 1 }],
    ['\u001b[D', { kind: 'step', unit: 'input', direction: -1 }],
    [']', { kind: 'step', unit: 'decision', direction: 1 }],
    ['{', { kind: 'step', unit: 'trade', direction: -1 }],
    ['+', { kind: 'speed', step: 1 }],
    ['-', { kind: 'speed', step: -1 }],
    ['\u001b[H', { kind: 'seek', cursor: 0 }],
    ['\u001b[F', { kind: 'seek', cursor: 50_000 }],
  ])('%j moves it', (key, action) => {
    const rig = shown({ replay: replayView() });
    rig.press(key);
    expect(rig.port.sent).toContainEqual({ type: 'replay', action });
  });

  it('goes to a sequence number that is typed, and says what is wrong with another', () => {
    const rig = shown({ replay: replayView() });
    for (const char of ':99999\r') rig.press(char);
    expect(overlay(rig)).toBe('palette');
    expect(rig.store.getSnapshot().notice?.text).toMatch(/50000/);
    rig.timers.advance(500);
    for (const char of '\u007f\u007f\u007f\r') rig.press(char);
    expect(rig.port.sent).toContainEqual({ type: 'replay', action: { kind: 'seek', cursor: 99 } });
    expect(overlay(rig)).toBe('none');
  });

  it.each([
    ['.', { kind: 'step', unit: 'event', direction: 1 }],
    [',', { kind: 'step', unit: 'event', direction: -1 }],
    [')', { kind: 'step', unit: 'bar', direction: 1 }],
    ['(', { kind: 'step', unit: 'bar', direction: -1 }],
  ])('%j moves it by what has happened', (key, action) => {
    const rig = shown({ replay: replayView() });
    rig.press(key);
    expect(rig.port.sent).toContainEqual({ type: 'replay', action });
  });
});

describe('what playing stops at', () => {
  it('is turned on and off in a list, which stays open', () => {
    const rig = shown({ replay: replayView({ breaks: ['decision'] }) });
    for (const key of 'bj ') rig.press(key);
    for (const key of 'jj\r') rig.press(key);
    expect(rig.port.sent.filter(({ type }) => type === 'replay')).toEqual([
      { type: 'replay', action: { kind: 'break', at: 'decision', on: false } },
      { type: 'replay', action: { kind: 'break', at: 'proposal', on: true } },
    ]);
    expect(overlay(rig)).toBe('stops');
    rig.press('q');
    expect(overlay(rig)).toBe('none');
  });

  it('ends at its first and its last row', () => {
    const rig = shown({ replay: replayView() });
    for (const key of 'bkkx') rig.press(key);
    expect(rig.store.getSnapshot().ui.overlay).toEqual({ kind: 'stops', selected: 0 });
    for (let i = 0; i < 20; i++) rig.press('j');
    expect(rig.store.getSnapshot().ui.overlay).toEqual({ kind: 'stops', selected: BREAK_KINDS.length - 1 });
  });
});

describe('bookmarks', () => {
  const marked = (cursor = 12_345) => shown({ replay: replayView({ cursor, ...placesOfReplay() }) });
  const sent = (rig: ConsoleRig) => rig.port.sent.flatMap((each) => (each.type === 'replay' ? [each.action] : []));

  it('are made with a note that is typed, or pasted, and changed at the same place', () => {
    const rig = marked(500);
    rig.press('B');
    rig.press('\u001b[200~spread 9 bp\u001b[201~');
    rig.press('\r');
    expect(sent(rig)).toEqual([{ kind: 'bookmark', note: 'spread 9 bp' }]);
    const again = marked();
    again.press('B');
    expect(again.store.getSnapshot().ui.overlay).toMatchObject({ text: 'why no entry here?' });
    again.press('\u001b');
    again.timers.advance(1_000);
    expect([sent(again), overlay(again)]).toEqual([[], 'none']);
  });

  it('are gone to from the one behind the cursor on', () => {
    const rig = marked(13_000);
    rig.press("'");
    expect(rig.store.getSnapshot().ui.overlay).toEqual({ kind: 'bookmarks', selected: 1 });
    for (const key of 'jj\r') rig.press(key);
    expect([sent(rig), overlay(rig)]).toEqual([[{ kind: 'seek', cursor: 40_000 }], 'none']);
  });

  it('are removed one by one, and the list closes with the last', () => {
    const rig = marked();
    for (const key of "'jx") rig.press(key);
    expect(sent(rig)).toEqual([{ kind: 'forget-bookmark', cursor: 40_000 }]);
    expect(rig.store.getSnapshot().ui.overlay).toEqual({ kind: 'bookmarks', selected: 1 });
    const [last] = placesOfReplay().bookmarks;
    const one = shown({ replay: replayView({ bookmarks: [last!] }) });
    for (const key of "'x") one.press(key);
    expect(overlay(one)).toBe('none');
  });

  it('have no list while there are none', () => {
    const rig = shown({ replay: replayView() });
    rig.press("'");
    expect(overlay(rig)).toBe('none');
    expect(rig.store.getSnapshot().notice?.text).toMatch(/no bookmark yet/);
  });
});
