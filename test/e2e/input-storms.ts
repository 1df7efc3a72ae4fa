/** Pastes, held keys and no keys at the real binary while proposals wait, judged by its journal afterwards. */
import { setTimeout as pause } from 'node:timers/promises';
import { PASTE_WAIT_MS } from '../../state/keymap/input.ts';
import { randomFrom } from '../fixtures/hostile-session.ts';
import { END_OF_PASTE, randomText } from '../sim/input-storms.ts';
import { answerProposal, HELD } from './chimera.ts';
import { CALM_MS, type JournaledCommand, type Meanwhile, WAITING, whileProposalsWait } from './proposals-waiting.ts';
import type { TerminalSession } from './terminal.ts';

/** What happened that only a person may do; kills are none of it. */
const actedIn = ({ commands, flattens, modes, faults }: Meanwhile): readonly string[] => [
  ...faults,
  ...commands.map(({ text }) => text).filter((text) => !text.startsWith('command kill')),
  ...(flattens > 0 ? [`${flattens} flattened`] : []),
  ...(modes > 0 ? [`control changed ${modes} times`] : []),
];

/** One key, pressed as a person would: the commands that came of it. */
export async function pressAtConsole(key: string): Promise<readonly string[]> {
  return (await whileProposalsWait((session) => session.press(key))).commands.map(({ text }) => text);
}

/** waiting: proposals can be approved · halted: positions are open after a kill, and a flatten would be possible. */
export type PasteScene = 'waiting' | 'halted';

/** How a paste comes: in brackets, all at once without them, with an end of a paste within the brackets, byte by byte. */
const WAYS = ['bracketed', 'raw', 'end within', 'bytes'] as const;

/** A key that nothing comes after for so long may be a person's; what it does is journaled within the other. */
const ALONE_MS = 25;
const EXCUSED_MS = 1_500;

export interface PastedFigures {
  readonly pastes: number;
  readonly bytes: number;
  /** Orders that followed; must be 0, but for what is excused. */
  readonly entries: number;
  /** How often the test was held up while it sent bytes, and what a key that was alone for so long has led to. */
  readonly interruptions: number;
  readonly excused: number;
  /** What the journal has of commands, or what else has happened; must be empty. */
  readonly acted: readonly string[];
}

/** `pastes` of `bytes` random bytes, each way in turn. */
export async function pasteAtConsole(
  pastes: number,
  from: number,
  bytes: number,
  scene: PasteScene = 'waiting',
): Promise<PastedFigures> {
  const ready = scene === 'waiting' ? WAITING : /HALTED/;
  const interruptedAtMs: number[] = [];
  const act = async (session: TerminalSession): Promise<void> => {
    for (let n = from; n < from + pastes; n++) {
      await comeBack(session, (screen) => ready.test(screen) && !screen.includes('╔'));
      const text = randomText(randomFrom(n), bytes);
      // Ctrl-K kills, as it may; without entries there would be nothing left to approve.
      const allowed = scene === 'halted' ? text : text.replaceAll('\u000b', '');
      interruptedAtMs.push(...(await paste(session, WAYS[n % WAYS.length] ?? 'raw', allowed)));
      // A paste whose end never came is over. What it has opened is closed: pages and dialogs.
      await pause(PASTE_WAIT_MS + 200);
      for (let i = 0; i < 3; i++) await session.press('Escape');
      await pause(CALM_MS);
    }
  };
  const meanwhile = await whileProposalsWait(
    act,
    scene === 'halted' ? { before: killedWithPosition, stopBp: 150 } : {},
  );
  const isExcused = ({ atMs }: JournaledCommand): boolean =>
    interruptedAtMs.some((fromMs) => atMs >= fromMs && atMs < fromMs + EXCUSED_MS);
  const commands = meanwhile.commands.filter((command) => !isExcused(command));
  const excused = meanwhile.commands.length - commands.length;
  const acted = [...actedIn({ ...meanwhile, commands })];
  if (meanwhile.entries > excused) acted.push(`${meanwhile.entries} orders`);
  return { pastes, bytes, entries: meanwhile.entries, interruptions: interruptedAtMs.length, excused, acted };
}

