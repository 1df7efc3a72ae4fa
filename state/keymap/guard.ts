/**
 * Keeps acting keys from acting by accident. Pure: told of each input with its time, it says whether an acting
 * key is refused, or by when it acts unless something else is pressed before.
 *
 * An acting key does not act at once. It waits a moment: a paste without brackets, read a byte at a time, shows
 * itself by its next byte, and a key held down by its repetition (whose first delay may be longer than the
 * 500 ms for which a pressed key is deaf).
 */

/** Keys closer together than this were not typed by a person. */
export const BURST_MS = 30;
/** A key that acted is deaf until this long has passed without it. */
export const DEAF_MS = 500;
/** What has been on screen for less than this cannot be acted on. */
export const APPEARED_MS = 500;
/** After a press of the same key within this time, repetition is looked for, for as long as it would need. */
const SUSPECT_MS = 2_000;
const REPEAT_MS = 120;

export interface HeldKey<T> {
  readonly key: string;
  readonly what: T;
  readonly dueAtMs: number;
}

export interface GuardState<T> {
  readonly lastInputAtMs: number;
  readonly lastPressAtMs: ReadonlyMap<string, number>;
  readonly held: HeldKey<T> | undefined;
}

export function emptyGuard<T>(): GuardState<T> {
  return { lastInputAtMs: Number.NEGATIVE_INFINITY, lastPressAtMs: new Map(), held: undefined };
}

export interface ActingPress<T> {
  readonly key: string;
  readonly atMs: number;
  readonly crowded: boolean;
  /** Since when what it acts on has been on screen; undefined where that does not matter. */
  readonly targetSinceMs: number | undefined;
  readonly what: T;
}

export interface Verdict<T> {
  readonly guard: GuardState<T>;
  /** Why a key did nothing, or undefined. */
  readonly ignored: string | undefined;
}

/** Any input that is no acting key: it calls off an acting key that waits. */
export function noteInput<T>(guard: GuardState<T>, atMs: number): Verdict<T> {
  const { held } = guard;
  return {
    guard: { ...guard, lastInputAtMs: atMs, held: undefined },
    ignored: held === undefined ? undefined : `${held.key} ignored: other keys came with it`,
  };
}

/** An acting key: refused with the reason, or held until it is due. */
export function pressActing<T>(guard: GuardState<T>, press: ActingPress<T>): Verdict<T> {
  const { key, atMs } = press;
  const lastSame = guard.lastPressAtMs.get(key) ?? Number.NEGATIVE_INFINITY;
  const next: GuardState<T> = {
    lastInputAtMs: atMs,
    lastPressAtMs: new Map(guard.lastPressAtMs).set(key, atMs),
    held: undefined,
  };
  const reason = refusal(guard, press, lastSame);
  if (reason !== undefined) return { guard: next, ignored: `${key} ignored: ${reason}` };
  const wait = atMs - lastSame < SUSPECT_MS ? REPEAT_MS : BURST_MS;
  return { guard: { ...next, held: { key, what: press.what, dueAtMs: atMs + wait } }, ignored: undefined };
}

function refusal<T>(guard: GuardState<T>, press: ActingPress<T>, lastSame: number): string | undefined {
  if (press.crowded || guard.held !== undefined || press.atMs - guard.lastInputAtMs < BURST_MS) {
    return guard.held?.key === press.key ? 'it is held down' : 'it came in a burst of keys';
  }
  if (press.atMs - lastSame < DEAF_MS) return 'it was pressed or held a moment ago';
  if (press.targetSinceMs !== undefined && press.atMs - press.targetSinceMs < APPEARED_MS) {
    return 'what it acts on has only just appeared';
  }
  return undefined;
}

/** The held key that is due, taken out of the guard. */
export function takeDue<T>(guard: GuardState<T>, nowMs: number): { guard: GuardState<T>; due: T | undefined } {
  if (guard.held === undefined || nowMs < guard.held.dueAtMs) return { guard, due: undefined };
  return { guard: { ...guard, held: undefined }, due: guard.held.what };
}
