/** What an overlay says of the proposals that it covers. */
import { expect, it } from 'vitest';
import { boxed, titleBeside } from '../../../../components/format/dialogs.ts';
import { waitingNote } from '../../../../components/format/waiting.ts';
import { line, lineWidth, plainText } from '../../../../components/text/line.ts';
import { engineView, proposalView } from '../../../fixtures/console-view.ts';
import { stateOf } from '../../../fixtures/formatters.ts';

const both = [proposalView(), proposalView({ proposalId: 13, remainingMs: 4_000 })];
const noteOf = (changes: Parameters<typeof engineView>[0], scene: Partial<Parameters<typeof stateOf>[0]> = {}) =>
  plainText(waitingNote(stateOf({ view: engineView(changes), log: [], ...scene }, 80)));

it.each([
  ['nothing', { proposals: [] }, {}, ''],
  ['one', { proposals: [proposalView()] }, {}, '1 wait: 13.2 s left, then EXPIRES'],
  ['the one that ends first of two', { proposals: both }, {}, '2 wait: 4.0 s left, then EXPIRES'],
  [
    'what policy trades',
    { proposals: [proposalView({ atExpiry: 'clears' })] },
    {},
    '1 wait: 13.2 s left, then POLICY TRADES',
  ],
  [
    'a snoozed one',
    { proposals: both },
    { snoozed: new Map([[12, 1]]) },
    '1 wait, 1 snoozed: 4.0 s left, then EXPIRES',
  ],
  ['a silent engine', { proposals: [proposalView()] }, { silentMs: 3_000 }, '1 wait: ~13.2 s left, then EXPIRES'],
] as const)('%s', (_, changes, scene, note) => expect(noteOf(changes, scene)).toBe(note));

it('is whole in the border, whatever the title is', () => {
  const note = line('2 wait: 4.0 s left, then EXPIRES');
  const [top = []] = boxed('a title that is far too long for its box', [], 60, 3, note);
  expect(plainText(top)).toContain(' 2 wait: 4.0 s left, then EXPIRES ═╗');
  expect(lineWidth(top)).toBe(60);
});

it('leaves room for a title that is whole: what it can do without is left out', () => {
  const note = line('2 wait: 4.0 s left, then EXPIRES');
  const titles = ['What the last step changed (17–29 of 70)', 'What the last step changed (17–29)', 'What has changed'];
  for (const width of [60, 76, 80, 81, 120]) {
    const title = titleBeside(titles, note, width);
    const [top = []] = boxed(title, [], width, 3, note);
    expect(plainText(top)).not.toContain('…');
    expect(plainText(top)).toContain(`╔═ ${title} `);
    expect(lineWidth(top)).toBe(width);
  }
  expect(titleBeside(titles, note, 120)).toBe(titles[0]);
  expect(titleBeside(titles, [], 60)).toBe(titles[0]);
  expect(titleBeside(titles, note, 76)).toBe(titles[1]);
});
