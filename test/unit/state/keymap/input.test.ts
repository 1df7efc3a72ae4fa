/** Raw terminal input into keys and pastes, in whatever pieces it arrives. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  EMPTY_INPUT,
  expireInput,
  type InputEvent,
  type InputState,
  inputDeadline,
  PASTE_WAIT_MS,
  readInput,
  SEQUENCE_WAIT_MS,
} from '../../../../state/keymap/input.ts';

/** Feeds reads at the given distance and gives all events, also those that time brings out. */
function feed(chunks: readonly string[], gapMs = 1): InputEvent[] {
  let state: InputState = EMPTY_INPUT;
  let now = 1_000;
  const events: InputEvent[] = [];
  for (const chunk of chunks) {
    const read = readInput(state, chunk, now);
    state = read.state;
    events.push(...read.events);
    now += gapMs;
  }
  const deadline = inputDeadline(state);
  if (deadline !== undefined) events.push(...expireInput(state, deadline).events);
  return events;
}

const names = (events: readonly InputEvent[]): string[] =>
  events.map((event) => (event.type === 'key' ? event.key.name : `paste:${event.text}`));

describe('keys', () => {
  it.each([
    ['a', ['a']],
    ['nnn', ['n', 'n', 'n']],
    ['a\r', ['a', 'enter']],
    ['\u000b', ['ctrl-k']],
    ['\u0003', ['ctrl-c']],
    ['\u000c', ['ctrl-l']],
    ['\t \u007f\b\n', ['tab', 'space', 'backspace', 'backspace', 'enter']],
    ['\u001b[A\u001b[B\u001b[C\u001b[D', ['up', 'down', 'right', 'left']],
    ['\u001bOA\u001bOH', ['up', 'home']],
    ['\u001b[1~\u001b[4~\u001b[5~\u001b[6~', ['home', 'end', 'page-up', 'page-down']],
    ['\u001b[Z', ['shift-tab']],
    ['M?:{}', ['M', '?', ':', '{', '}']],
    ['é✓𝄞', ['é', '✓', '𝄞']],
    ['\u0000', ['unknown']],
  ])('splits %j', (chunk, expected) => {
    expect(names(feed([chunk]))).toEqual(expected);
  });

  it('takes Escape with a letter as Alt, never as the letter', () => {
    expect(names(feed(['\u001ba']))).toEqual(['alt-a']);
  });

  it.each([
    ['\u001b\u000b', ['escape', 'ctrl-k']],
    ['\u001b\u001b\u000b', ['escape', 'escape', 'ctrl-k']],
    ['\u001bO\u000b', ['unknown', 'ctrl-k']],
    ['\u001b[\u000b', ['unknown', 'ctrl-k']],
  ])('hears kill after Escape in one read, and in two that come close together: %j', (text, expected) => {
    expect(names(feed([text]))).toEqual(expected);
    expect(names(feed([text.slice(0, -1), '\u000b']))).toEqual(expected);
  });

  it('takes a lone Escape for the key only after a wait', () => {
    const { state, events } = readInput(EMPTY_INPUT, '\u001b', 0);
    expect(events).toEqual([]);
    expect(expireInput(state, SEQUENCE_WAIT_MS - 1).events).toEqual([]);
    expect(names(expireInput(state, SEQUENCE_WAIT_MS).events)).toEqual(['escape']);
  });

  it.each([
    ['mouse', '\u001b[<0;10;5M'],
    ['focus', '\u001b[I'],
    ['device attributes', '\u001b[?62;c'],
    ['a colour answer', '\u001b]11;rgb:0000/0000/0000\u0007'],
    ['a string ended by ST', '\u001bP1+r\u001b\\'],
    ['a function key of the Linux console', '\u001b[[A'],
    ['a modified arrow', '\u001b[1;5A'],
  ])('lets no letter out of %s', (_, chunk) => {
    expect(names(feed([chunk]))).toEqual(['unknown']);
  });

  it('gives up on a sequence that is cut off, without letting its letters out', () => {
    expect(names(feed(['\u001b[20']))).toEqual(['unknown']);
    expect(names(feed(['\u001b]0;aaaa']))).toEqual(['unknown']);
  });

  it('marks keys of one read as crowded, and a key by itself not', () => {
    const crowded = (events: readonly InputEvent[]) => events.map((e) => e.type === 'key' && e.key.crowded);
    expect(crowded(feed(['a']))).toEqual([false]);
    expect(crowded(feed(['a\r']))).toEqual([true, true]);
    expect(crowded(feed(['\u001b[Aa']))).toEqual([true, true]);
  });
});

describe('bracketed paste', () => {
  it('is one event and no key', () => {
    expect(names(feed(['\u001b[200~approve\ra\u000b\u001b[201~']))).toEqual(['paste:approve\ra\u000b']);
  });

  it('ends where it says, and what follows in the same read is crowded', () => {
    const events = feed(['\u001b[200~x\u001b[201~a']);
    expect(names(events)).toEqual(['paste:x', 'a']);
    expect(events[1]).toMatchObject({ key: { crowded: true } });
  });

  it('does not deafen the console when its end never comes', () => {
    const { state } = readInput(EMPTY_INPUT, '\u001b[200~half', 0);
    expect(inputDeadline(state)).toBe(PASTE_WAIT_MS);
    const later = readInput(state, '\u000b', PASTE_WAIT_MS);
    expect(names(later.events)).toEqual(['paste:half', 'ctrl-k']);
  });

  it('keeps a bounded text', () => {
    const [event] = feed([`\u001b[200~${'x'.repeat(10_000)}\u001b[201~`]);
    expect(event?.type === 'paste' && event.text.length).toBe(4_096);
  });
});

describe('pieces', () => {
  const part = fc.constantFrom(
    'a',
    'é',
    '✓',
    '\u001b[A',
    '\u001bOB',
    '\u001b[200~x\u001b[201~',
    '\r',
    '\u000b',
    '\u001b[<0;1;1M',
    '\u001b]0;a\u0007',
  );

  it('make the same keys however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 12 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 5 })),
        (parts, sizes) => {
          const text = parts.join('');
          const chunks: string[] = [];
          for (let rest = text; rest !== ''; ) {
            const size = sizes.next().value ?? 1;
            chunks.push(rest.slice(0, size));
            rest = rest.slice(size);
          }
          expect(names(feed(chunks))).toEqual(names(feed([text])));
        },
      ),
      { numRuns: 200 },
    );
  });

  it('never make a control character into text', () => {
    const any = fc.string({ unit: 'binary', minLength: 1, maxLength: 1 });
    const control = fc.integer({ min: 0, max: 0x9f }).map((code) => String.fromCodePoint(code));
    fc.assert(
      fc.property(fc.array(fc.string({ unit: fc.oneof(control, any), maxLength: 8 }), { maxLength: 6 }), (chunks) => {
        return feed(chunks).every((event) => event.type !== 'key' || !/\p{Cc}/u.test(event.key.text));
      }),
      { numRuns: 50 },
    );
  });
});
