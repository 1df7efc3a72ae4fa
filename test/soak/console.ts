/** The console's long checks: pastes, held keys and late answers in virtual time, hostile texts and sizes in the real program. */
import { hostileCommands, hostileConsole } from '../e2e/hostile.ts';
import { hostileTyping, hostileVenue } from '../e2e/hostile-fields.ts';
import { resizeStorm } from '../e2e/resizes.ts';
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

const typing: SoakCheck = {
  name: 'hostile-typing',
  holds:
    'hostile texts pasted into every field of the running console: as in hostile-console, and the dialogs are whole',
  unit: 'texts',
  full: 200,
  run: async (count, from) => numbers(await hostileTyping(count, from)),
};

const venue: SoakCheck = {
  name: 'hostile-venue',
  holds: 'hostile words of a venue that refuses put nothing on the terminal that it obeys',
  unit: 'texts',
  full: 200,
  run: async (count, from) => numbers(await hostileVenue(count, from)),
};

const resizes: SoakCheck = {
  name: 'resize-storm',
  holds: 'after random sizes of the terminal the screen equals that of a start at the last of them, cell for cell',
  unit: 'sizes',
  full: 2_000,
  run: async (count, from) => numbers(await resizeStorm(count, from)),
};

export const consoleChecks: readonly SoakCheck[] = [resizes, pastes, held, answers, commands, console_, typing, venue];
