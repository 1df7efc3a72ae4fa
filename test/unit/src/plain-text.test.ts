/** The console as lines: each change told once, no line that a terminal obeys, and what a typed line means. */
import { describe, expect, it } from 'vitest';
import { bytesOf, readLine } from '../../../src/plain/line-keys.ts';
import { helpLines, PlainText, statusLines } from '../../../src/plain/plain-text.ts';
import { CHART_KINDS } from '../../../state/charts.ts';
import { BINDINGS } from '../../../state/keymap/bindings.ts';
import { parseKey } from '../../../state/keymap/key-names.ts';
import type { LogEntry } from '../../../state/log-entry.ts';
import { initialState } from '../../../state/model.ts';
import { reduce } from '../../../state/reducer.ts';
import type { EngineView } from '../../../state/view.ts';
import { onPaperAtVenue } from '../../fixtures/console-live.ts';
import { logEntries } from '../../fixtures/console-log.ts';
import { consoleRig } from '../../fixtures/console-rig.ts';
import { engineView, proposalView, symbolView } from '../../fixtures/console-view.ts';

const withView = (changes: Partial<EngineView> = {}, before = initialState(200, 60)) =>
  reduce(before, { type: 'view', view: engineView(changes), lastLogId: 100, atMs: 0 });

describe('lines of news', () => {
  it('tell the state once, and again when a word of it changes', () => {
    const text = new PlainText();
    const quiet = { proposals: [] };
    expect(text.news(withView(quiet))).toEqual([expect.stringMatching(/^status: PAPER, /)]);
    expect(text.news(withView({ ...quiet, seq: 99 }))).toEqual([]);
    expect(text.news(withView({ ...quiet, halted: 'operator', kill: 'none-open' }))).toEqual([
      expect.stringMatching(/^status: .*halted \(operator\)/),
      expect.stringMatching(/^alert: HALTED/),
    ]);
  });

  it('tell each line of the log once, and of those that are missing', () => {
    const text = new PlainText();
    const entries = logEntries();
    const log = (from: number, to: number) => reduce(withView(), { type: 'log', entries: entries.slice(from, to) });
    const first = text.news(log(0, 3)).filter((line) => /^\d\d:\d\d/.test(line));
    // The third says that a proposal waits: that is told as a proposal.
    expect(first).toHaveLength(2);
    expect(text.news(log(0, 3))).toEqual([]);
    expect(text.news(log(0, 4)).filter((line) => /^\d\d:\d\d/.test(line))).toHaveLength(1);
    expect(text.news(log(5, 7))).toContain('1 lines of the log are left out');
  });

  it('count the decisions of before, those of a warm start, and tell what else happened then', () => {
    const text = new PlainText();
    const entries = logEntries();
    const decision = entries.filter(({ event }) => event.kind === 'decision')[0]!;
    const other = entries.filter(({ event }) => event.kind === 'fill')[0]!;
    const nowMs = decision.event.atUs / 1000;
    const at = (id: number, { event, ...entry }: LogEntry, beforeMs: number): LogEntry => ({
      ...{ ...entry, id },
      event: { ...event, atUs: (nowMs - beforeMs) * 1000 },
    });
    const told = (...news: readonly LogEntry[]) =>
      text
        .news({ ...reduce(withView({ proposals: [] }), { type: 'log', entries: news }), utcMs: nowMs })
        .filter((line) => !line.startsWith('status'));
    expect(told(at(1, decision, 60_000), at(2, decision, 11_000))).toEqual([]);
    expect(told(at(3, other, 10_500))).toEqual([expect.stringMatching(/ fill /)]);
    expect(told(at(4, decision, 9_000), at(5, decision, 0))).toEqual([
      '2 decisions of before not told',
      ...[1, 2].map(() => expect.stringMatching(/ decision 344: /)),
    ]);
  });

  it('tell of a proposal what speaks for it and what against', () => {
    const line = (changes: object) => new PlainText().news(withView({ proposals: [proposalView(changes)] })).join();
    expect(line({ rMultiple: -0.32 })).toContain('R -0.32, loses even at its target');
    expect(line({ side: -1, chances: ['nhits 57 %'] })).toContain(
      'for it momentum 7/10, rsi 4/10, chance of a fall by nhits 57 %;',
    );
    expect(line({ votes: [] })).toContain('for it no producer;');
    expect(line({ refusedBy: 'reward' })).toContain(', would be refused: its target gains too little now,');
    expect(line({})).not.toContain('would be refused');
    expect(line({ priceNow: '64240.10' })).toContain(', would not fill now');
    expect(line({ priceNow: '64232.10' })).not.toContain('would not fill');
  });

  it('tell a proposal when it comes, when it is another revision, and once more before its end', () => {
    const text = new PlainText();
    const at = (changes: object) => text.news(withView({ proposals: [proposalView({ proposalId: 12, ...changes })] }));
    expect(at({ remainingMs: 20_000 }).join()).toMatch(/proposal #12, revision 1: .*the chosen one: approve or veto/);
    expect(at({ remainingMs: 12_000 })).toEqual([]);
    expect(at({ remainingMs: 12_000, revision: 2 }).join()).toMatch(/#12, revision 2/);
    expect(at({ remainingMs: 4_000, revision: 2 }).join()).toMatch(/4\.0 s left/);
    expect(at({ remainingMs: 3_000, revision: 2 })).toEqual([]);
  });

  it('tell of every page and dialog that a key opens, with a view and without one', () => {
    const told = new Set<string>();
    for (const show of [true, false])
      for (const { keys } of BINDINGS) {
        const rig = consoleRig();
        if (show) rig.show();
        const text = new PlainText();
        text.news(rig.store.getState());
        const key = parseKey(keys[0] ?? '');
        if ('error' in key) throw new Error(key.error);
        rig.press(bytesOf(key.key));
        const lines = text.news(rig.store.getState());
        const { kind } = rig.store.getState().ui.overlay;
        if (show && kind !== 'none') expect([kind, lines.some((line) => line.endsWith(':'))]).toEqual([kind, true]);
        told.add(kind);
      }
    expect([...told]).toEqual(expect.arrayContaining(['timing', 'messages', 'quit', 'code', 'size', 'palette']));
  });

  it('tell a chart when its panel is gone to, and when it shows another one or another symbol', () => {
    const rig = consoleRig();
    rig.port.view(onPaperAtVenue(), 0);
    rig.timers.advance(700);
    const text = new PlainText();
    const press = (key: string): readonly string[] => {
      text.news(rig.store.getState());
      rig.press(key);
      return text.news(rig.store.getState());
    };
    expect(press('2').join()).toMatch(/^chart, price: BTC\/USDT of #12, last 64,231\.20, 60 bars from 64,134\.61 to/);
    expect(press('E')).toEqual([
      'chart, equity & drawdown: now 10,020.88, from 10,000.00 to 10,023.59, 0.03 per cent below its peak, at most 0.03',
    ]);
    expect(press('E')).toEqual([
      'chart, contribution: BTC/USDT, score +0.213: momentum +0.125, gaussian -0.107, rsi +0.071, funding -0.054, ofi 0.000, energy warming, vacuum no-data, social 0.000, whale no-data',
      expect.stringMatching(
        /^ {2}earned over 10 bars, less cost: rsi \+1\.20 basis points in 41 times, momentum \+7\.50/,
      ),
      expect.stringMatching(
        /^ {2}strategies over 10 bars, less cost: confluence \+2\.12 basis points in 44 times, mom/,
      ),
    ]);
    expect(press('E')).toEqual([
      'chart, depth: BTC/USDT of #12, best bid 64,231.10, best ask 64,231.20, within 20.00 of the middle 4.84882 are bid, 6.15332 asked',
    ]);
    expect(press('j').join()).toMatch(/^chart, depth: ETH\/USDT/);
    expect(press('E')).toEqual([
      'chart, latency: feed delay, event at the venue to here: half within 38 ms, 99 per cent within 228 ms, longest 1.52 s',
    ]);
    rig.show(onPaperAtVenue());
    expect(text.news(rig.store.getState()).filter((line) => line.startsWith('chart'))).toEqual([]);
    expect(press('1')).toEqual([]);
  });

  it.each(CHART_KINDS)('say why there is no %s yet', (chart) => {
    const symbols = [symbolView({ closes: [], book: 'none', depth: undefined })];
    const view = withView({ symbols, votes: [], equityCurve: [], proposals: [] });
    const lines = new PlainText().news({ ...view, ui: { ...view.ui, focus: 'chart', chart } });
    expect(lines.at(-1)).toMatch(/^chart, .*(?:nothing yet|nothing to measure): /);
  });

  it('tell of a size that is refused each time, and not of the field again while it is typed anew', () => {
    const text = new PlainText();
    const withSize = (error: string) =>
      reduce(withView(), {
        type: 'overlay',
        overlay: { kind: 'size', proposalId: 12, revision: 1, text: '', error },
      });
    expect(text.news(withSize(''))).toContain('Smaller size:');
    for (let times = 0; times < 2; times++) {
      expect(text.news(withSize('smaller only')).join()).toMatch(/Smaller size:/);
      expect(text.news(withSize(''))).toEqual([]);
    }
  });

  it('hold nothing that a terminal obeys', () => {
    const text = new PlainText();
    const symbol = 'BTC\u001b[2J\u202E/USDT';
    const view = { venue: symbol, proposals: [proposalView({ symbol })] };
    const lines = [...text.news(withView(view)), ...statusLines(withView(view)), ...helpLines(withView(view))];
    for (const line of lines) expect(line).not.toMatch(/\p{C}/u);
  });
});

describe('a typed line', () => {
  const keys = (typed: string, state = withView()) => readLine(typed, state);

  it('is the name of a command, or of a key', () => {
    expect(keys('kill')).toEqual({ kind: 'keys', keys: ['\u000b'] });
    expect(keys('leave')).toEqual({ kind: 'keys', keys: ['q'] });
    expect(keys('Ctrl-K')).toEqual({ kind: 'keys', keys: ['\u000b'] });
    expect(keys('PgDn')).toEqual({ kind: 'keys', keys: ['\u001b[6~'] });
    expect(keys('status')).toEqual({ kind: 'status' });
    expect(keys('models')).toEqual({ kind: 'models' });
    expect(keys('what is that')).toMatchObject({ kind: 'refused' });
    expect(keys('wat')).toMatchObject({ kind: 'refused', why: expect.stringMatching(/help lists/) });
  });

  it('goes to the chart panel first, where it is about the chart', () => {
    expect(keys('next-chart')).toEqual({ kind: 'keys', keys: ['2', 'E'] });
    expect(helpLines(withView()).join()).toMatch(/next-chart: next chart/);
    const state = withView();
    expect(keys('next-chart', { ...state, ui: { ...state.ui, focus: 'chart' } })).toMatchObject({ keys: ['E'] });
    expect(keys('accept-suggestion')).toMatchObject({ keys: ['y'] });
  });

  it('approves by number only what is chosen', () => {
    const two = withView({ proposals: [proposalView({ proposalId: 12 }), proposalView({ proposalId: 13 })] });
    expect(keys('approve 12', two)).toEqual({ kind: 'keys', keys: ['a'] });
    expect(keys('veto #12', two)).toEqual({ kind: 'keys', keys: ['v'] });
    expect(keys('approve 13', two)).toEqual({
      kind: 'refused',
      why: '13 is not the chosen one, #12 is: next-proposal',
    });
    expect(keys('approve 12', withView({ proposals: [] }))).toMatchObject({ kind: 'refused' });
    expect(keys('kill 12', two)).toMatchObject({ kind: 'refused' });
  });

  it('is text in a field, and an empty one leaves it', () => {
    const overlay = { kind: 'code', purpose: { kind: 'resume' }, code: 'K7QF', typed: '', wrong: false } as const;
    const asked = reduce(withView(), { type: 'overlay', overlay });
    expect(keys('K7QF', asked)).toEqual({ kind: 'keys', keys: ['K', '7', 'Q', 'F', '\r'] });
    expect(keys('  ', asked)).toEqual({ kind: 'keys', keys: ['\u001b'] });
  });

  it('arranges no rows: all of them are told', () => {
    for (const typed of ['filter', 'sort', 'turn-sort', '/', 'o', 'O'])
      expect([typed, keys(typed)]).toEqual([typed, { kind: 'refused', why: expect.stringMatching(/on a screen/) }]);
  });

  it('reaches every other command that has a name', () => {
    for (const { name, keys: own, command } of BINDINGS)
      if (name !== undefined && name !== 'help' && command.id !== 'filter' && command.id !== 'sort') {
        const meaning = keys(name);
        expect([name, meaning.kind]).toEqual([name, 'keys']);
        expect(own.length).toBeGreaterThan(0);
      }
  });
});
