/** Hostile texts in the fields of the running console, and in the words of a venue: nothing that a terminal obeys comes out. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { EXIT } from '../../src/exit-codes.ts';
import { chimera, LIVELY, leave, makeDataDir, removeDataDir } from './chimera.ts';
import { foreignOnTerminal, type HostileFigures, hostileText } from './hostile.ts';
import { WAITING } from './proposals-waiting.ts';
import { startConsole, type TerminalSession } from './terminal.ts';

const COLUMNS = 120;
/** Time to draw what was typed. */
const DRAWN_MS = 150;
const READABLE_MS = 700;

/** What opens each field that takes a text, and whether it stands in a dialog. */
const FIELDS: ReadonlyArray<readonly [name: string, keys: readonly string[], opened: RegExp]> = [
  ['filter', ['8', '/'], /╔═ .*═+╗/],
  ['palette', [':'], /╔═ .*═+╗/],
  ['typed code', ['M'], /Type [A-Z0-9]( [A-Z0-9]){3} and Enter/],
  ['smaller size', ['e'], /╔═ Smaller size/],
];

/** `count` texts pasted into every field of a console, with a proposal that waits. */
export async function hostileTyping(count: number, from: number): Promise<HostileFigures> {
  const dataDir = makeDataDir();
  // One that ended under the key would leave nothing to make smaller.
  const set = await chimera(['policy', 'set', 'execution.proposalTtlS=600'], { dataDir });
  if (set.code !== 0) throw new Error(set.stderr);
  const session = startConsole({ dataDir, columns: COLUMNS, rows: 40, args: [...LIVELY, '--notify', 'none'] });
  const foreign: string[] = [];
  let outputs = 0;
  let searched = 0;
  try {
    await session.waitFor(WAITING, 60_000);
    for (let n = from; n < from + count && foreign.length === 0; n++) {
      for (const field of FIELDS) {
        outputs++;
        const wrong = await typeInto(session, field, n);
        // The last sequence may not be whole yet.
        const end = session.rawOutput().lastIndexOf('\u001b');
        const found = foreignOnTerminal(session.rawOutput().slice(searched, end));
        searched = end;
        if (found !== undefined) wrong.push(found);
        foreign.push(...wrong.map((what) => `text ${n}, ${field[0]}: ${what}`));
      }
    }
    const code = await leave(session);
    const end = foreignOnTerminal(session.rawOutput().slice(searched));
    if (end !== undefined) foreign.push(end);
    const left = await session.terminalFaults();
    return { texts: count, outputs, foreign: [...foreign, ...left, ...(code === 0 ? [] : [`exit ${code}`])] };
  } finally {
    await session.dispose();
    removeDataDir(dataDir);
  }
}

async function typeInto(
  session: TerminalSession,
  [name, keys, opened]: (typeof FIELDS)[number],
  n: number,
): Promise<string[]> {
  if (name === 'smaller size') {
    await session.waitFor(WAITING, 60_000);
    await pause(READABLE_MS);
  }
  await session.press(...keys);
  await session.waitFor(opened);
  session.paste(hostileText(n));
  await pause(DRAWN_MS);
  const broken = brokenDialog(session, COLUMNS);
  await session.press('Escape');
  await session.waitFor((screen) => !screen.includes('╔'));
  return broken === undefined ? [] : [broken];
}

/** What is wrong with the frame of the dialog on the screen: by cells, for some characters are two wide. */
export function brokenDialog(session: TerminalSession, columns: number): string | undefined {
  const cells = session.screenCells().map((cell) => cell[0]);
  const first = cells.indexOf('╔');
  if (first < 0) return 'no dialog on the screen';
  const right = cells.indexOf('╗', first) - first;
  for (let at = first + columns, row = 2; ; at += columns, row++) {
    if (cells[at] === undefined) return 'a dialog with no end';
    if (cells[at] === '╚' && cells[at + right] === '╝') return undefined;
    if (cells[at] !== '║' || cells[at + right] !== '║') return `row ${row} of the dialog has no frame`;
  }
}

/** `count` texts as what a venue answers: reasons, codes, status lines. Each console says why it cannot begin, and ends. */
export async function hostileVenue(count: number, from: number): Promise<HostileFigures> {
  const foreign: string[] = [];
  for (let n = from; n < from + count; n++) {
    const venue = await hostileServer(hostileText(n), n);
    const { port } = venue.address() as AddressInfo;
    const url = `ws://127.0.0.1:${port}/usdm`;
    const args = ['--venue', 'binanceusdm', '--symbols', 'BTC/USDT:USDT', '--url', url, '--notify', 'none'];
    const session = startConsole({ columns: COLUMNS, rows: 40, args });
    try {
      const code = await session.waitForExit(30_000);
      const found = [foreignOnTerminal(session.rawOutput()), ...(await session.terminalFaults())];
      if (code !== EXIT.venue && code !== EXIT.badInput) found.push(`exit ${code}`);
      foreign.push(...found.filter((each) => each !== undefined).map((what) => `text ${n}: ${what}`));
    } finally {
      await session.dispose();
      venue.close();
      venue.closeAllConnections();
    }
  }
  return { texts: count, outputs: count, foreign };
}

/** Refuses every request in its own words. */
function hostileServer(text: string, n: number): Promise<Server> {
  const answers = [
    JSON.stringify({ code: -1121, msg: text }),
    text,
    JSON.stringify({ code: text, msg: { [text]: text } }),
  ];
  const server = createServer((_, response) => {
    response.statusCode = n % 2 === 0 ? 400 : 403;
    response.end(answers[n % answers.length]);
  });
  server.on('upgrade', (_, socket) => socket.end(`HTTP/1.1 400 ${text.replace(/[\r\n]/g, '')}\r\n\r\n${text}`));
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}
