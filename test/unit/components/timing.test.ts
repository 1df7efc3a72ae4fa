/** Rates on the page of timing: of what lies between two moments, and none where there is only one. */
import { expect, it } from 'vitest';
import { formatTiming } from '../../../components/format/timing.ts';
import { plainText } from '../../../components/text/line.ts';
import { engineView } from '../../fixtures/console-view.ts';

const FIGURES = { bytesWritten: 50_000, framesWritten: 100, framesSkipped: 0, rssBytes: 200e6 };

it('counts what came between two moments', () => {
  const before = { atMs: 1_000, ...FIGURES };
  const now = { ...before, atMs: 3_000, bytesWritten: 65_000, framesWritten: 119 };
  const [screen, all] = formatTiming(engineView(), now, before).map(plainText);
  expect(screen).toMatch(/9\.5 frames\/s {2}7\.5 kB\/s/);
  expect(all).toMatch(/119 frames {2}0\.07 MB/);
});

it.each([undefined, { atMs: 3_000, ...FIGURES }])('tells no rate without two moments (%o)', (before) => {
  const [screen] = formatTiming(engineView(), { atMs: 3_000, ...FIGURES }, before).map(plainText);
  expect(screen).toMatch(/0\.0 frames\/s {2}0\.0 kB\/s/);
});
