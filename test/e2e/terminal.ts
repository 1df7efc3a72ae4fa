/** Runs the real binary in a pseudo-terminal with an emulator as its screen, and presses keys as a person would. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type IPty, spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { cellsOf } from '../fixtures/oracle-terminal.ts';
import { pictureOf } from '../fixtures/terminal-picture.ts';
import { markTourSeen } from '../fixtures/tour-seen.ts';

export const PROJECT = path.resolve(import.meta.dirname, '../..');
/** The Node that the npm scripts use. */
export const PINNED_NODE = path.join(PROJECT, 'node_modules/node/bin/node');
export const LAUNCHER = path.join(PROJECT, 'src/bin/chimera.cjs');
const MAIN = path.join(PROJECT, 'dist/src/main.js');

const DEFAULT_TIMEOUT_MS = 10_000;
/** Between two keys: slower than any burst, faster than a thoughtful person. */
const KEY_PACE_MS = 120;

const EMULATOR = { scrollback: 2_000, allowProposedApi: true, windowOptions: { pushTitle: true, popTitle: true } };

/** Bytes that a key sends; `Ctrl-X` and single characters need no entry. */
const KEYS: Readonly<Record<string, string>> = {
  Enter: '\r',
  Escape: '\x1b',
  Tab: '\t',
  'Shift-Tab': '\x1b[Z',
  Space: ' ',
  Backspace: '\x7f',
  Delete: '\x1b[3~',
  PageUp: '\x1b[5~',
  PageDown: '\x1b[6~',
};
/** Keys whose bytes depend on the cursor-key mode that the program asked for. */
const CURSOR_KEYS: Readonly<Record<string, string>> = {
  Up: 'A',
  Down: 'B',
  Right: 'C',
  Left: 'D',
  End: 'F',
  Home: 'H',
};

/**
 * Stands between the terminal and the program: notes the program's process id, lets signals that reach the
 * whole group pass it by, and compares the line settings before and after, as the user's shell would find them.
 * Flow control is off from the start, as `stty sane` does not bring it back after a program in raw mode.
 */
const WRAPPER = `
stty sane -ixon
before=$(stty -g)
trap : HUP INT QUIT TERM
sh -c 'echo $$ >"$0"; exec "$@"' "$0/pid" "$@"
code=$?
[ "$before" = "$(stty -g)" ] || echo "$(stty -a)" >"$0/line-changed"
exit $code
`;

export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  /** Added to a small clean environment; undefined removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Nobody has used its data directory yet: the console opens with the first steps. */
  readonly firstRun?: boolean;
}

export interface ConsoleOptions extends TerminalOptions {
  /** Arguments of `chimera`, without `--data-dir`. */
  readonly args?: readonly string[];
  /** Where sessions and logs go; by default a folder of its own that goes with the session. */
  readonly dataDir?: string;
  /** Start through the launcher, as the installed command does, instead of the built program itself. */
  readonly throughLauncher?: boolean;
}

/** What a test waits for on the screen. */
export type Expected = string | RegExp | ((screen: string) => boolean);

/** Starts Chimera itself. Throws when it is not built. */
export function startConsole(options: ConsoleOptions = {}): TerminalSession {
  if (!existsSync(MAIN)) throw new Error(`${MAIN} is missing: run "npm run build" first`);
  const program = options.throughLauncher ? [LAUNCHER] : [PINNED_NODE, MAIN];
  return new TerminalSession([...program, ...(options.args ?? [])], options, options.dataDir);
}

/** Starts any other program, for the tests of this harness and for what stands around Chimera (tmux, a shell). */
export function startProgram(command: readonly string[], options: TerminalOptions = {}): TerminalSession {
  return new TerminalSession(command, options, null);
}

