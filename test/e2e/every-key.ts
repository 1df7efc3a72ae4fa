/** Presses keys of the table one after another in the real binary, and keeps a list of those whose effect was seen. */
import { setTimeout as pause } from 'node:timers/promises';
import { BINDINGS } from '../../state/keymap/bindings.ts';
import { DEAF_MS } from '../../state/keymap/guard.ts';
import type { Scope } from '../../state/keymap/scopes.ts';
import type { TerminalSession } from './terminal.ts';

/** What a key leads to: a text that was not there before, or a test of the screen before and after. */
export type Effect = string | RegExp | ((after: string, before: string) => boolean);
export type Press = readonly [scope: Scope, key: string, effect: Effect];

/** Every key of the table with its scope, as a walk names it. */
export const ALL_KEYS: readonly string[] = BINDINGS.flatMap(({ scope, keys }) => keys.map((key) => `${scope} ${key}`));

/** Another screen, apart from the last rows, in which messages come and go. */
export const MOVES: Effect = (after, before) => withoutFooter(after) !== withoutFooter(before);
/** A text that was there is gone. */
export const gone =
  (text: string): Effect =>
  (after, before) =>
    before.includes(text) && !after.includes(text);

const withoutFooter = (screen: string): string => screen.split('\n').slice(0, -2).join('\n');

/** `page-down` is `PageDown` to the terminal, `ctrl-k` is `Ctrl-K`. */
function pressed(key: string): string {
  if ([...key].length === 1) return key;
  const parts = key.split('-').map((part) => part.charAt(0).toUpperCase() + part.slice(1));
  return /^(?:Ctrl|Shift)$/.test(parts[0] ?? '') ? parts.join('-') : parts.join('');
}

const SETTLED_MS = 60;
const EFFECT_MS = 8_000;
/** Long enough after the last key, and after what it acts on has appeared. */
const CALM_MS = DEAF_MS + 150;

export class KeyWalk {
  /** Keys whose effect was seen. */
  readonly seen = new Set<string>();
  readonly session: TerminalSession;

  constructor(session: TerminalSession) {
    this.session = session;
  }

  /** One key after the other; throws at the first that does not lead to what is expected of it. */
  async press(...presses: readonly Press[]): Promise<void> {
    for (const [scope, key, effect] of presses) {
      const binding = BINDINGS.find((each) => each.scope === scope && each.keys.includes(key));
      if (binding === undefined) throw new Error(`the table has no ${scope} ${key}`);
      if (binding.acting === true) await pause(CALM_MS);
      const before = await this.session.settled(SETTLED_MS);
      const happened = (after: string): boolean => {
        if (typeof effect === 'function') return effect(after, before);
        return typeof effect === 'string' ? after.includes(effect) : effect.test(after);
      };
      if (happened(before)) throw new Error(`what ${scope} ${key} leads to is there before:\n${before}`);
      await this.session.press(pressed(key));
      await this.session.waitFor(happened, EFFECT_MS).catch((cause: Error) => {
        throw new Error(`${scope} ${key}: ${cause.message}`);
      });
      this.seen.add(`${scope} ${key}`);
    }
  }

  /** A key that opens a page or a dialog, seen before. */
  async open(key: string, title: string): Promise<void> {
    await this.session.press(key);
    await this.session.waitFor(title);
  }

  /** Closes it by Escape. A key too soon after Escape would be one with Alt. */
  async close(title: string): Promise<void> {
    await this.session.press('Escape');
    await this.session.waitFor((screen) => !screen.includes(title));
  }

  /** Keys that do the same in one scope, each after `first`. */
  async each(scope: Scope, keys: readonly string[], effect: Effect, first: () => Promise<void>): Promise<void> {
    for (const key of keys) {
      await first();
      await this.press([scope, key, effect]);
    }
  }
}
