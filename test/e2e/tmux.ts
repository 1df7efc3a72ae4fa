/** A tmux server of its own, as people run the console over SSH: what its panes show, and what a client of it reads. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startProgram, type TerminalSession } from './terminal.ts';

export const HAS_TMUX = spawnSync('tmux', ['-V']).status === 0;

const POLL_MS = 50;
const DEFAULT_TIMEOUT_MS = 15_000;

/** Always {@link stop} it. */
export class Tmux {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'chimera-tmux-'));
  readonly #socket = path.join(this.folder, 'socket');

  constructor() {
    writeFileSync(path.join(this.folder, 'tmux.conf'), 'set -g status off\nset -g default-terminal screen-256color\n');
  }

  /** What one command of tmux prints. */
  run(...args: readonly string[]): string {
    return execFileSync('tmux', this.#command(args), { encoding: 'utf8', env: this.#environment(), stdio: 'pipe' });
  }

  /** A session with one program and nobody to look at it. */
  start(name: string, columns: number, rows: number, command: readonly string[]): void {
    this.run('new-session', '-d', '-s', name, '-x', String(columns), '-y', String(rows), ...command);
  }

  /** A client of a session, in a terminal. */
  attach(name: string, columns: number, rows: number): TerminalSession {
    return startProgram(['tmux', ...this.#command(['attach-session', '-t', name])], { columns, rows });
  }

  /** The rows of a session's pane as they are now. */
  screen(name: string): readonly string[] {
    return this.run('capture-pane', '-p', '-t', name).replace(/\n$/, '').split('\n');
  }

  /** Waits until the pane shows `expected`. */
  async waitFor(name: string, expected: RegExp, timeoutMs = DEFAULT_TIMEOUT_MS): Promise<string> {
    for (const endMs = performance.now() + timeoutMs; ; await pause(POLL_MS)) {
      const screen = this.screen(name).join('\n');
      if (expected.test(screen)) return screen;
      if (performance.now() > endMs) throw new Error(`no ${expected} within ${timeoutMs} ms; the pane is:\n${screen}`);
    }
  }

  keys(name: string, ...keys: readonly string[]): void {
    this.run('send-keys', '-t', name, ...keys);
  }

  /** Types a line as it is, and Enter. */
  line(name: string, text: string): void {
    this.run('send-keys', '-t', name, '-l', text);
    this.keys(name, 'Enter');
  }

  /** One command of tmux as a shell takes it. */
  shell(...args: readonly string[]): string {
    return ['tmux', ...this.#command(args)].join(' ');
  }

  stop(): void {
    spawnSync('tmux', this.#command(['kill-server']), { env: this.#environment() });
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #command(args: readonly string[]): string[] {
    return ['-S', this.#socket, '-f', path.join(this.folder, 'tmux.conf'), ...args];
  }

  #environment(): Record<string, string> {
    const { PATH = '' } = process.env;
    return { PATH, HOME: this.folder, LANG: 'C.UTF-8', TERM: 'xterm-256color', NODE_ENV: 'production' };
  }
}
