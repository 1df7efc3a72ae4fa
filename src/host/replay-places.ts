/** Places of a replay: bookmarks, and where it stops by itself while it plays. */
import { EVENT_CLASS, type ForkCommand, type TimeTravel } from '../../engine/index.ts';
import type { BookmarkView, BreakKind } from '../../state/view.ts';
import { CommandError } from '../exit-codes.ts';
import type { Bookmark, BookmarkStore } from '../stores/bookmark-store.ts';

/** Which events each kind stops at. */
const STOPS_AT: Readonly<Record<Exclude<BreakKind, 'bookmark'>, readonly number[]>> = {
  decision: [EVENT_CLASS.decision, EVENT_CLASS.vetoedDecision],
  veto: [EVENT_CLASS.vetoedDecision, EVENT_CLASS.operatorVeto],
  proposal: [EVENT_CLASS.proposal],
  trade: [EVENT_CLASS.fill],
  kill: [EVENT_CLASS.kill, EVENT_CLASS.halt],
};

export interface Stop {
  readonly cursor: number;
  readonly kind: BreakKind;
  /** Of a bookmark. */
  readonly note?: string;
}

/** Bookmarks are of the recording: in a forked run they stand after the operator's commands before them. */
export class ReplayPlaces {
  readonly #travel: TimeTravel;
  readonly #store: BookmarkStore;
  #bookmarks: readonly Bookmark[] = [];
  #breaks: readonly BreakKind[] = [];

  constructor(travel: TimeTravel, store: BookmarkStore) {
    this.#travel = travel;
    this.#store = store;
  }

  /** Throws a `CommandError` where the bookmarks are damaged. */
  load(): void {
    this.#bookmarks = this.#store.all();
  }

  get breaks(): readonly BreakKind[] {
    return this.#breaks;
  }

  setBreak(kind: BreakKind, on: boolean): void {
    const others = this.#breaks.filter((each) => each !== kind);
    this.#breaks = on ? [...others, kind] : others;
  }

  bookmarks(): readonly BookmarkView[] {
    return this.#bookmarks.map(({ cursor, note }) => {
      const at = inRun(cursor, this.#travel.commands);
      return { cursor: at, atUs: this.#travel.timeAt(Math.max(at - 1, 0)), note };
    });
  }

  /** Throws a `CommandError` when the disk will not have it. @returns false when there are too many. */
  keep(cursor: number, note: string): boolean {
    const place = inRecording(cursor, this.#travel.commands);
    this.#bookmarks = this.#store.keep({ cursor: place, note });
    return this.#bookmarks.some((each) => each.cursor === place);
  }

  /** Throws a `CommandError` when the disk will not have it. */
  remove(cursor: number): void {
    this.#bookmarks = this.#store.remove(inRecording(cursor, this.#travel.commands));
  }

  /** The first place to stop at after `from` and up to `to`, which is read first where it is not known yet. */
  stopWithin(from: number, to: number): Stop | undefined {
    if (this.#breaks.length === 0) return undefined;
    this.#travel.index(to - this.#travel.indexed);
    const event = this.#eventWithin(from, to);
    const bookmark = this.#breaks.includes('bookmark')
      ? this.bookmarks().find(({ cursor }) => cursor > from && cursor <= to)
      : undefined;
    if (bookmark === undefined || (event !== undefined && event.cursor <= bookmark.cursor)) return event;
    return { cursor: bookmark.cursor, kind: 'bookmark', note: bookmark.note };
  }

  #eventWithin(from: number, to: number): Stop | undefined {
    const { events } = this.#travel;
    const end = events.countAt(to);
    for (let i = events.countAt(from); i < end; i++) {
      const kind = this.#breaks.find((each) => each !== 'bookmark' && STOPS_AT[each].includes(events.classAt(i)));
      if (kind !== undefined) return { cursor: events.cursorAt(i), kind };
    }
    return undefined;
  }
}

/** Inputs of the forked run before a place of the recording. */
export function inRun(cursor: number, commands: readonly ForkCommand[]): number {
  return commands.reduce((at, { index }) => (index < at ? at + 1 : at), cursor);
}

/** Inputs of the recording before a place of the forked run. */
export function inRecording(cursor: number, commands: readonly ForkCommand[]): number {
  return cursor - commands.filter(({ index }) => index < cursor).length;
}

/** What is beside the session may be damaged, or the disk full: the replay goes on without. */
export function orWarn(act: () => void, warn: (why: string) => void): void {
  try {
    act();
  } catch (cause) {
    if (!(cause instanceof CommandError)) throw cause;
    warn(cause.message);
  }
}
