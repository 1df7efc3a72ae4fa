/** Long checks of the console in the real program on a real terminal: what is pressed, what is lost, what hangs, SSH, memory. */
import { readsOf, rowsInUse } from '../e2e/blank-rows.ts';
import { consoleMemory } from '../e2e/console-memory.ts';
import { holdAtConsole, idleAtConsole, pasteAtConsole, pressAtConsole } from '../e2e/input-storms.ts';
import { lateAtConsole } from '../e2e/late-answers.ts';
import { LOSSES, loseConsole } from '../e2e/lost.ts';
import { preload } from '../e2e/planted.ts';
import { SshServer } from '../e2e/ssh.ts';
import { erasingCommand, ROUTES, readsBy, stallClient } from '../e2e/ssh-console.ts';
import { isSeenToPause, MOST_GAP_MS, type StallFigures, stallTerminal } from '../e2e/stall.ts';
import { inScratch } from '../fixtures/scratch.ts';
import type { Figures, SoakCheck } from './check.ts';
import { addUp, numbers } from './figures.ts';

function heldUp(figures: StallFigures): Figures {
  const { longestGapMs } = figures;
  if (longestGapMs > MOST_GAP_MS) throw new Error(`the engine paused for ${longestGapMs} ms`);
  return numbers(figures);
}

const stalled: SoakCheck = {
  name: 'unread-terminal',
  holds:
    'while nobody reads the terminal the engine pauses for 100 ms at most, and the terminal is restored at the end',
  unit: 'seconds',
  full: 60,
  run: async (count) => heldUp(await stallTerminal(count)),
};

const lost: SoakCheck = {
  name: 'lost-console',
  holds: 'SIGHUP, a throw in the console, a terminal that goes: the engine pauses for 100 ms at most, under MANUAL',
  unit: 'consoles',
  full: 30,
  async run(count, from) {
    const sums: Record<string, number> = {};
    for (let n = from; n < from + count; n++) {
      const loss = LOSSES[n % LOSSES.length] ?? 'signal';
      const figures = await loseConsole(loss);
      if (figures.longestGapMs > MOST_GAP_MS) throw new Error(`${loss}: it paused for ${figures.longestGapMs} ms`);
      addUp(sums, numbers(figures));
    }
    return sums;
  },
};

const pastes: SoakCheck = {
  name: 'paste-console',
  holds:
    '10 kB pasted into the running program (brackets, raw, byte by byte, an end within) with proposals waiting: no command',
  unit: 'pastes',
  full: 400,
  run: async (count, from) => numbers(await pasteAtConsole(count, from, 10_000)),
};

const pastesWhenHalted: SoakCheck = {
  name: 'paste-halted',
  holds: 'the same after a kill with a position open: nothing is flattened, resumed or loosened',
  unit: 'pastes',
  full: 100,
  run: async (count, from) => numbers(await pasteAtConsole(count, from, 10_000, 'halted')),
};

const held: SoakCheck = {
  name: 'held-console',
  holds: '`a` held down in the running program over several proposals approves one at most, Enter none',
  unit: 'seconds',
  full: 30,
  async run(count) {
    const [byKey, byEnter] = [await holdAtConsole('a', count), await holdAtConsole('\r', count)];
    if (byKey.approved > 1 + byKey.interruptions) throw new Error(`one key approved ${byKey.approved}`);
    if (byEnter.approved > 0) throw new Error(`Enter approved ${byEnter.approved}`);
    const proposals = Math.min(byKey.proposals, byEnter.proposals);
    if (proposals === 0) throw new Error('no proposal came meanwhile');
    return { ...numbers(byEnter), ...numbers(byKey), proposals, approvedByEnter: byEnter.approved };
  },
};

const idle: SoakCheck = {
  name: 'idle-console',
  holds: 'nobody presses anything: every proposal expires, no order leaves',
  unit: 'seconds',
  full: 60,
  async run(count) {
    const figures = await idleAtConsole(count);
    if (figures.entries > 0) throw new Error(`${figures.entries} orders left`);
    if (figures.expired === 0) throw new Error('no proposal has expired');
    return numbers(figures);
  },
};

const late: SoakCheck = {
  name: 'late-console',
  holds: 'a yes that comes after the end of a proposal, by key or over the socket, leads to no order',
  unit: 'stops of the program',
  full: 100,
  async run(count, from) {
    const figures = await lateAtConsole(count, from);
    if (figures.entries > 0) throw new Error(`${figures.entries} orders left`);
    if (figures.answersBySocket === 0) throw new Error('nothing was answered too late');
    return numbers(figures);
  },
};

