/**
 * Hostile texts through the real binary, in every field that somebody outside can fill: words of the command line, names
 * of files and folders, the environment, imported data, the HALT file, the control socket. What comes out on pipes and on
 * the terminal is searched for bytes that are not ours.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { askEngine, attachEngine } from '../../src/control/client.ts';
import { type DataDir, dataDirAt } from '../../src/data-dir.ts';
import { chimera, leave } from './chimera.ts';
import { startConsole, type TerminalSession } from './terminal.ts';

const PIECES = [
  '\u001b[2J\u001b[1;1H',
  '\u001b]0;owned\u0007',
  '\u001b]52;c;cm0gLXJm\u001b\\',
  '\u001bP1$r0m\u001b\\',
  '\u001b[?1049l',
  '\u001b[31;5mred',
  '\u001bc',
  '\u009b31m',
  '\u009d0;x\u009c',
  '\r\nchimera: done\r\n',
  '\b\b\b\u007f',
  '\u0007\u000e',
  '\u202eTDSU\u202c',
  '\u2066x\u2069',
  'a\u200b\u200d\u2060\ufeff',
  '\u2028\u2029',
  `z${'\u0335'.repeat(20)}`,
  '🐸👩‍👩‍👧🇩🇪',
  '币安人生',
  '\u{e0041}\u{e0042}',
  '%s%n$(id)`id`',
  '__proto__',
  '" , \\ {}',
];

/** The `n`th hostile text: two or three pieces, the same for the same number. */
export function hostileText(n: number): string {
  const piece = (at: number): string => PIECES[at % PIECES.length] ?? '';
  return `B${piece(n)}T${piece(n * 7 + 3)}${n % 3 === 0 ? piece(n * 13 + 5) : ''}C`;
}

const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** What a pipe got that is neither text nor the end of a line. */
export function foreignInText(text: string): string | undefined {
  const line = text.split('\n').find((each) => HIDDEN.test(each));
  return line === undefined ? undefined : JSON.stringify(line.slice(0, 200));
}

const ESCAPE = '\\u001b';
/** The sequences that the console itself writes: colours, cursor, erase, the modes it sets, and a title of words of its own. */
const OWN = new RegExp(
  `${ESCAPE}\\]2;(?:(?:\\(\\d+\\) )?Chimera(?: [A-Za-z]+)?)?(?:\\u0007|${ESCAPE}\\\\)|${ESCAPE}\\[2[23];2t|${ESCAPE}\\[(?:[0-9;]*[mHCJK]|\\?(?:1049|25|7|2004|2026)[hl])|\\u0018(?=${ESCAPE}\\[\\?2026l|${ESCAPE}\\[0m)|\\r\\n`,
  'g',
);

/** What a terminal got that is neither text nor one of our own sequences. */
export function foreignOnTerminal(raw: string): string | undefined {
  const rest = raw.replace(OWN, '\n');
  const at = rest.search(new RegExp(`(?!\\n)${HIDDEN.source}`, 'u'));
  return at < 0 ? undefined : JSON.stringify(rest.slice(Math.max(0, at - 40), at + 80));
}

export interface HostileFigures {
  readonly texts: number;
  readonly outputs: number;
  /** Each names its text and where it was; must be empty. */
  readonly foreign: readonly string[];
}

