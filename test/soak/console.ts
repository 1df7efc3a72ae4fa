/** The console's long checks: pastes, held keys, late answers, hostile texts. */
import { hostileCommands, hostileConsole } from '../e2e/hostile.ts';
import { holdAtConsole, pasteAtConsole } from '../e2e/input-storms.ts';
import { resizeStorm } from '../e2e/resizes.ts';
import { stallTerminal } from '../e2e/stall.ts';
import { heldKeys, lateAnswers, pasteStorms } from '../sim/input-storms.ts';
import type { SoakCheck } from './check.ts';
import { numbers } from './figures.ts';

const pastes: SoakCheck = {
  name: 'paste-storms',
  holds:
    '10 kB pasted in brackets, raw, in pieces, byte by byte, with an end within: nothing is approved, loosened, flattened or left',
  unit: 'pastes',
  full: 100,
  run: (count, from) => numbers(pasteStorms(count, from)),
};

const held: SoakCheck = {
  name: 'held-keys',
  holds: 'a key held for 30 s over several proposals approves one at most, Enter none',
  unit: 'keys',
  full: 100,
  run(count, from) {
    const figures = heldKeys(count, from);
    if (figures.mostApproved > 1) throw new Error(`one key approved ${figures.mostApproved}`);
    return numbers(figures);
  },
};

const answers: SoakCheck = {
  name: 'late-answers',
  holds: 'a yes after the end of a proposal leads to no order',
  unit: 'answers',
  full: 1_000,
  run: (count, from) => numbers(lateAnswers(count, from)),
};

const commands: SoakCheck = {
  name: 'hostile-commands',
  holds: 'hostile words, names, environment and data print nothing that a terminal obeys',
  unit: 'texts',
  full: 200,
  run: async (count, from) => numbers(await hostileCommands(count, from)),
};

const console_: SoakCheck = {
  name: 'hostile-console',
  holds: 'hostile environment, HALT files, socket lines and consoles put nothing on the terminal that it obeys',
  unit: 'texts',
  full: 200,
  run: async (count, from) => numbers(await hostileConsole(count, from)),
};

/** Longest pause of the engine that a terminal may cause. */
const GAP_MS = 100;

const stalled: SoakCheck = {
  name: 'unread-terminal',
  holds:
    'while nobody reads the terminal the engine pauses for 100 ms at most, and the terminal is restored at the end',
  unit: 'seconds',
  full: 60,
  async run(count) {
    const figures = await stallTerminal(count);
    if (figures.longestGapMs > GAP_MS) throw new Error(`the engine paused for ${figures.longestGapMs} ms`);
    return numbers(figures);
  },
};

const pastesAtConsole: SoakCheck = {
  name: 'paste-console',
  holds: '10 kB pasted into the running program with proposals waiting leave no command in its journal',
  unit: 'pastes',
  full: 100,
  run: async (count, from) => numbers(await pasteAtConsole(count, from, 10_000)),
};

const heldAtConsole: SoakCheck = {
  name: 'held-console',
  holds: '`a` held down in the running program over several proposals approves one at most, Enter none',
  unit: 'seconds',
  full: 30,
  async run(count) {
    const figures = await holdAtConsole('a', count);
    if (figures.approved > 1 + figures.interruptions) throw new Error(`one key approved ${figures.approved}`);
    const entered = await holdAtConsole('\r', count);
    if (entered.approved > 0) throw new Error(`Enter approved ${entered.approved}`);
    return { ...numbers(entered), ...numbers(figures) };
  },
};

const resizes: SoakCheck = {
  name: 'resize-storm',
  holds: 'after random sizes of the terminal the screen equals that of a start at the last of them, cell for cell',
  unit: 'sizes',
  full: 2_000,
  run: async (count, from) => numbers(await resizeStorm(count, from)),
};

export const consoleChecks: readonly SoakCheck[] = [
  stalled,
  resizes,
  pastesAtConsole,
  heldAtConsole,
  pastes,
  held,
  answers,
  commands,
  console_,
];
