/** Title and calls between frames: nothing is torn, nothing is lost, and nothing reaches a terminal that is somebody else's. */
import { expect, it } from 'vitest';
import { titleSequence } from '../../../src/terminal/calling.ts';
import { CellDiffStdout } from '../../../src/terminal/cell-diff-stdout.ts';
import { ENTER_TERMINAL } from '../../../src/terminal/modes.ts';
import { ScreenTurns } from '../../../src/terminal/screen-turns.ts';

const frame = (text: string): string => `\u001b[?2026h\u001b[H${text}\u001b[?2026l`;

function rig() {
  const written: string[] = [];
  const writer = {
    busy: false,
    write(text: string) {
      written.push(text);
      writer.busy = true;
    },
  };
  const screen = new CellDiffStdout(writer, 20, 3);
  const stdin = { setRawMode() {}, resume() {}, pause() {} } as unknown as NodeJS.ReadStream;
  const turns = new ScreenTurns(writer, screen, stdin);
  /** The terminal has taken the last text. */
  const taken = (): void => {
    writer.busy = false;
    turns.next();
  };
  return { written, screen, turns, taken };
}

it('waits for the frame that is on its way, and the next frame waits for it', () => {
  const { written, screen, turns, taken } = rig();
  screen.write(frame('one'));
  turns.say('\u0007');
  turns.title('Chimera');
  screen.write(frame('two'));
  expect(written).toHaveLength(1);
  taken();
  expect(written.slice(1)).toEqual([`\u0007${titleSequence('Chimera')}`]);
  taken();
  expect(written).toHaveLength(3);
  expect(written[2]).toMatch(/two/);
});

it('sets a title when it is another one only, and again with the screen', () => {
  const { written, turns, taken } = rig();
  for (const title of ['a', 'a', 'b', 'b']) {
    turns.title(title);
    taken();
  }
  expect(written).toEqual([titleSequence('a'), titleSequence('b')]);
  turns.hide('hidden');
  taken();
  turns.show();
  expect(written.at(-1)).toBe(`${ENTER_TERMINAL}${titleSequence('b')}`);
});

it('says what waits though the console is hidden meanwhile, and calls while it is', () => {
  const { written, screen, turns, taken } = rig();
  screen.write(frame('one'));
  turns.say('\u0007');
  turns.hide('the engine goes on');
  taken();
  expect(written[1]?.startsWith('\u0007') && written[1].endsWith('the engine goes on\r\n')).toBe(true);
  taken();
  turns.say('\u0007');
  expect(written[2]).toBe('\u0007');
});

it('writes nothing while somebody else has the terminal', () => {
  const { written, screen, turns, taken } = rig();
  screen.write(frame('one'));
  turns.say('\u0007');
  turns.leaveAlone();
  turns.say('\u0007');
  turns.title('Chimera');
  taken();
  expect(written).toHaveLength(1);
  turns.show();
  expect(written[1]).toBe(`${ENTER_TERMINAL}${titleSequence('Chimera')}`);
});