/** `count` texts in words, names, environment and data of commands, from number `from`. */
export async function hostileCommands(count: number, from: number): Promise<HostileFigures> {
  const folder = mkdtempSync(path.join(tmpdir(), 'chimera-hostile-'));
  const foreign: string[] = [];
  let outputs = 0;
  try {
    for (let n = from; n < from + count; n++) {
      const runs = commandsWith(hostileText(n).replaceAll('\0', ''), path.join(folder, String(n)));
      const done = await Promise.all(
        runs.map(({ args, dataDir, env }) => chimera(args, { dataDir, ...(env === undefined ? {} : { env }) })),
      );
      done.forEach((outcome, i) => {
        outputs++;
        const found = foreignInText(outcome.stdout) ?? foreignInText(outcome.stderr);
        if (found !== undefined) foreign.push(`text ${n}, ${runs[i]?.args[0]}: ${found}`);
      });
      rmSync(path.join(folder, String(n)), { recursive: true, force: true });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { texts: count, outputs, foreign };
}

interface Run {
  readonly args: readonly string[];
  readonly dataDir: string;
  readonly env?: Readonly<Record<string, string>>;
}

function commandsWith(text: string, folder: string): readonly Run[] {
  const name = text.replaceAll('/', '_').slice(0, 60);
  mkdirSync(path.join(folder, 'data', 'sessions', name), { recursive: true, mode: 0o700 });
  const dataDir = path.join(folder, 'data');
  const file = path.join(folder, `${name}.csv`);
  writeFileSync(file, `timestamp,symbol,side,price,size\n1700000000000,${text},buy,1,1\n${text}\n`);
  writeFileSync(path.join(folder, 'plain.json'), JSON.stringify({ stream: text, data: { e: text, s: text, p: text } }));
  writeFileSync(path.join(dataDir, 'HALT'), text);
  const decided = path.join(folder, 'decided');
  mkdirSync(decided, { mode: 0o700 });
  writeFileSync(path.join(decided, 'key-bindings.json'), JSON.stringify({ formatVersion: 1, keys: { [text]: text } }));
  writeFileSync(path.join(decided, 'policy.json'), JSON.stringify({ formatVersion: 3, versions: [], [text]: text }));
  // Not LANG: Node itself dies of some texts in it before a line of ours has run.
  const env = { USER: text, TERM: text, COLORTERM: text, TZ: text };
  return [
    { args: ['replay', text, '--headless'], dataDir },
    { args: ['import', file, '--out', 'x'], dataDir },
    { args: ['import', path.join(folder, 'plain.json'), '--symbol', text, '--out', 'y'], dataDir },
    { args: ['--headless', '--symbols', text, '--session', text, '--for', '1s'], dataDir },
    { args: [text, `--${text}`, text], dataDir },
    { args: ['status'], dataDir: path.join(folder, name) },
    { args: ['sessions'], dataDir, env },
    { args: ['keys'], dataDir: decided },
    { args: ['policy', 'history'], dataDir: decided },
    { args: ['policy', 'set', `${text}=${text}`], dataDir },
    { args: ['verify', 'x', '--data-dir', path.join(file, 'below')], dataDir: path.join(folder, 'unused') },
  ];
}

/** `count` texts at a console on a terminal: its environment, its HALT file, its control socket, its consoles. */
export async function hostileConsole(count: number, from: number): Promise<HostileFigures> {
  const first = hostileText(from).replaceAll('\0', '');
  const env = { USER: first, COLORTERM: first, XDG_STATE_HOME: first };
  const session = startConsole({ columns: 120, rows: 40, env, args: ['--notify', 'none'] });
  try {
    await session.waitFor(/PAPER +MANUAL +feed fresh/);
    const dir = dataDirAt(session.dataDir ?? '');
    const foreign: string[] = [];
    for (let n = from; n < from + count; n++) {
      await throwAt(session, dir, hostileText(n));
      const found = foreignOnTerminal(session.rawOutput());
      if (found !== undefined) foreign.push(`text ${n}: ${found}`);
      if (foreign.length > 0) break;
    }
    // The dialog is whole, and the console still does what it is told.
    await session.press('q');
    await session.waitFor(/╔═ Leave\? ═.*═╗/);
    await session.press('Escape');
    const code = await leave(session);
    const left = await session.terminalFaults();
    const end = [...(code === 0 ? [] : [`exit ${code}`]), ...left, ...endFaults(session)];
    return { texts: count, outputs: count, foreign: [...foreign, ...end] };
  } finally {
    await session.dispose();
  }
}

const endFaults = (session: TerminalSession): string[] => {
  const found = foreignOnTerminal(session.rawOutput());
  return found === undefined ? [] : [found];
};

async function throwAt(session: TerminalSession, dir: DataDir, text: string): Promise<void> {
  writeFileSync(dir.haltFile, text);
  await session.waitFor(/HALTED/);
  await session.waitFor(/halted by .*HALT/);
  for (const line of [text, JSON.stringify(text), JSON.stringify({ request: text }), `{"request":"attach"}\n${text}`]) {
    await new Promise<void>((resolve) => {
      const socket = connect(dir.socket, () => socket.end(`${line}\n`));
      socket.resume();
      socket.on('error', () => resolve());
      socket.on('close', () => resolve());
    });
  }
  const attached = await attachEngine(dir);
  attached?.send({ type: 'lost', reason: text.slice(0, 200) });
  attached?.send({ type: 'stop' });
  await attached?.stopped;
  await askEngine(dir, 'resume');
  await session.waitFor((screen) => !screen.includes('HALTED'));
  await pause(20);
}
