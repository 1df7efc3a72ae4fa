/** Ctrl-Z: the console leaves the screen and comes back. The process never stops, for its engine would stop with it. */
import type { Controller } from '../../state/controller.ts';
import type { EngineView } from '../../state/view.ts';
import { inForeground } from '../terminal/foreground.ts';
import type { ScreenTurns } from '../terminal/screen-turns.ts';

const BACKGROUND_POLL_MS = 300;
const KILL_KEY = '\u000b';
/** Read as a key that means nothing: what follows it at once still counts as a burst. */
const NO_KEY = '\u0000';

export interface HidingParts {
  readonly turns: ScreenTurns;
  readonly controller: Controller;
  readonly view: EngineView | undefined;
  /** The console has been taken down. */
  readonly ended: boolean;
}

export class Hiding {
  readonly #parts: () => HidingParts;
  #hidden = false;

  /** `parts` is asked when they are needed: they are made with this. */
  constructor(parts: () => HidingParts) {
    this.#parts = parts;
  }

  hide(): void {
    const { turns, controller, view, ended } = this.#parts();
    if (this.#hidden || ended) return;
    this.#hidden = true;
    turns.hide(hiddenText(view));
    controller.hidden(true);
  }

  /** Back on screen, as soon as a shell that has the terminal gives it back. */
  show(): void {
    const { turns, controller, ended } = this.#parts();
    if (ended) return;
    this.#hidden = !inForeground();
    if (this.#hidden) {
      turns.leaveAlone();
      setTimeout(() => this.show(), BACKGROUND_POLL_MS).unref();
    } else turns.show();
    controller.hidden(this.#hidden);
  }

  /** What the terminal sends. The key that brings the console back does nothing else, but a kill is one anywhere. */
  read(chunk: string): void {
    const { controller } = this.#parts();
    if (!this.#hidden) {
      controller.input(chunk);
      return;
    }
    this.show();
    controller.input(chunk === KILL_KEY ? chunk : NO_KEY);
  }
}

/** What stands in the console's place while it is hidden. */
function hiddenText(view: EngineView | undefined): string {
  return `Chimera is hidden, the engine goes on${view === undefined ? '' : stateOf(view)}. Any key brings the console back, Ctrl-K kills.`;
}

function stateOf({ mode, control, positions, orders, halted }: EngineView): string {
  const open = positions.length + orders.length;
  const halt = halted === 'none' ? '' : ', HALTED';
  return `: ${mode} ${control.toUpperCase()}, ${open === 0 ? 'nothing' : open} open${halt}`;
}