/** A paste may look around, as anybody: what it has opened is closed, and what it has made large is made small again. */
async function comeBack(session: TerminalSession, isReady: (screen: string) => boolean): Promise<void> {
  for (let attempt = 0; attempt < 4; attempt++) {
    const came = await session.waitFor(isReady, 3_000).then(
      () => true,
      () => false,
    );
    if (came) return;
    await session.press('Escape', 'z');
  }
  await session.waitFor(isReady);
}

/** @returns when the test was held up for so long that a key was alone: it looks typed by a person then. */
async function paste(session: TerminalSession, way: (typeof WAYS)[number], text: string): Promise<readonly number[]> {
  const interruptedAtMs: number[] = [];
  if (way === 'bracketed') session.send(`\u001b[200~${text.replaceAll(END_OF_PASTE, '')}${END_OF_PASTE}`);
  else if (way === 'raw') session.send(text);
  else if (way === 'end within') session.send(`\u001b[200~${text}${END_OF_PASTE}`);
  else {
    for (const character of text) {
      const sentMs = Date.now();
      session.send(character);
      await pause(1);
      if (Date.now() - sentMs >= ALONE_MS) interruptedAtMs.push(sentMs);
    }
  }
  return interruptedAtMs;
}

async function killedWithPosition(session: TerminalSession): Promise<void> {
  const answered = new Set<number>();
  // A price that has gone past its limit fills nothing.
  for (let attempt = 0; attempt < 4 && !HELD.test(session.screenText()); attempt++) {
    answered.add(await answerProposal(session, 'a', answered));
    await session.waitFor(HELD, 7_000).catch(() => '');
  }
  await session.waitFor(HELD, 7_000);
  await session.press('Ctrl-K');
  await session.waitFor(/HALTED .*\d position/);
  await pause(CALM_MS);
}

export interface HeldAtConsoleFigures {
  readonly seconds: number;
  /** Proposals that came meanwhile, besides those that waited. */
  readonly proposals: number;
  /** Orders approved by `a`; must be at most one. */
  readonly approved: number;
  /** How often the test itself was held up for so long that the key was pressed anew. */
  readonly interruptions: number;
  /** Anything else; must be empty. */
  readonly acted: readonly string[];
}

const REPEAT_MS = 33;
const DEAF_MS = 450;

/** A key held down for so long, over proposals that come and wait. */
export async function holdAtConsole(key: string, seconds: number): Promise<HeldAtConsoleFigures> {
  let interruptions = 0;
  const meanwhile = await whileProposalsWait(async (session) => {
    const startMs = performance.now();
    for (let lastMs = startMs; lastMs - startMs < seconds * 1_000; ) {
      session.send(key);
      await pause(REPEAT_MS);
      const nowMs = performance.now();
      if (nowMs - lastMs >= DEAF_MS) interruptions++;
      lastMs = nowMs;
    }
  });
  const isApproval = (text: string): boolean => text.startsWith('command approve');
  return {
    seconds,
    proposals: meanwhile.opened,
    approved: meanwhile.commands.filter(({ text }) => isApproval(text)).length,
    interruptions,
    acted: actedIn(meanwhile).filter((each) => !isApproval(each)),
  };
}

export interface IdleFigures {
  readonly seconds: number;
  readonly proposals: number;
  readonly expired: number;
  /** Orders; must be 0. */
  readonly entries: number;
  /** Must be empty. */
  readonly acted: readonly string[];
}

const SHORT_TTL_S = 3;

/** Nobody presses anything for so long, and proposals end one after the other. */
export async function idleAtConsole(seconds: number): Promise<IdleFigures> {
  const meanwhile = await whileProposalsWait(() => pause(seconds * 1_000), { ttlS: SHORT_TTL_S });
  const { opened, expired, entries } = meanwhile;
  return { seconds, proposals: opened, expired, entries, acted: actedIn(meanwhile) };
}
