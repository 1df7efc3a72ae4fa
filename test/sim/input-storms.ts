/**
 * Keys that no person pressed: pastes in every form, keys held down, a yes that comes too late. In virtual time, so that
 * a storm of minutes costs milliseconds; a storm is its seed.
 */
import type { OperatorCommand } from '../../engine/domain/index.ts';
import { type ConsoleRig, consoleRig } from '../fixtures/console-rig.ts';
import { engineView, proposalView, suggestionView } from '../fixtures/console-view.ts';
import { eventsOf, sessionWithDecision } from '../fixtures/engine-session.ts';
import { fakeTimers } from '../fixtures/fake-timers.ts';
import { randomFrom } from '../fixtures/hostile-session.ts';

export type Random = (below: number) => number;

const WAYS = ['bracketed', 'raw', 'pieces', 'bytes', 'end within', 'never ended'] as const;
/** Where the console stands when the paste comes: keys pressed before it. */
const PLACES = ['', 'g', 'M', 'q', 'R', '?', '8/', 'e5'] as const;
/** Shorter than what any person needs between two keys. */
const MACHINE_PACE_MS = 30;
/** What is pasted most: keys that would act, and what might end a bracketed paste early. */
const ACTING = 'aavvesw50%yxummMRFLflq\r\r\n';
export const END_OF_PASTE = '\u001b[201~';

export interface PasteFigures {
  readonly storms: number;
  readonly bytes: number;
  /** Kills: allowed, for they spend nothing. */
  readonly kills: number;
  /** Orders approved, modes changed, positions flattened, sessions left; each names its seed and must be empty. */
  readonly acted: readonly string[];
}

/** `storms` pastes of `bytes` random bytes each. `paceMs` is the most time between two bytes that come one by one. */
export function pasteStorms(storms: number, seed: number, bytes = 10_000, paceMs = MACHINE_PACE_MS): PasteFigures {
  let kills = 0;
  const acted: string[] = [];
  for (let n = 0; n < storms; n++) {
    const random = randomFrom(seed + n);
    const rig = startedIn(PLACES[random(PLACES.length)] ?? '');
    const before = rig.port.commands().length;
    const way = paceMs > MACHINE_PACE_MS ? 'bytes' : (WAYS[n % WAYS.length] ?? 'raw');
    paste(rig, way, randomText(random, bytes), random, paceMs);
    rig.timers.advance(3_000);
    const done = rig.port.commands().slice(before);
    kills += done.filter((command) => command.kind === 'kill').length;
    const wrong: string[] = done.filter((command) => command.kind !== 'kill').map(({ kind }) => kind);
    if (rig.left() > 0) wrong.push('left');
    if (wrong.length > 0) acted.push(`seed ${seed + n} (${way}): ${wrong.join(', ')}`);
    rig.controller.close();
  }
  return { storms, bytes, kills, acted };
}

/** A console in AUTO with proposals, a suggestion and a halt: everything that a key could act on is there. */
function startedIn(keys: string): ConsoleRig {
  const rig = consoleRig();
  rig.show({
    control: 'veto',
    halted: 'operator',
    kill: 'none-open',
    proposals: [11, 12, 13].map((proposalId) => proposalView({ proposalId })),
    suggestions: [suggestionView()],
  });
  for (const key of keys) rig.press(key);
  rig.timers.advance(1_000);
  return rig;
}

/** Keys that would act, other characters, sequences, and ends of pastes. */
export function randomText(random: Random, bytes: number): string {
  let text = '';
  while (text.length < bytes) {
    const kind = random(10);
    if (kind < 6) text += ACTING[random(ACTING.length)] ?? 'a';
    else if (kind < 9) text += String.fromCharCode(random(128));
    else text += ['\u001b[A', '\u001bOP', '\u00e9', '币', '🐸', '\u001b[200~', END_OF_PASTE][random(7)] ?? 'a';
  }
  return text;
}

function paste(rig: ConsoleRig, way: (typeof WAYS)[number], text: string, random: Random, paceMs: number): void {
  const whole = text.replaceAll(END_OF_PASTE, '');
  if (way === 'bracketed') rig.controller.input(`\u001b[200~${whole}${END_OF_PASTE}`);
  else if (way === 'raw') rig.controller.input(text);
  else if (way === 'end within') inPieces(rig, `\u001b[200~${text}${END_OF_PASTE}`, random, 1_024, 4);
  else if (way === 'never ended') inPieces(rig, `\u001b[200~${whole}`, random, 1_024, 4);
  else if (way === 'pieces') inPieces(rig, text, random, 64, MACHINE_PACE_MS);
  else inPieces(rig, text, random, 1, paceMs);
}

