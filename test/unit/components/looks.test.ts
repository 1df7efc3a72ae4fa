/** Themes that can be read: enough contrast on their background, and gain told from loss by those who see no red or green. */
import { describe, expect, it } from 'vitest';
import { LOOKS, type Look, THEME_NAMES } from '../../../components/looks.ts';
import { line, span } from '../../../components/text/line.ts';
import { createTheme, renderLines } from '../../../components/theme.ts';
import { chosenGlyphs, chosenTheme } from '../../../src/console/theme-choice.ts';

type Rgb = readonly [number, number, number];

const linear = (value: number): number => {
  const share = value / 255;
  return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
};

/** Relative luminance, and contrast of two colours (WCAG 2.2). */
const luminance = ([r, g, b]: Rgb): number => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
function contrast(a: Rgb, b: Rgb): number {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}

/** The 256 colours from 16 on: a cube of six steps, then greys. */
function ofPalette(index: number): Rgb {
  if (index >= 232) return [8 + (index - 232) * 10, 8 + (index - 232) * 10, 8 + (index - 232) * 10];
  const step = (at: number): number => (at === 0 ? 0 : 55 + at * 40);
  const cube = index - 16;
  return [step(Math.floor(cube / 36)), step(Math.floor(cube / 6) % 6), step(cube % 6)];
}

/** How a dichromat without the long (protan) or middle (deutan) cones sees a colour, linear (Viénot, Brettel, Mollon 1999). */
const DICHROMATS: Readonly<Record<'protan' | 'deutan', readonly [Rgb, Rgb, Rgb]>> = {
  protan: [
    [0.112_38, 0.887_62, 0],
    [0.112_38, 0.887_62, 0],
    [0.004_01, -0.004_01, 1],
  ],
  deutan: [
    [0.292_75, 0.707_25, 0],
    [0.292_75, 0.707_25, 0],
    [-0.022_34, 0.022_34, 1],
  ],
};
const seen = (rgb: Rgb, by: keyof typeof DICHROMATS): number[] => {
  const [r, g, b] = rgb.map(linear) as unknown as Rgb;
  return DICHROMATS[by].map((row) => row[0] * r + row[1] * g + row[2] * b);
};
const apart = (a: Rgb, b: Rgb, by: keyof typeof DICHROMATS): number =>
  Math.hypot(...seen(a, by).map((value, i) => value - seen(b, by)[i]!));

const BACKGROUNDS: Readonly<Record<string, readonly [ground: Rgb, least: number]>> = {
  dark: [[0, 0, 0], 4.5],
  light: [[255, 255, 255], 4.5],
  contrast: [[0, 0, 0], 7],
  'colour-blind': [[0, 0, 0], 4.5],
};
const coloured = (looks: Readonly<Record<string, Look>>) =>
  Object.entries(looks).filter(([, look]) => look.rgb !== undefined);

describe.each(Object.entries(BACKGROUNDS))('the theme %s', (name, [ground, least]) => {
  const looks = LOOKS[name as keyof typeof LOOKS];

  it(`has a contrast of ${least} to 1 at least, in true colour and in 256`, () => {
    for (const [style, look] of coloured(looks)) {
      // Pure red is brighter in the hand than in the formula; it stands on the whole frame, with its word.
      const needed = name === 'dark' && style.startsWith('live') ? 3.9 : least;
      expect([style, contrast(look.rgb!, ground)]).toEqual([style, expect.toSatisfy((is: number) => is >= needed)]);
      const palette = ofPalette(look.palette!);
      expect([style, contrast(palette, ground)]).toEqual([style, expect.toSatisfy((is: number) => is >= needed)]);
    }
  });

  it('has a basic colour wherever it has one at all', () => {
    for (const [style, look] of coloured(looks))
      expect([style, look.basic]).toEqual([style, expect.stringMatching(/^[39]\d$/)]);
  });
});

it('gain and loss are far apart for those who see no red or no green, in the theme that is for them', () => {
  const { up, down } = LOOKS['colour-blind'];
  for (const by of ['protan', 'deutan'] as const) {
    expect(apart(up.rgb!, down.rgb!, by)).toBeGreaterThan(0.5);
    expect(apart(ofPalette(up.palette!), ofPalette(down.palette!), by)).toBeGreaterThan(0.5);
  }
  // What the check is worth: pure red and a green of the same weight are hardly told apart.
  expect(apart([200, 0, 0], [0, 95, 0], 'protan')).toBeLessThan(0.2);
});

it('mono has no colour on any terminal', () => {
  const lines = [line(...Object.keys(LOOKS.mono).map((style) => span('x', style as keyof typeof LOOKS.mono)))];
  for (const level of ['none', '16', '256', 'truecolor'] as const)
    expect(renderLines(lines, 40, 1, createTheme(level, 'mono')).join('')).not.toMatch(/\[(?:[39]\d|38;)/);
});

it('is chosen by the environment, and one that there is not is refused in one line', () => {
  expect(chosenTheme({})).toBe('dark');
  expect(chosenTheme({ CHIMERA_THEME: '' })).toBe('dark');
  for (const name of THEME_NAMES) expect(chosenTheme({ CHIMERA_THEME: name })).toBe(name);
  expect(() => chosenTheme({ CHIMERA_THEME: 'pi\u001b[2Jnk' })).toThrow(/^CHIMERA_THEME=pi.*themes are dark, light/);
});

it('so are the characters of charts; the font of the kernel console has no braille', () => {
  expect(chosenGlyphs({ TERM: 'xterm-256color', CHIMERA_CHARTS: '' })).toBe('braille');
  expect(chosenGlyphs({ TERM: 'linux' })).toBe('block');
  expect(chosenGlyphs({ TERM: 'linux', CHIMERA_CHARTS: 'ascii' })).toBe('ascii');
  expect(() => chosenGlyphs({ CHIMERA_CHARTS: 'dots' })).toThrow(
    'CHIMERA_CHARTS=dots: charts are braille, block, ascii',
  );
});
