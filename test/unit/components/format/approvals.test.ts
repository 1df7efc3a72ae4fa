/** The approvals panel when nothing in it can be answered, and when there is too little room. */
import { describe, expect, it } from 'vitest';
import { type ApprovalsSlice, approvalsNote, formatApprovals } from '../../../../components/format/approvals.ts';
import { plainText } from '../../../../components/text/line.ts';
import { BINDINGS } from '../../../../state/keymap/bindings.ts';
import { proposalView } from '../../../fixtures/console-view.ts';

const slice = (changes: Partial<ApprovalsSlice> = {}): ApprovalsSlice => ({
  proposals: [proposalView({ proposalId: 12 }), proposalView({ proposalId: 13, side: -1 })],
  selected: 12,
  snoozed: new Map(),
  bindings: BINDINGS,
  control: 'manual',
  focused: false,
  covered: false,
  changed: new Set(),
  stale: new Set(),
  silent: false,
  ...changes,
});
const rows = (of: ApprovalsSlice, width = 80, height = 8) => formatApprovals(of, width, height).map(plainText);

describe('the approvals panel', () => {
  it('shows no proposal as the chosen one while all are snoozed', () => {
    const all = slice({ selected: undefined, snoozed: new Map([12, 13].map((id) => [id, 1])) });
    expect(rows(all)).toEqual([
      '  BUY 0.012 BTC/USDT  #12  13.2 s  snoozed',
      '  SELL 0.012 BTC/USDT  #13  13.2 s  snoozed',
    ]);
    expect(approvalsNote(all)).toBe('2 snoozed: n chooses');
  });

  it.each([
    [new Map(), '2 wait: a approve, v veto, n next'],
    [new Map([[13, 1]]), '1 wait, 1 snoozed: a approve, v veto, n next'],
    // A snooze of another revision is none.
    [new Map([[13, 2]]), '2 wait: a approve, v veto, n next'],
  ])('says how many can be answered: %j', (snoozed, note) => expect(approvalsNote(slice({ snoozed }))).toBe(note));

  it('names no key in its title that a page or a dialog would take', () => {
    expect(approvalsNote(slice({ covered: true }))).toBe('2 wait');
  });

  it('marks the chosen one hollow where Enter is about another panel', () => {
    expect(rows(slice())[0]).toMatch(/^▹ BUY/);
    expect(rows(slice({ focused: true }))[0]).toMatch(/^▸ BUY/);
  });

  it('keeps the time of the chosen one whatever the height', () => {
    for (let height = 2; height < 9; height++) {
      const shown = rows(slice(), 50, height);
      expect(shown.length).toBeLessThanOrEqual(height);
      expect(shown.some((row) => row.includes('then EXPIRES'))).toBe(true);
    }
  });

  it('tells the chances of models as those of its way, none of them cut', () => {
    const chances = ['depth-trees 74 %', 'leaf-trees 84 %', 'nhits 57 %', 'patchtst 57 %'];
    const of = (changes: Parameters<typeof proposalView>[0], width = 80) =>
      rows(slice({ proposals: [proposalView({ priceNow: undefined, ...changes })] }), width, 20).join('\n');
    expect(of({ chances, side: -1, votes: ['gaussian 6/10'] })).toMatch(
      /for gaussian 6\/10\n {2}fall depth-trees 74 %, leaf-trees 84 %, nhits 57 %, patchtst 57 %\n/,
    );
    expect(of({ chances, votes: [] })).toContain('\n  rise depth-trees 74 %, leaf-trees 84 %');
    expect(of({ chances, votes: [] })).not.toContain('for ');
    expect(of({ votes: [] })).toContain('for no producer');
    for (const each of chances) expect(of({ chances }, 50)).toContain(each);
  });

  it('tells the costs then from those of now, and a loss even at the target', () => {
    const of = (changes: Parameters<typeof proposalView>[0]) =>
      rows(slice({ proposals: [proposalView({ priceNow: undefined, ...changes })] }), 200).join('\n');
    expect(of({})).toMatch(/R 0\.84 .*cost 0\.78 /);
    expect(of({ cost: '3.51', costNow: '5.83' })).toContain('cost 3.51 → 5.83');
    expect(of({ rMultiple: -0.12 })).toContain('R -0.12 LOSES AT TARGET');
    expect(of({ rMultiple: 0 })).toContain('R 0.00 LOSES AT TARGET');
    const unknown = of({ rMultiple: undefined, cost: undefined, costNow: '5.83', priceNow: '64240.10' });
    expect(unknown).toMatch(/R unknown .*cost unknown → 5\.83/);
    expect(unknown).not.toContain('LOSES');
  });

  it('tells what risk would refuse by now', () => {
    const of = (changes: object) => rows(slice({ proposals: [proposalView(changes)] })).join('\n');
    expect(of({ refusedBy: 'reward' })).toContain('would be refused: its target gains too little now');
    expect(of({})).not.toContain('refused');
  });

  it('tells how many there is no room for', () => {
    const four = slice({ proposals: [12, 13, 14, 15].map((proposalId) => proposalView({ proposalId })) });
    const whole = rows(four, 80, 30);
    expect(whole.join('\n')).not.toContain('more');
    expect(rows(four, 80, whole.length)).toEqual(whole);
    expect(rows(four, 80, whole.length - 1).slice(-2)).toEqual([whole.at(-3), '  +2 more, n goes on']);
    expect(rows(four, 80, whole.length - 2).at(-1)).toBe('  +3 more, n goes on');
  });

  it('says whom the drift hurts without a colour', () => {
    const drift = (changes: Parameters<typeof proposalView>[0]) =>
      rows(slice({ proposals: [proposalView({ limit: '64300.00', ...changes })] })).join('\n');
    expect(drift({ priceNow: '64240.10' })).toContain('64,240.10 +1.4 bp worse');
    expect(drift({ priceNow: '64240.10' })).not.toContain('would not fill');
    expect(drift({ priceNow: '64222.30' })).toContain('64,222.30 -1.4 bp better');
    expect(drift({ priceNow: '64231.20' })).toContain('64,231.20 unchanged');
    expect(drift({ priceNow: '64049.00' })).toContain('64,049.00 past stop (-28.4 bp)');
    expect(drift({ priceNow: undefined })).toContain('unknown now');
    for (const [priceNow, past] of [
      ['64310.00', 'past limit (+12.3 bp)'],
      ['64510.00', 'past target and limit (+43.4 bp)'],
    ] as const) {
      expect(drift({ priceNow })).toContain(past);
      expect(drift({ priceNow })).toContain('would not fill now');
    }
  });
});