/** Reads of up to `longest` characters, less than `paceMs` apart. */
function inPieces(rig: ConsoleRig, text: string, random: Random, longest: number, paceMs: number): void {
  const characters = [...text];
  for (let at = 0; at < characters.length; ) {
    const length = 1 + random(longest);
    rig.controller.input(characters.slice(at, at + length).join(''));
    at += length;
    rig.timers.advance(random(paceMs));
  }
}

export interface HeldFigures {
  readonly holds: number;
  /** Most approvals of one held key; must be at most 1. */
  readonly mostApproved: number;
  /** Holds that approved nothing, because the key came too early. */
  readonly nothing: number;
  /** Anything that Enter held down, or nothing pressed at all, has led to; must be empty. */
  readonly acted: readonly string[];
}

const HELD_MS = 30_000;

/**
 * `a` held for 30 s while proposals come and go, with every delay and rate of repetition a keyboard may have; and Enter
 * in its place. `guarded: false` presses anew each time instead, as somebody would who means it.
 */
export function heldKeys(holds: number, seed: number, guarded = true): HeldFigures {
  const figures = { mostApproved: 0, nothing: 0 };
  const acted: string[] = [];
  for (let n = 0; n < holds; n++) {
    const approved = hold('a', randomFrom(seed + n), guarded).filter(({ kind }) => kind === 'approve').length;
    figures.mostApproved = Math.max(figures.mostApproved, approved);
    if (approved === 0) figures.nothing++;
    const entered = hold('\r', randomFrom(seed + n), true);
    if (entered.length > 0) acted.push(`seed ${seed + n}: ${entered.map(({ kind }) => kind).join(', ')}`);
  }
  return { holds, ...figures, acted };
}

function hold(key: string, random: Random, guarded: boolean): readonly OperatorCommand[] {
  const rig = consoleRig(120, 40, fakeTimers(10_000, random(2) * 0.7));
  const waiting = Array.from({ length: 6 }, (_, n) => ({ proposalId: 11 + n, fromMs: random(HELD_MS / 2) }));
  const startMs = rig.timers.now();
  const show = (): void => {
    const answered = new Set(rig.port.commands().map((each) => ('proposalId' in each ? each.proposalId : 0)));
    const since = rig.timers.now() - startMs;
    const open = waiting.filter((each) => each.fromMs <= since && !answered.has(each.proposalId));
    rig.port.view(engineView({ proposals: open.map(({ proposalId }) => proposalView({ proposalId })) }));
  };
  waiting[0] = { proposalId: 11, fromMs: 0 };
  show();
  rig.timers.advance(random(1_500));
  rig.controller.input(key);
  rig.timers.advance(guarded ? 200 + random(1_300) : 2_500);
  while (rig.timers.now() - startMs < HELD_MS) {
    show();
    rig.controller.input(key);
    rig.timers.advance(guarded ? 20 + random(50) : 2_500);
  }
  rig.timers.advance(2_000);
  const commands = [...rig.port.commands()];
  rig.controller.close();
  return commands;
}

export interface LateFigures {
  readonly answers: number;
  readonly refused: number;
  /** Each names its seed; must be empty. */
  readonly orders: readonly string[];
}

/** A yes that arrives after the proposal's time is over, by anything from a microsecond to a minute; and none at all. */
export function lateAnswers(answers: number, seed: number, lateUs = 1): LateFigures {
  let refused = 0;
  const orders: string[] = [];
  for (let n = 0; n < answers; n++) {
    const random = randomFrom(seed + n);
    const session = sessionWithDecision();
    const opened = eventsOf(session.events, 'proposal-opened')[0];
    if (opened === undefined) throw new Error('the session has no proposal');
    const { proposalId, revision, expiresAtUs } = opened.proposal;
    const after = random(3) === 0 ? 0 : random(60_000_000);
    session.atUs = expiresAtUs + lateUs + (lateUs > 0 ? after : 0);
    if (random(4) === 0) session.timer();
    const told = session.command({ kind: 'approve', proposalId, revision, viewSeq: 1 });
    refused += eventsOf(told, 'command-refused').length;
    session.wait(1).timer();
    if (eventsOf(session.events, 'order').length > 0) orders.push(`seed ${seed + n}`);
  }
  return { answers, refused, orders };
}
