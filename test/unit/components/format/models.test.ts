/** The models panel: rates stand beside what they were measured on, and what was not measured is not there. */
import { describe, expect, it } from 'vitest';
import { formatModels, type ModelsSlice, modelsNote } from '../../../../components/format/models.ts';
import { lineWidth, plainText } from '../../../../components/text/line.ts';
import type { ModelHealthView } from '../../../../state/model-view.ts';
import { modelKey } from '../../../../state/model-words.ts';
import { MODEL_HEALTH, MODEL_VOTES, modelHealthView, modelVoteView } from '../../../fixtures/console-models.ts';

const shows = (models: readonly ModelHealthView[], changes: Partial<ModelsSlice> = {}): ModelsSlice => ({
  models,
  votes: [modelVoteView()],
  selected: models[0] && modelKey(models[0]),
  focused: true,
  silent: false,
  changed: new Set(),
  ...changes,
});
const rows = (slice: ModelsSlice, width = 80, height = 20): readonly string[] =>
  formatModels(slice, width, height).map((row) => plainText(row).trimEnd());
const all = (slice: ModelsSlice): string => rows(slice, 200, 30).join('\n');

describe('the models panel', () => {
  it('has a row for each with what it was measured on, at every width', () => {
    for (const width of [46, 47, 63, 79, 120])
      for (const row of rows(shows(MODEL_HEALTH), width)) {
        expect(lineWidth([{ text: row, style: 'plain', emphasis: 'none' }])).toBeLessThanOrEqual(width);
        const rates = row.match(/\d %(?! of)/g) ?? [];
        const isTable = /(serves|shadow) /.test(row) && !row.startsWith(' shipped');
        // A calibration error or a share of features has the outcomes of the Brier score, or a window, beside it.
        if (isTable && rates.length > 0) expect(row).toMatch(/0\.\d{3} of [\d,]+/);
      }
  });

  it('says nothing of what was not measured', () => {
    const [, , , unmeasured] = MODEL_HEALTH;
    const text = all(shows([unmeasured!]));
    expect(text).toMatch(/patchtst +serves.*interval +– +– +– +–/);
    expect(text).toContain('chances none has ended yet');
    expect(text).toContain('features no whole window yet  counted 60 of 240 bars of a window');
    expect(text).not.toMatch(/most|NaN|undefined/);
  });

  it('tells why one is muted, drifts or abstains', () => {
    const [, muted, drifting] = MODEL_HEALTH;
    expect(all(shows([muted!]))).toMatch(/MUTED[\s\S]*muted, for its errors are beyond those that it came with/);
    expect(all(shows([drifting!]))).toMatch(/drifts[\s\S]*it drifts: its features are not those that it learnt from/);
    const warming = MODEL_VOTES.map((each) => ({ ...each, status: 'warming' }) as const);
    const votes = [modelVoteView(), modelVoteView({ symbol: 'ETH/USDT', models: warming })];
    expect(all(shows([modelHealthView()], { votes }))).toMatch(
      /speaks[\s\S]*abstains in ETH\/USDT: its windows are not full yet/,
    );
    expect(all(shows([modelHealthView()], { votes: votes.slice(1) }))).toMatch(/serves .* warming/);
    expect(all(shows([modelHealthView()], { votes: [] }))).toMatch(/serves .* waits/);
  });

  it('has limits where there are any, and says which figures they are held to later', () => {
    expect(all(shows([modelHealthView()]))).toContain('Brier 0.243, most 0.260  chances off by 3.1 %, most 8.0 %');
    expect(all(shows([modelHealthView({ limits: undefined })]))).toContain('Brier 0.243  chances off by 3.1 %');
    expect(all(shows([modelHealthView({ outcomes: 88 })]))).toContain('held to these limits from 200 on');
    expect(all(shows([modelHealthView()]))).toContain('the last 500 of 1,412 weigh most');
  });

  it('lets a figure stand out only where the engine holds it to be beyond its limit', () => {
    const styles = (changes: Partial<ModelHealthView>): readonly string[] =>
      formatModels(shows([modelHealthView({ brier: 0.31, ...changes })]), 80, 20)
        .flat()
        .filter(({ text }) => text.startsWith('0.310'))
        .map(({ style }) => style);
    expect(styles({ outcomes: 88 })).toEqual(['plain', 'plain']);
    expect(styles({ drifts: ['drift-error'] })).toEqual(['warn', 'warn']);
  });

  it('marks what may be old, and says when there is none', () => {
    expect(all(shows(MODEL_HEALTH, { silent: true }))).toMatch(/~55 % of 412 +~0\.243 of 1,412/);
    expect(rows(shows([])).join(' ')).toContain('no model stands in this run');
    expect(modelsNote(shows([]))).toBe('');
    expect(modelsNote(shows(MODEL_HEALTH))).toBe('1 muted, 2 drift, 4 serve, 1 in the shadow');
  });
});
