/** The colours of each theme. No meaning is carried by colour alone: words, marks and attributes say the same. */
import type { Style } from './text/line.ts';

/** What one style looks like on terminals of every kind. */
export interface Look {
  /** SGR parameters that do not need colour. */
  readonly attributes: readonly string[];
  /** SGR parameter of one of the 16 colours; empty for the terminal's own. */
  readonly basic: string;
  /** Of the 256 colours. */
  readonly palette: number | undefined;
  readonly rgb: readonly [red: number, green: number, blue: number] | undefined;
}

export type Looks = Readonly<Record<Style, Look>>;

/** `mono` has attributes only, whatever the terminal can do. */
export const THEME_NAMES = ['dark', 'light', 'contrast', 'colour-blind', 'mono'] as const;
export type ThemeName = (typeof THEME_NAMES)[number];

type Colour = readonly [basic: string, palette: number, rgb: readonly [number, number, number]];

interface Colours {
  readonly title: Colour;
  readonly gain: Colour;
  readonly loss: Colour;
  readonly warn: Colour;
  readonly alarm: Colour;
  readonly key: Colour;
  readonly paper: Colour;
  readonly live: Colour;
  readonly target: Colour;
  /** Text of less weight: dimmed, where that still reads well. */
  readonly dims: boolean;
}

const DARK: Colours = {
  title: ['36', 110, [143, 188, 214]],
  gain: ['32', 114, [126, 211, 133]],
  loss: ['31', 210, [240, 128, 120]],
  warn: ['33', 221, [240, 200, 90]],
  alarm: ['31', 203, [255, 95, 95]],
  key: ['36', 117, [135, 215, 255]],
  paper: ['34', 74, [95, 175, 215]],
  live: ['31', 196, [255, 40, 40]],
  target: ['36', 80, [95, 215, 215]],
  dims: true,
};

/** For a light background: yellow would not be seen there. */
const LIGHT: Colours = {
  title: ['34', 24, [0, 95, 135]],
  gain: ['32', 22, [0, 95, 0]],
  loss: ['31', 124, [175, 0, 0]],
  warn: ['35', 90, [135, 0, 135]],
  alarm: ['31', 124, [175, 0, 0]],
  key: ['34', 25, [0, 95, 175]],
  paper: ['34', 25, [0, 95, 175]],
  live: ['31', 124, [175, 0, 0]],
  target: ['36', 23, [0, 95, 95]],
  dims: false,
};

/** At least 7 to 1 on black. */
const CONTRAST: Colours = {
  title: ['96', 123, [135, 255, 255]],
  gain: ['92', 120, [135, 255, 135]],
  loss: ['91', 217, [255, 175, 175]],
  warn: ['93', 227, [255, 255, 95]],
  alarm: ['91', 217, [255, 175, 175]],
  key: ['96', 159, [175, 255, 255]],
  paper: ['96', 153, [175, 215, 255]],
  live: ['93', 227, [255, 255, 95]],
  target: ['96', 123, [135, 255, 255]],
  dims: false,
};

/** Blue for gain and orange for loss, told apart without red or green (after Okabe and Ito, Color Universal Design). */
const COLOUR_BLIND: Colours = {
  title: ['37', 252, [208, 208, 208]],
  gain: ['34', 75, [95, 175, 255]],
  loss: ['33', 214, [255, 175, 0]],
  warn: ['33', 228, [255, 255, 135]],
  alarm: ['33', 214, [255, 175, 0]],
  key: ['36', 117, [135, 215, 255]],
  paper: ['34', 75, [95, 175, 255]],
  live: ['33', 214, [255, 175, 0]],
  target: ['36', 117, [135, 215, 255]],
  dims: true,
};

const look = (attributes: readonly string[], colour?: Colour): Look => ({
  attributes,
  basic: colour?.[0] ?? '',
  palette: colour?.[1],
  rgb: colour?.[2],
});

function looksOf(of: Colours): Looks {
  const quiet = look(of.dims ? ['2'] : []);
  return {
    plain: look([]),
    quiet,
    strong: look(['1']),
    title: look(['1'], of.title),
    focused: look(['1', '7'], of.title),
    up: look([], of.gain),
    down: look([], of.loss),
    good: look([], of.gain),
    warn: look(['1'], of.warn),
    alarm: look(['1', '7'], of.alarm),
    key: look(['1'], of.key),
    paper: look(['1', '7'], of.paper),
    live: look(['1', '7'], of.live),
    'alarm-solid': look(['1'], of.alarm),
    'live-solid': look(['1'], of.live),
    stale: quiet,
    entry: look([], of.warn),
    stop: look([], of.loss),
    target: look([], of.target),
  };
}

export const LOOKS: Readonly<Record<ThemeName, Looks>> = {
  dark: looksOf(DARK),
  light: looksOf(LIGHT),
  contrast: looksOf(CONTRAST),
  'colour-blind': looksOf(COLOUR_BLIND),
  mono: looksOf(DARK),
};
