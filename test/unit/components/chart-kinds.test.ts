/** The kinds of chart by golden numbers: bars, buckets, curves, and the characters that they are drawn with. */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { loadPlotter, type Plotter } from '../../../components/charts/contrib-line.ts';
import { inGlyphs } from '../../../components/charts/glyphs.ts';
import { formatChart } from '../../../components/format/chart.ts';
import { formatContribution } from '../../../components/format/chart-contribution.ts';
import { stretched } from '../../../components/format/chart-depth.ts';
import { fewerBuckets } from '../../../components/format/chart-latency.ts';
import { columnRows, signedBar } from '../../../components/text/bars.ts';
import { line, plainText, span } from '../../../components/text/line.ts';
import { PRODUCERS } from '../../../engine/domain/index.ts';
import { onPaperAtVenue } from '../../fixtures/console-live.ts';
import { DEPTH, engineView, OUTCOMES, replayView, symbolView, voteView } from '../../fixtures/console-view.ts';
import { chartSlice } from '../../fixtures/formatters.ts';

let plotter: Plotter;
beforeAll(() => {
  plotter = loadPlotter();
});

const contribution = (width: number, height: number) =>
  formatContribution(voteView(), OUTCOMES, [], { width, height, stale: false, changed: new Set() });

describe('bars', () => {
  it('go either way from the middle, to half a cell', () => {
    const drawn = (share: number): string => plainText(signedBar(share, 9));
    expect([0, 1, -1, 0.5, -0.5, 0.1, -0.1, 0.4, 9, Number.NaN].map(drawn)).toEqual([
      '    │    ',
      '    │████',
      '████│    ',
      '    │██  ',
      '  ██│    ',
      '    │▌   ',
      '   ▐│    ',
      '    │█▌  ',
      '    │████',
      '    │    ',
    ]);
  });

  it('stand as columns of eighths, and the least shows', () => {
    expect(columnRows([1, 0.5, 0.25, 0.001, 0, 0.75], 2)).toEqual(['█    ▄', '██▄▁ █']);
  });

  it('of contributions are in the order of their size, both ways, those without a vote last', () => {
    const rows = contribution(60, 20).map(plainText).slice(2);
    expect(rows.map((row) => row.trim().split(' ')[0])).toEqual([
      'signal',
      ...['momentum', 'gaussian', 'rsi', 'funding', 'ofi', 'social', 'energy', 'vacuum', 'whale'],
    ]);
    expect(rows[1]).toMatch(/\+0\.125 +│█+ +\+7\.50 bp +120$/);
    expect(rows[2]).toMatch(/-0\.107 +▐?█+│ +– +–$/);
  });

  it('of contributions name every signal where there are few rows', () => {
    const rows = contribution(54, 8).map(plainText);
    expect(rows).toHaveLength(8);
    for (const producer of PRODUCERS) expect(rows.join('\n')).toContain(producer);
    expect(rows.at(-1)).toBe(' less social, energy, vacuum, whale');
  });
});

describe('buckets', () => {
  it('are put together until they fit, and none is lost', () => {
    const buckets = [1, 2, 3, 4, 5].map((n) => [n * 10, n] as const);
    expect(fewerBuckets(buckets, 5)).toEqual(buckets);
    expect(fewerBuckets(buckets, 3)).toEqual([
      [10, 3],
      [30, 7],
      [50, 5],
    ]);
    expect(fewerBuckets([], 3)).toEqual([]);
  });
});

describe('depth', () => {
  it('is drawn on straight lines between its steps', () => {
    expect(stretched([0, 10, 10, 40], 7)).toEqual([0, 5, 10, 10, 10, 25, 40]);
    expect(stretched([7], 3)).toEqual([7, 7, 7]);
  });

  const drawn = (changes: object, width = 60, height = 14): string =>
    formatChart(chartSlice({ view: engineView({ symbols: [symbolView(changes)] }), log: [] }, 'depth'), width, height, {
      plotter,
      glyphs: 'braille',
    })
      .map(plainText)
      .join('\n');

  it('falls towards the middle from both sides, and has its quantities in the steps of a lot', () => {
    const rows = drawn({}).split('\n');
    expect(rows.join()).toContain('within 20.00 4.84882 bid, 6.15332 asked');
    const firstDots = rows
      .map((row) => row.slice(11, 34).search(/[\u2801-\u28ff](?<!⢸|⡇|⠒|⠘|⠓)/))
      .filter((at) => at > 0);
    expect([...firstDots].sort((a, b) => a - b)).toEqual(firstDots);
    expect(rows.at(-1)).toMatch(/-20\.00 +64,231\.150 +\+20\.00/);
  });

  it.each([
    ['one level', { depth: { ...DEPTH, bidLots: [3], askLots: [0], levels: 1, beyond: 0 } }],
    ['one side', { ask: undefined, spreadBps: undefined, depth: { ...DEPTH, askLots: DEPTH.askLots.map(() => 0) } }],
    ['more than a million', { depth: { ...DEPTH, lotSize: '100000', bidLots: DEPTH.bidLots } }],
  ])('of %s is drawn as well', (_, changes) => {
    const text = drawn(changes);
    expect(text).toMatch(/[\u2801-\u28ff]/);
    expect(text).not.toMatch(/NaN|null|undefined/);
  });
});

describe('the plotter', () => {
  it('draws the same data once, and several sizes without making them anew', () => {
    const series = [{ values: [1, 2, 3], colour: 'green' as const }];
    const area = { width: 30, height: 6, labelColumns: 5, low: 0, high: 4 };
    const first = plotter.draw(series, area);
    plotter.draw(series, { ...area, width: 40 });
    expect(plotter.draw(series, area)).toBe(first);
    expect(plotter.draw([{ values: [1, 2, 4], colour: 'green' }], area)).not.toBe(first);
  });

  it('is not asked where a chart has no line', () => {
    const draw = vi.fn();
    const view = onPaperAtVenue();
    for (const kind of ['latency', 'contribution'] as const)
      formatChart(chartSlice({ view, log: [] }, kind), 80, 20, { plotter: { draw }, glyphs: 'braille' });
    expect(draw).not.toHaveBeenCalled();
  });
});

it('figures that the last step of a replay has changed are marked, in depth and contribution', () => {
  const changed = ['symbol.0.bid', 'symbol.0.spreadBps', 'vote.0.rsi', 'vote.0.score'];
  const view = engineView({ replay: replayView({ changed }) });
  const marked = (['depth', 'contribution'] as const).map((kind) =>
    formatChart(chartSlice({ view, log: [] }, kind), 60, 14, { plotter, glyphs: 'braille' })
      .flat()
      .filter(({ emphasis }) => emphasis === 'changed')
      .map(({ text }) => text.trim()),
  );
  expect(marked).toEqual([
    ['64,231.10', '0.10 (0.02 bp)'],
    ['+0.213', 'rsi'],
  ]);
});

describe('characters', () => {
  const text = '⠀⠉⠒⣀⡇⡠⠔⢄⣿ █▌▁▇│▲–';

  it('are strokes or half blocks where there is no braille, each as wide as before', () => {
    const lines = [line(span(text, 'up', 'selected'))];
    expect(inGlyphs(lines, 'braille')).toBe(lines);
    expect(inGlyphs(lines, 'block').map(plainText)).toEqual([' ▀▀▄█▄█▄█ █▌▁▇│▲–']);
    expect(inGlyphs(lines, 'ascii').map(plainText)).toEqual([" '-_|_-_| #=_+|^-"]);
    expect(inGlyphs(lines, 'ascii')[0]).toMatchObject([{ style: 'up', emphasis: 'selected' }]);
  });
});
