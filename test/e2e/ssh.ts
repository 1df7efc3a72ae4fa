/** An SSH server of its own on this machine, as people reach the console from elsewhere: real `sshd`, real clients. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startProgram, type TerminalSession } from './terminal.ts';

/** It is in no ordinary user's PATH, and refuses to start under a name without a folder. */
const SSHD = ['/usr/sbin/sshd', '/usr/local/sbin/sshd', '/usr/bin/sshd'].find(existsSync);
export const HAS_SSH = SSHD !== undefined && spawnSync('ssh', ['-V']).status === 0;

const HOST = '127.0.0.1';
const STARTS_WITHIN_MS = 10_000;
const POLL_MS = 20;
/** Where a server of root's puts what it does not trust. */
const EMPTY_FOLDER = '/run/sshd';

/** Takes connections of the user who runs the tests, by a key of its own. Always {@link stop} it. */
export class SshServer {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'chimera-ssh-'));
  readonly #port: number;
  readonly #server: ChildProcess;
  #log = '';

  /** Throws, with what the server says, when it does not start. */
  static async start(): Promise<SshServer> {
    const server = new SshServer(await freePort());
    const listens = (): boolean => server.#log.includes('Server listening on');
    for (const endMs = performance.now() + STARTS_WITHIN_MS; !listens(); await pause(POLL_MS)) {
      if (server.#server.exitCode === null && performance.now() < endMs) continue;
      server.stop();
      throw new Error(`sshd did not start:\n${server.#log}`);
    }
    return server;
  }

  private constructor(port: number) {
    this.#port = port;
    for (const name of ['host', 'user'])
      execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', this.#at(name)]);
    const ofHost = readFileSync(this.#at('host.pub'), 'utf8');
    writeFileSync(this.#at('known_hosts'), `[${HOST}]:${port} ${ofHost}`);
    writeFileSync(this.#at('sshd_config'), this.#configuration());
    if (process.getuid?.() === 0) mkdirSync(EMPTY_FOLDER, { recursive: true, mode: 0o755 });
    this.#server = spawn(SSHD ?? '', ['-D', '-e', '-f', this.#at('sshd_config')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#log += text;
    });
  }

  /** A client in a terminal. `command` is of the shell at the other end, with an environment as bare as a new machine's. */
  connect(command: string, columns: number, rows: number): TerminalSession {
    return startProgram(this.client(command), { columns, rows });
  }

  /** The client's own command line, for a terminal that somebody else has. */
  client(command: string): readonly string[] {
    const settings = {
      UserKnownHostsFile: this.#at('known_hosts'),
      IdentitiesOnly: 'yes',
      BatchMode: 'yes',
      LogLevel: 'ERROR',
    };
    const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
    const bare = `exec env -i PATH="$PATH" HOME=${this.folder} LANG=C.UTF-8 TERM="$TERM" SSH_TTY="$SSH_TTY" ${command}`;
    const reach = ['-F', 'none', '-e', 'none', '-p', String(this.#port), '-i', this.#at('user')];
    return ['ssh', '-tt', ...reach, ...options, `${userInfo().username}@${HOST}`, bare];
  }

  stop(): void {
    this.#server.kill('SIGTERM');
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }

  #at(name: string): string {
    return path.join(this.folder, name);
  }

  /** Nothing of this machine's own server, and nothing that only root may do. */
  #configuration(): string {
    return `
      Port ${this.#port}
      ListenAddress ${HOST}
      HostKey ${this.#at('host')}
      AuthorizedKeysFile ${this.#at('user.pub')}
      PidFile none
      StrictModes no
      UsePAM no
      PermitRootLogin prohibit-password
      PasswordAuthentication no
      KbdInteractiveAuthentication no
      PrintMotd no
      PrintLastLog no
      UseDNS no
      MaxStartups 100
    `.replace(/^ +/gm, '');
  }
}

/** One that nobody had a moment ago. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, HOST, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
