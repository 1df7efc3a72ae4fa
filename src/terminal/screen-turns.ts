/** Who has the screen: the console, or for a while what was there before it. The engine does not notice. */

import { titleSequence } from './calling.ts';
import type { CellDiffStdout, FrameWriter } from './cell-diff-stdout.ts';
import { ENTER_TERMINAL, HIDE_CONSOLE, LEAVE_HIDDEN, LEAVE_TERMINAL } from './modes.ts';

export class ScreenTurns {
  readonly #writer: FrameWriter;
  readonly #screen: CellDiffStdout;
  readonly #stdin: NodeJS.ReadStream;
  #hidden = false;
  /** Somebody else has the terminal: nothing is written to it. */
  #away = false;
  #title = '';
  /** What goes out before the next frame. */
  #waiting = '';

  constructor(writer: FrameWriter, screen: CellDiffStdout, stdin: NodeJS.ReadStream) {
    this.#writer = writer;
    this.#screen = screen;
    this.#stdin = stdin;
  }

  /** The text that gives the terminal back as it is now. */
  get leaveText(): string {
    return this.#hidden ? LEAVE_HIDDEN : LEAVE_TERMINAL;
  }

  /** The writer can take the next text. */
  next(): void {
    if (this.#waiting === '') {
      this.#screen.flush();
      return;
    }
    if (this.#writer.busy) return;
    const text = this.#waiting;
    this.#waiting = '';
    this.#writer.write(text);
  }

  /** Names the terminal, where the name is another one. */
  title(title: string): void {
    if (title === this.#title) return;
    this.#title = title;
    this.say(titleSequence(title));
  }

  /** A sequence that shows nothing on the screen, between two frames. */
  say(text: string): void {
    if (this.#away) return;
    this.#waiting += text;
    this.next();
  }

  /** Leaves the screen to what was there before, with a text below it; keys are still read. */
  hide(text: string): void {
    if (this.#hidden) return;
    this.#hidden = true;
    this.#screen.hold();
    this.#waiting += `${HIDE_CONSOLE}${text}\r\n`;
    this.next();
  }

  /** Somebody else has the terminal: no more reads and frames until {@link show}. */
  leaveAlone(): void {
    this.#hidden = true;
    this.#away = true;
    this.#waiting = '';
    this.#screen.hold();
    this.#stdin.pause();
  }

  /** Takes the screen again and paints all of it; also after somebody else has changed the terminal's modes. */
  show(): void {
    this.#hidden = false;
    this.#away = false;
    // A shell that had the terminal meanwhile has set it as it likes it; setting what is set already does nothing.
    this.#stdin.setRawMode?.(false);
    this.#stdin.setRawMode?.(true);
    this.#stdin.resume();
    this.#waiting = `${ENTER_TERMINAL}${this.#title === '' ? '' : titleSequence(this.#title)}`;
    this.next();
    this.#screen.release();
  }
}