const sshReads: SoakCheck = {
  name: 'ssh-reads',
  holds: 'through ssh, tmux in ssh and ssh in tmux, at 80×24: no read of the client finds a blank row',
  unit: `reads by each of ${ROUTES.length} routes`,
  full: 2_000,
  run: (count) =>
    overSsh(async (server) => {
      const sums: Record<string, number> = {};
      for (const route of ROUTES) {
        const figures = await readsBy(server, route, count);
        if (figures.withBlanks > 0) throw new Error(`${route}: ${JSON.stringify(figures)}`);
        addUp(sums, { reads: figures.reads, withBlanks: figures.withBlanks });
      }
      return sums;
    }),
};

const sshStalled: SoakCheck = {
  name: 'ssh-stalled',
  holds: 'while an ssh client hangs and all between is full, the engine pauses for 100 ms at most; then all is shown',
  unit: 'seconds',
  full: 60,
  run: (count) => overSsh(async (server) => heldUp(await stallClient(server, 'stalled', count))),
};

const MOST_MB = 250;
/** A heap breathes by more than a run of minutes grows. */
const HOUR_S = 3_600;
const MOST_MB_PER_HOUR = 10;

const memory: SoakCheck = {
  name: 'console-memory',
  holds: 'the whole program under a console at 1,000 ticks/s stays below 250 MB and does not grow',
  unit: 'seconds',
  full: HOUR_S,
  async run(count) {
    const figures = await consoleMemory(count);
    if (figures.inputsPerSecond < 1_000) throw new Error(`too few inputs a second: ${JSON.stringify(figures)}`);
    const grows = count >= HOUR_S && figures.mbPerHour > MOST_MB_PER_HOUR;
    if (grows || figures.rssMostMb > MOST_MB) throw new Error(JSON.stringify(figures));
    return { ...figures };
  },
};

/** What is put in on purpose, and what each check must see of it. */
const NOTICED: ReadonlyArray<readonly [name: string, isSeen: () => Promise<boolean>]> = [
  [
    'an engine that writes to a terminal that nobody reads',
    () => inScratch((folder) => isSeenToPause(stallOf(folder))),
  ],
  ['the same over ssh', () => overSsh((server) => isSeenToPause(stallOverSsh(server)))],
  ['rows that are erased before they are written', () => overSsh(erasedRows)],
  ['a key that is meant', async () => (await pressAtConsole('a')).length > 0],
  ['a yes in time', async () => (await lateAtConsole(1, 1, 'there')).entries > 0],
  [
    'a leak',
    () => inScratch(async (folder) => (await consoleMemory(60, preload(folder, 'leaks'))).rssMostMb > MOST_MB),
  ],
];

const stallOf = (folder: string): Promise<StallFigures> => stallTerminal(3, preload(folder, 'engine-writes'));

const stallOverSsh = (server: SshServer): Promise<StallFigures> =>
  stallClient(server, 'planted', 3, preload(server.folder, 'engine-writes'));

async function erasedRows(server: SshServer): Promise<boolean> {
  const client = server.connect(erasingCommand(24), 80, 24);
  try {
    await client.waitFor(() => client.rawOutput().includes('row 5'), 20_000);
    return (await readsOf(client, 30, rowsInUse(Array(24).fill('something')))).withBlanks > 0;
  } finally {
    await client.dispose();
  }
}

const noticed: SoakCheck = {
  name: 'console-noticed',
  holds: 'each fault that is put into the running program on purpose is noticed by the check that it is for',
  unit: `times ${NOTICED.length} faults`,
  full: 1,
  async run(count) {
    for (let n = 0; n < count; n++)
      for (const [name, isSeen] of NOTICED) if (!(await isSeen())) throw new Error(`not noticed: ${name}`);
    return { noticed: count * NOTICED.length };
  },
};

async function overSsh<T>(act: (server: SshServer) => Promise<T>): Promise<T> {
  const server = await SshServer.start();
  try {
    return await act(server);
  } finally {
    server.stop();
  }
}

export const programChecks: readonly SoakCheck[] = [
  stalled,
  lost,
  pastes,
  pastesWhenHalted,
  held,
  idle,
  late,
  sshReads,
  sshStalled,
  memory,
  noticed,
];
