/**
 * Raw terminal input as keys and pastes. Pure: the caller gives the time, and asks again when a started
 * sequence has waited long enough.
 *
 * A bracketed paste is one event and never a key. Keys that come in one read are split, and marked as crowded.
 */

export interface Key {
  /** `a`, `M`, `ctrl-k`, `alt-x`, `enter`, `up` … or `unknown` for a sequence that stands for no key here. */
  readonly name: string;
  /** The text it types, or nothing. */
  readonly text: string;
  readonly atMs: number;
  /** True when it came in one read with something else: a burst, perhaps a paste without brackets. */
  readonly crowded: boolean;
}

export type InputEvent =
  | { readonly type: 'key'; readonly key: Key }
  | { readonly type: 'paste'; readonly text: string; readonly atMs: number };

export interface InputState {
  /** The start of a sequence whose rest has not come. */
  readonly held: string;
  /** Text of a paste that is under way. */
  readonly paste: string | undefined;
  readonly atMs: number;
}

export const EMPTY_INPUT: InputState = { held: '', paste: undefined, atMs: 0 };

/** A lone Escape, or a sequence that is cut off, is decided on after this. */
export const SEQUENCE_WAIT_MS = 50;
/** A paste whose end never comes is over after this: no key may stay deaf, least of all kill. */
export const PASTE_WAIT_MS = 1_000;
const LONGEST_SEQUENCE = 64;
const LONGEST_PASTE = 4_096;

const ESCAPE = '\u001b';
const PASTE_START = `${ESCAPE}[200~`;
const PASTE_END = `${ESCAPE}[201~`;

const SEQUENCE_NAMES: Readonly<Record<string, string>> = {
  '[A': 'up',
  '[B': 'down',
  '[C': 'right',
  '[D': 'left',
  '[H': 'home',
  '[F': 'end',
  '[Z': 'shift-tab',
  '[1~': 'home',
  '[4~': 'end',
  '[7~': 'home',
  '[8~': 'end',
  '[3~': 'delete',
  '[5~': 'page-up',
  '[6~': 'page-down',
  OA: 'up',
  OB: 'down',
  OC: 'right',
  OD: 'left',
  OH: 'home',
  OF: 'end',
};

const CONTROL_NAMES: Readonly<Record<string, string>> = {
  '\r': 'enter',
  '\n': 'enter',
  '\t': 'tab',
  '\b': 'backspace',
  '\u007f': 'backspace',
  ' ': 'space',
};

interface Token {
  readonly name: string;
  readonly text: string;
  readonly length: number;
}

/** Feeds one read. */
export function readInput(
  state: InputState,
  chunk: string,
  nowMs: number,
): { readonly state: InputState; readonly events: readonly InputEvent[] } {
  const settled = expireInput(state, nowMs);
  const events: InputEvent[] = [...settled.events];
  let rest = settled.state.held + chunk;
  let paste = settled.state.paste;
  const tokens: Array<Token | { readonly pasted: string }> = [];
  while (rest !== '') {
    if (paste !== undefined) {
      const end = rest.indexOf(PASTE_END);
      const keep = end >= 0 ? end : rest.length - partialEnd(rest);
      paste = (paste + rest.slice(0, keep)).slice(0, LONGEST_PASTE);
      rest = rest.slice(keep);
      if (end < 0) break;
      tokens.push({ pasted: paste });
      paste = undefined;
      rest = rest.slice(PASTE_END.length);
    } else if (rest.startsWith(PASTE_START)) {
      paste = '';
      rest = rest.slice(PASTE_START.length);
    } else {
      const token = nextToken(rest);
      if (token === undefined) break;
      tokens.push(token);
      rest = rest.slice(token.length);
    }
  }
  const crowded = tokens.length + (paste === undefined ? 0 : 1) > 1;
  for (const token of tokens) events.push(asEvent(token, nowMs, crowded));
  return { state: { held: rest, paste, atMs: nowMs }, events };
}

/** When {@link expireInput} should be called, or undefined while nothing is held back. */
export function inputDeadline(state: InputState): number | undefined {
  if (state.paste !== undefined) return state.atMs + PASTE_WAIT_MS;
  return state.held === '' ? undefined : state.atMs + SEQUENCE_WAIT_MS;
}

