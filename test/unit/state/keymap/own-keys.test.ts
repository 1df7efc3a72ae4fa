/** Keys of the operator's own: whatever is accepted means one thing at a time, and kill and the way out stay. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BINDINGS, type Binding } from '../../../../state/keymap/bindings.ts';
import { findBinding } from '../../../../state/keymap/dispatch.ts';
import { EMPTY_INPUT, expireInput, readInput } from '../../../../state/keymap/input.ts';
import { keyLabel, keyOf, parseKey } from '../../../../state/keymap/key-names.ts';
import { bindOwnKeys, type OwnKeys } from '../../../../state/keymap/own-keys.ts';
import { OPEN_TOGETHER, openScopes } from '../../../../state/keymap/scopes.ts';
import { initialState } from '../../../../state/model.ts';

const bound = (own: OwnKeys): readonly Binding[] => {
  const result = bindOwnKeys(BINDINGS, own);
  if ('error' in result) throw new Error(result.error);
  return result.bindings;
};
const refusal = (own: OwnKeys): string => {
  const result = bindOwnKeys(BINDINGS, own);
  return 'error' in result ? result.error : 'accepted';
};

describe('names of keys', () => {
  it.each([
    ['z', 'z'],
    ['Z', 'Z'],
    ['ctrl-t', 'ctrl-t'],
    ['Ctrl-T', 'ctrl-t'],
    ['Alt-x', 'alt-x'],
    ['alt-X', 'error'],
    ['PgDn', 'page-down'],
    ['page-down', 'page-down'],
    ['↓', 'down'],
    ['Esc', 'escape'],
    [' ', 'space'],
    ['é', 'é'],
    ['F5', 'error'],
    ['ctrl-m', 'error'],
    ['ctrl-é', 'error'],
    ['alt-[', 'error'],
    ['zz', 'error'],
    ['', 'error'],
    ['🐸', 'error'],
    ['\u001b', 'error'],
    ['\u200b', 'error'],
    ['unknown', 'error'],
  ])('%j is %s', (written, expected) => {
    const parsed = parseKey(written);
    expect('key' in parsed ? parsed.key : 'error').toBe(expected);
  });

  it('are those of the table, in both writings', () => {
    for (const key of BINDINGS.flatMap((binding) => binding.keys)) {
      expect(parseKey(key)).toEqual({ key });
      expect(parseKey(keyLabel(key))).toEqual({ key });
    }
  });

  it('are those that the terminal gives, so that every accepted one can be pressed', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...'abcxyzABCXYZ019.,-+é%&/'),
        fc.constantFrom('', 'ctrl-', 'alt-'),
        (letter, with_) => {
          const parsed = parseKey(with_ + letter);
          if ('error' in parsed) return;
          const bytes =
            with_ === 'ctrl-'
              ? String.fromCharCode(letter.toLowerCase().charCodeAt(0) & 0x1f)
              : with_ === 'alt-'
                ? `\u001b${letter}`
                : letter;
          const read = readInput(EMPTY_INPUT, bytes, 0);
          const late = expireInput(read.state, 1_000);
          const keys = [...read.events, ...late.events].map((event) =>
            event.type === 'key' ? event.key.name : 'paste',
          );
          expect(keys).toEqual([parsed.key]);
        },
      ),
    );
  });
});

it('every command has a name of its own, but for Ctrl-C and what dialogs, lists and fields are answered with', () => {
  const fixed: readonly string[] = ['quit', 'code', 'size', 'palette', 'prompt', 'list', 'tour'];
  for (const { scope, name, keys } of BINDINGS)
    expect([scope, keys, name === undefined]).toEqual([scope, keys, fixed.includes(scope) || keys.includes('ctrl-c')]);
  const names = BINDINGS.flatMap(({ name }) => (name === undefined ? [] : [name]));
  expect(new Set(names).size).toBe(names.length);
});

describe('own keys', () => {
  it('take the place of those of the table, and are shown', () => {
    const bindings = bound({ zoom: ['Z', 'Ctrl-T'] });
    const state = initialState(120, 40, bindings);
    expect(findBinding(state, 'Z')?.command).toEqual({ id: 'zoom' });
    expect(findBinding(state, 'ctrl-t')?.command).toEqual({ id: 'zoom' });
    expect(findBinding(state, 'z')).toBeUndefined();
    expect(keyOf(bindings, 'zoom')).toBe('Z');
  });

  it('may change places', () => {
    expect(findBinding(initialState(80, 24, bound({ zoom: ['g'], 'focus-governor': ['z'] })), 'g')?.name).toBe('zoom');
  });

  it('of kill stand beside Ctrl-K', () => {
    const bindings = bound({ kill: ['ctrl-x'] });
    for (const key of ['ctrl-k', 'ctrl-x'])
      expect(findBinding(initialState(80, 24, bindings), key)?.command).toEqual({ id: 'kill' });
    expect(keyOf(bindings, 'kill')).toBe('Ctrl-K');
  });

  it.each<[OwnKeys, RegExp]>([
    [{ zom: ['Z'] }, /no command "zom"/],
    [{ ['__proto__']: ['Z'] }, /no command "__proto__"/],
    [{ zoom: ['F5'] }, /zoom: "F5" is no key/],
    [{ zoom: ['ctrl-i'] }, /zoom: Ctrl-I cannot be told from Tab/],
    [{ zoom: ['Z', 'Z'] }, /zoom: Z is named twice/],
    [{ zoom: ['g'] }, /g would be both focus-governor \(Panels\) and zoom \(Panels\)/],
    [{ zoom: ['a'] }, /a would be both approve \(While a proposal waits\) and zoom/],
    [{ zoom: ['E'] }, /E would be both .*next-chart/],
    [{ repaint: ['escape'] }, /Esc would be both repaint \(Everywhere\) and/],
    [{ zoom: ['ctrl-k'] }, /zoom: Ctrl-K is kill and stays so/],
    [{ zoom: ['ctrl-c'] }, /zoom: Ctrl-C is leave and stays so/],
    [{ approve: ['enter'] }, /approve: Enter is pressed too lightly/],
    [{ approve: ['space'] }, /approve: Space is pressed too lightly/],
    [{ disarm: ['up'] }, /disarm: ↑ is pressed too lightly/],
    [{ kill: ['enter'] }, /kill: Enter is pressed too lightly/],
    [{ kill: ['K'] }, /kill: K is text where text is typed/],
    [{ repaint: ['é'] }, /repaint: é is text where text is typed/],
  ])('%j are refused in a line', (own, message) => {
    expect(refusal(own)).toMatch(message);
    expect(refusal(own)).not.toContain('\n');
  });

  it('whatever is accepted gives each key one command, leaves kill and the way out, and puts no act on a light key', () => {
    const names = BINDINGS.flatMap(({ name }) => (name === undefined ? [] : [name]));
    const keys = [
      ...new Set(BINDINGS.flatMap((binding) => binding.keys)),
      'Z',
      'T',
      'ctrl-t',
      'ctrl-x',
      'alt-a',
      'delete',
    ];
    let accepted = 0;
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...names), fc.array(fc.constantFrom(...keys), { minLength: 1, maxLength: 2 }), {
          maxKeys: 3,
        }),
        (own) => {
          const result = bindOwnKeys(BINDINGS, own);
          if ('error' in result) return;
          accepted++;
          const { bindings } = result;
          for (const scopes of OPEN_TOGETHER) {
            const heard = bindings.filter(({ scope }) => scopes.includes(scope)).flatMap((binding) => binding.keys);
            expect(new Set(heard).size).toBe(heard.length);
          }
          const state = initialState(120, 40, bindings);
          expect(findBinding(state, 'ctrl-k')?.command).toEqual({ id: 'kill' });
          expect(findBinding(state, 'ctrl-c')?.command).toEqual({ id: 'quit' });
          for (const [name, wanted] of Object.entries(own)) {
            const binding = bindings.find((each) => each.name === name);
            for (const key of wanted) {
              expect(binding?.keys).toContain(key);
              if (binding !== undefined && openScopes(state).includes(binding.scope))
                expect(findBinding(state, key)?.name).toBe(name);
            }
          }
          const light = ['enter', 'space', 'escape', 'up', 'down'];
          for (const { name, acting, command, keys: all } of bindings)
            if (name !== undefined && (acting === true || command.id === 'kill'))
              expect(all.filter((key) => light.includes(key))).toEqual([]);
        },
      ),
      { numRuns: 2_000 },
    );
    expect(accepted).toBeGreaterThan(100);
  });
});
