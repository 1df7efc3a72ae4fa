/** The chosen line of the log, which is shown with all of its words. */
import { expect, it } from 'vitest';
import { formatLog, type LogSlice } from '../../../../components/format/log.ts';
import { PANEL_SPECS } from '../../../../components/panels/specs.ts';
import { lineWidth, plainText } from '../../../../components/text/line.ts';
import { logEntries } from '../../../fixtures/console-log.ts';
import { shown } from '../../../fixtures/console-rig.ts';
import { engineView } from '../../../fixtures/console-view.ts';

const entries = logEntries();
const slice = (changes: Partial<LogSlice> = {}): LogSlice => ({
  entries,
  total: entries.length,
  filter: '',
  selected: 1,
  focused: true,
  ...changes,
});
const rows = (of: LogSlice, width: number, height: number) => formatLog(of, width, height).map(plainText);

it('wraps the chosen line, and cuts the others', () => {
  const shown = rows(slice(), 64, 20);
  expect(shown.slice(0, 4)).toEqual([
    '▸14:03:02 VETOED   BTC/USDT d344 leverage: exposure 3.21× equity',
    '                   (limit 3.00×); BUY at 64,210.00 by',
    '                   confluence, score +0.20, consensus 67 %',
    ' 14:03:10 PROPOSED BTC/USDT d345 BUY 0.012 at 64,231.20 by conf…',
  ]);
});

it('keeps the chosen line in sight at every height, none of them too wide', () => {
  for (const selected of [1, 5, undefined])
    for (let height = 1; height < 14; height++) {
      const shown = formatLog(slice({ selected }), 60, height);
      expect(shown.length).toBeLessThanOrEqual(Math.max(height, 1));
      expect(shown.filter((row) => plainText(row).startsWith('▸'))).toHaveLength(1);
      for (const row of shown) expect(lineWidth(row)).toBeLessThanOrEqual(60);
    }
});

it('cuts every line where no key is about it', () => {
  const cut = rows(slice({ focused: false }), 64, 20);
  expect(cut).toHaveLength(entries.length);
  for (const [at, row] of rows(slice({ focused: false }), 400, 20).entries())
    if (row.length > 64 + 4) expect(cut[at]).toMatch(/…$/);
});

it('names the key that leads back to the newest line, and that key does', () => {
  const rig = shown();
  rig.port.view(engineView(), entries.length);
  rig.timers.advance(200);
  rig.port.log(entries);
  rig.timers.advance(200);
  const note = (): string | undefined => {
    const { log } = PANEL_SPECS;
    const slice = log.select(rig.store.getState());
    return log.note?.(slice, { plotter: undefined, glyphs: 'braille' });
  };
  rig.press('G');
  expect(rig.store.getSnapshot().notice?.text).toMatch(/^G: .*Decision log has a newest line/);
  rig.press('8');
  rig.press('k');
  rig.press('k');
  expect(note()).toBe('2 newer below: G');
  rig.press('G');
  expect([note(), rig.store.getSnapshot().ui.selectedLog]).toEqual(['', undefined]);
});