/** Ends what has waited too long: a lone Escape is the key, a cut-off sequence is nothing, a paste is over. */
export function expireInput(
  state: InputState,
  nowMs: number,
): { readonly state: InputState; readonly events: readonly InputEvent[] } {
  const deadline = inputDeadline(state);
  if (deadline === undefined || nowMs < deadline) return { state, events: [] };
  if (state.paste !== undefined) {
    return { state: EMPTY_INPUT, events: [{ type: 'paste', text: state.paste, atMs: nowMs }] };
  }
  const token: Token =
    state.held === ESCAPE
      ? { name: 'escape', text: '', length: 1 }
      : { name: 'unknown', text: '', length: state.held.length };
  return { state: EMPTY_INPUT, events: [asEvent(token, nowMs, false)] };
}

function asEvent(token: Token | { readonly pasted: string }, atMs: number, crowded: boolean): InputEvent {
  if ('pasted' in token) return { type: 'paste', text: token.pasted, atMs };
  return { type: 'key', key: { name: token.name, text: token.text, atMs, crowded } };
}

/** Length of the end of `text` that may be the start of the end-of-paste mark. */
function partialEnd(text: string): number {
  for (let length = Math.min(PASTE_END.length - 1, text.length); length > 0; length--) {
    if (PASTE_END.startsWith(text.slice(-length))) return length;
  }
  return 0;
}

/** The first key of `text`, or undefined when its rest has not come yet. */
function nextToken(text: string): Token | undefined {
  const first = String.fromCodePoint(text.codePointAt(0) ?? 0);
  if (first === ESCAPE) return escapeToken(text);
  const name = CONTROL_NAMES[first];
  if (name !== undefined) return { name, text: name === 'space' ? ' ' : '', length: 1 };
  const code = first.charCodeAt(0);
  // U+0080 to U+009F are controls too: a terminal takes U+009B for ESC [.
  if (code < 32 || (code >= 128 && code < 160)) return { name: controlName(code), text: '', length: 1 };
  return { name: first, text: first, length: first.length };
}

function controlName(code: number): string {
  return code >= 1 && code <= 26 ? `ctrl-${String.fromCharCode(code + 96)}` : 'unknown';
}

function escapeToken(text: string): Token | undefined {
  const second = text[1];
  if (second === undefined) return undefined;
  // Escape and Ctrl-K in one read are no other key: whoever closes a dialog and kills means both.
  if (second < ' ') return { name: 'escape', text: '', length: 1 };
  if (second === '[') return bracketToken(text);
  if (second === 'O') {
    if (text.length < 3) return undefined;
    if (text[2]! < ' ') return { name: 'unknown', text: '', length: 2 };
    return { name: SEQUENCE_NAMES[text.slice(1, 3)] ?? 'unknown', text: '', length: 3 };
  }
  if (']P^_X'.includes(second)) return replyToken(text);
  const point = String.fromCodePoint(text.codePointAt(1) ?? 0);
  return { name: `alt-${point}`, text: '', length: 1 + point.length };
}

/** `ESC [` … up to its final byte. The Linux console's `ESC [ [ A` is one more. */
function bracketToken(text: string): Token | undefined {
  if (text[2] === '[') return text.length < 4 ? undefined : { name: 'unknown', text: '', length: 4 };
  for (let i = 2; i < text.length && i < LONGEST_SEQUENCE; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x40 && code <= 0x7e) {
      return { name: SEQUENCE_NAMES[text.slice(1, i + 1)] ?? 'unknown', text: '', length: i + 1 };
    }
    if (code < 0x20 || code > 0x7e) return { name: 'unknown', text: '', length: i };
  }
  return text.length < LONGEST_SEQUENCE ? undefined : { name: 'unknown', text: '', length: LONGEST_SEQUENCE };
}

/** A terminal's answer (OSC, DCS, …) up to its end: no key. */
function replyToken(text: string): Token | undefined {
  const bell = text.indexOf('\u0007');
  const terminator = text.indexOf(`${ESCAPE}\\`, 2);
  const ends = [
    bell < 0 ? Number.POSITIVE_INFINITY : bell + 1,
    terminator < 0 ? Number.POSITIVE_INFINITY : terminator + 2,
  ];
  const end = Math.min(...ends);
  if (Number.isFinite(end)) return { name: 'unknown', text: '', length: end };
  return text.length < LONGEST_PASTE ? undefined : { name: 'unknown', text: '', length: text.length };
}