/** One program in one terminal. Always {@link dispose} of it. */
export class TerminalSession {
  /** The program's data directory; undefined for a program that has none. */
  readonly dataDir: string | undefined;
  /** The terminal's title now, and how often it was rung. */
  readonly called = { title: '', bells: 0 };
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'chimera-terminal-'));
  readonly #pty: IPty;
  readonly #terminal: xterm.Terminal;
  readonly #exited: Promise<number>;
  readonly #watchers = new Set<() => void>();
  #raw = '';
  #cursorHidden = false;
  #exitCode: number | undefined;

  /** `dataDir` is given to the program; undefined makes one, null gives none. */
  constructor(command: readonly string[], options: TerminalOptions, dataDir: string | undefined | null) {
    const { columns = 120, rows = 40 } = options;
    this.dataDir = dataDir === null ? undefined : (dataDir ?? path.join(this.#folder, 'data'));
    if (this.dataDir !== undefined && options.firstRun !== true) markTourSeen(this.dataDir);
    mkdirSync(path.join(this.#folder, 'wrapper'));
    mkdirSync(path.join(this.#folder, 'home'));
    this.#terminal = new xterm.Terminal({ cols: columns, rows, ...EMULATOR });
    this.#terminal.onTitleChange((title) => Object.assign(this.called, { title }));
    this.#terminal.onBell(() => this.called.bells++);
    this.#watchCursor();
    const dataArgs = this.dataDir === undefined ? [] : ['--data-dir', this.dataDir];
    const args = ['-c', WRAPPER, path.join(this.#folder, 'wrapper'), ...command, ...dataArgs];
    this.#pty = spawn('/bin/sh', args, {
      name: 'xterm-256color',
      cols: columns,
      rows,
      env: this.#environment(options),
    });
    this.#terminal.onData((reply) => this.#pty.write(reply));
    this.#pty.onData((data) => {
      this.#raw += data;
      this.#terminal.write(data, () => this.#notify());
    });
    this.#exited = new Promise((resolve) => {
      this.#pty.onExit(({ exitCode, signal }) => {
        // The last output is drawn before the exit is told.
        this.#terminal.write('', () => {
          this.#exitCode = signal ? 128 + signal : exitCode;
          resolve(this.#exitCode);
          this.#notify();
        });
      });
    });
  }

  /** Text of the visible rows without trailing blanks. */
  screenLines(): string[] {
    const buffer = this.#terminal.buffer.active;
    return Array.from({ length: this.#terminal.rows }, (_, row) => {
      return (
        buffer
          .getLine(buffer.viewportY + row)
          ?.translateToString()
          .trimEnd() ?? ''
      );
    });
  }

  /** Every cell of the screen with its character, width and look, row by row. */
  readonly screenCells = (): readonly string[] => cellsOf(this.#terminal);

  /** The underlined texts of the screen, row by row. */
  underlinedTexts(): string[] {
    const buffer = this.#terminal.buffer.active;
    const texts: string[] = [];
    for (let row = 0; row < this.#terminal.rows; row++) {
      const cells = buffer.getLine(buffer.viewportY + row);
      let text = '';
      for (let column = 0; column <= this.#terminal.cols; column++) {
        const cell = cells?.getCell(column);
        if (cell !== undefined && cell.isUnderline() !== 0) text += cell.getChars();
        else if (text !== '') {
          texts.push(text);
          text = '';
        }
      }
    }
    return texts;
  }

  readonly screenText = (): string => this.screenLines().join('\n');

  /** The screen as SVG. */
  readonly picture = (title: string): string => pictureOf(this.#terminal, title);

  /** Everything the program has written, escape sequences and all. */
  readonly rawOutput = (): string => this.#raw;

  /** Undefined while it runs; 128 + n when it died of a signal. */
  get exitCode(): number | undefined {
    return this.#exitCode;
  }

  /** Process id of the program. Throws when it has not started. */
  get pid(): number {
    return Number(readFileSync(path.join(this.#folder, 'wrapper/pid'), 'utf8'));
  }

  /** Waits until the screen shows `expected` and gives the screen back; the failure shows what was there instead. */
  async waitFor(expected: Expected, timeoutMs = DEFAULT_TIMEOUT_MS): Promise<string> {
    const holds = (): boolean => {
      const screen = this.screenText();
      if (typeof expected === 'string') return screen.includes(expected);
      return expected instanceof RegExp ? expected.test(screen) : expected(screen);
    };
    if (!(await this.#until(() => holds() || this.#exitCode !== undefined, timeoutMs)) || !holds()) {
      const what = typeof expected === 'function' ? 'a screen that satisfies the test' : String(expected);
      const state = this.#exitCode === undefined ? `within ${timeoutMs} ms` : `before the exit with ${this.#exitCode}`;
      throw new Error(`no ${what} ${state}; the screen is:\n${this.#framed()}`);
    }
    return this.screenText();
  }

  /** Waits until the screen has stayed as it is for a while, and gives it back. Not for a screen with a running clock. */
  async settled(quietMs = 160): Promise<string> {
    for (let before = this.screenText(); ; ) {
      await pause(quietMs);
      const now = this.screenText();
      if (now === before) return now;
      before = now;
    }
  }

  /** Waits for the program's end and gives its exit code. */
  async waitForExit(timeoutMs = DEFAULT_TIMEOUT_MS): Promise<number> {
    if (!(await this.#until(() => this.#exitCode !== undefined, timeoutMs))) {
      throw new Error(`still running after ${timeoutMs} ms; the screen is:\n${this.#framed()}`);
    }
    return this.#exited;
  }

  /** Presses keys one by one at a human pace: names as in {@link KEYS}, `Ctrl-K`, or single characters. */
  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      await pause(KEY_PACE_MS);
      this.#pty.write(this.#bytesOf(key));
    }
  }

  /** Types a text at the same pace. */
  async type(text: string): Promise<void> {
    for (const character of text) await this.press(character === ' ' ? 'Space' : character);
  }

  /** Pastes a text in one go, marked as a paste if the program asked for marks. */
  paste(text: string): void {
    this.#pty.write(this.#terminal.modes.bracketedPasteMode ? `\x1b[200~${text}\x1b[201~` : text);
  }

  /** Sends bytes as they are, in one write: bursts, broken sequences, key repeat. */
  send(bytes: string): void {
    this.#pty.write(bytes);
  }

  resize(columns: number, rows: number): void {
    this.#terminal.resize(columns, rows);
    this.#pty.resize(columns, rows);
  }

  /** Stops reading, as a terminal does that hangs: what the program writes piles up until it no longer can. */
  stall(): void {
    this.#pty.pause();
  }

  /** Reads again after {@link stall}. */
  unstall(): void {
    this.#pty.resume();
  }

  /** Signals the program itself, not what stands around it. */
  kill(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  /**
   * Takes the terminal away, as a lost connection does. The kernel tells the session's leader only, which is
   * our wrapper; a shell in its place passes the signal on to its jobs, and so does this.
   */
  hangUp(): void {
    (this.#pty as IPty & { destroy(): void }).destroy();
    process.kill(-this.#pty.pid, 'SIGHUP');
  }

  /** What the program left in disorder; empty when the user's shell gets the terminal as it was. Ask after the exit. */
  async terminalFaults(): Promise<string[]> {
    const { modes, buffer } = this.#terminal;
    const faults: string[] = [];
    if (buffer.active.type !== 'normal') faults.push('the alternate screen was not left');
    if (this.#cursorHidden) faults.push('the cursor is hidden');
    if (modes.bracketedPasteMode) faults.push('bracketed paste is on');
    if (modes.mouseTrackingMode !== 'none') faults.push('the mouse is tracked');
    if (modes.sendFocusMode) faults.push('focus changes are reported');
    if (modes.applicationCursorKeysMode || modes.applicationKeypadMode) faults.push('keys are in application mode');
    if (modes.insertMode || modes.originMode) faults.push('insert or origin mode is on');
    if (modes.synchronizedOutputMode) faults.push('synchronized output was not ended');
    if (!modes.wraparoundMode) faults.push('lines do not wrap');
    if (await this.#hasLeftoverStyle()) faults.push('colours or attributes are left over');
    const lineSettings = path.join(this.#folder, 'wrapper/line-changed');
    if (existsSync(lineSettings))
      faults.push(`the line settings changed: ${readFileSync(lineSettings, 'utf8').trim()}`);
    return faults;
  }

  readonly terminalIsClean = async (): Promise<boolean> => (await this.terminalFaults()).length === 0;

  /** Ends the program if it still runs and removes the session's folders. */
  async dispose(): Promise<void> {
    if (this.#exitCode === undefined) {
      for (const pid of [this.#programPid(), this.#pty.pid]) {
        try {
          if (pid !== undefined) process.kill(pid, 'SIGKILL');
        } catch {
          // It has just ended by itself.
        }
      }
      await this.#until(() => this.#exitCode !== undefined, 2_000);
    }
    this.#terminal.dispose();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #environment(options: TerminalOptions): Record<string, string> {
    const wanted: Record<string, string | undefined> = {
      PATH: `${path.dirname(PINNED_NODE)}:${process.env.PATH}`,
      HOME: path.join(this.#folder, 'home'),
      LANG: 'C.UTF-8',
      TERM: 'xterm-256color',
      COLORTERM: 'truecolor',
      NODE_ENV: 'production',
      ...options.env,
    };
    return Object.fromEntries(
      Object.entries(wanted).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
  }

  #watchCursor(): void {
    for (const final of ['h', 'l']) {
      this.#terminal.parser.registerCsiHandler({ prefix: '?', final }, (params) => {
        if (params.includes(25)) this.#cursorHidden = final === 'l';
        return false;
      });
    }
  }

  #bytesOf(key: string): string {
    const cursor = CURSOR_KEYS[key];
    if (cursor !== undefined) return `\x1b${this.#terminal.modes.applicationCursorKeysMode ? 'O' : '['}${cursor}`;
    const named = KEYS[key];
    if (named !== undefined) return named;
    const control = /^Ctrl-([A-Z\\[\]^_])$/.exec(key)?.[1];
    if (control !== undefined) return String.fromCharCode(control.charCodeAt(0) & 0x1f);
    if ([...key].length !== 1) throw new Error(`no key is called ${key}`);
    return key;
  }

  /** Draws one character with the attributes in force and looks at it. */
  async #hasLeftoverStyle(): Promise<boolean> {
    const buffer = this.#terminal.buffer.active;
    await new Promise<void>((resolve) => this.#terminal.write('\r\n', resolve));
    const row = buffer.baseY + buffer.cursorY;
    await new Promise<void>((resolve) => this.#terminal.write('x', resolve));
    const cell = buffer.getLine(row)?.getCell(0);
    return cell?.getChars() !== 'x' || !cell.isAttributeDefault();
  }

  #programPid(): number | undefined {
    try {
      return this.pid;
    } catch {
      return undefined;
    }
  }

  #framed(): string {
    const rule = '─'.repeat(this.#terminal.cols);
    return `${rule}\n${this.screenText()}\n${rule}`;
  }

  #notify(): void {
    for (const watcher of this.#watchers) watcher();
  }

  /** Waits until `condition`, asked at every change of the screen, holds; false when the time is up. */
  #until(condition: () => boolean, timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const finish = (result: boolean): void => {
        clearTimeout(timer);
        this.#watchers.delete(watch);
        resolve(result);
      };
      const timer = setTimeout(() => finish(condition()), timeoutMs);
      const watch = (): void => {
        if (condition()) finish(true);
      };
      this.#watchers.add(watch);
      watch();
    });
  }
}
