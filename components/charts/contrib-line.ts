/**
 * blessed-contrib's line chart, drawn off screen and read back as cells.
 *
 * Traps: creating a blessed screen installs handlers that keep the process from dying, and runs `tmux -V` when
 * TMUX is set; labels have at most two decimals, so the axis is drawn by us; empty labels print `null`.
 */
import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';

export type ChartColour = 'green' | 'red' | 'cyan' | 'yellow' | 'white';

export interface Series {
  readonly values: readonly number[];
  readonly colour: ChartColour;
}

export interface Cell {
  readonly char: string;
  readonly colour: ChartColour | undefined;
}

export interface PlotArea {
  readonly width: number;
  readonly height: number;
  /** Columns left of the axis, for labels. */
  readonly labelColumns: number;
  readonly low: number;
  readonly high: number;
}

/** Draws lines into an area, all over the same x positions. */
export interface Plotter {
  draw(series: readonly Series[], area: PlotArea): ReadonlyArray<readonly Cell[]>;
}

interface LineWidget {
  options: { minY: number; maxY: number; xPadding: number };
  ctx: { _canvas: { frame(): string } };
  setData(data: ReadonlyArray<{ x: readonly string[]; y: readonly number[]; style: { line: ChartColour } }>): void;
}
interface BlessedScreen {
  append(widget: unknown): void;
  destroy(): void;
}
interface Blessed {
  program(options: object): unknown;
  screen(options: object): BlessedScreen;
}
type LineFactory = (options: object) => LineWidget;

/** Rows that the widget keeps for its own x labels, and what its canvas is smaller than the widget. */
const LABEL_ROWS = 2;
const LOST_ROWS = 2;
const LOST_COLUMNS = 6;
/** Pixels of the widget's geometry, two across and four down in a cell. */
const Y_PADDING = 11;
const COLOUR_CODES: Readonly<Record<string, ChartColour>> = {
  '31': 'red',
  '32': 'green',
  '33': 'yellow',
  '36': 'cyan',
  '37': 'white',
};

class SilentOutput extends EventEmitter {
  readonly isTTY = true;
  readonly writable = true;
  readonly columns: number;
  readonly rows: number;
  constructor(columns: number, rows: number) {
    super();
    this.columns = columns;
    this.rows = rows;
  }
  write(): boolean {
    return true;
  }
  end(): void {}
}

class SilentInput extends EventEmitter {
  readonly isTTY = true;
  readonly isRaw = true;
  setRawMode(): this {
    return this;
  }
  resume(): this {
    return this;
  }
  pause(): this {
    return this;
  }
  setEncoding(): this {
    return this;
  }
}

const GUARDED_EVENTS = ['uncaughtException', 'SIGTERM', 'SIGINT', 'SIGQUIT', 'exit'] as const;

/** Runs `create` and takes away every process handler that it installed. */
function withoutProcessHandlers<T>(create: () => T): T {
  const emitter: EventEmitter = process;
  const before = GUARDED_EVENTS.map((event) => new Set(emitter.listeners(event)));
  const tmux = process.env.TMUX;
  delete process.env.TMUX;
  try {
    return create();
  } finally {
    if (tmux !== undefined) process.env.TMUX = tmux;
    GUARDED_EVENTS.forEach((event, index) => {
      for (const listener of emitter.listeners(event)) {
        if (before[index]?.has(listener) !== true) emitter.removeListener(event, listener as () => void);
      }
    });
  }
}

interface Canvas {
  readonly widget: LineWidget;
  readonly screen: BlessedScreen;
}

function createCanvas(blessed: Blessed, createLine: LineFactory, area: PlotArea): Canvas {
  const width = area.width + LOST_COLUMNS;
  const height = area.height + LABEL_ROWS + LOST_ROWS;
  const program = blessed.program({
    input: new SilentInput(),
    output: new SilentOutput(width, height),
    terminal: 'xterm-256color',
    forceUnicode: true,
    tput: true,
    buffer: true,
    zero: true,
  });
  const screen = blessed.screen({ program, smartCSR: false, forceUnicode: true, fullUnicode: false });
  const widget = createLine({
    top: 0,
    left: 0,
    width,
    height,
    showLegend: false,
    numYLabels: 1,
    xPadding: area.labelColumns * 2,
    style: { line: 'green', text: 'white', baseline: 'white' },
  });
  screen.append(widget);
  return { widget, screen };
}

/** The canvas text as cells; colours are the widget's, text of its own labels is dropped. */
function readCells(frame: string, area: PlotArea): ReadonlyArray<readonly Cell[]> {
  return frame
    .split('\n')
    .slice(0, area.height)
    .map((row) => {
      const cells: Cell[] = [];
      let colour: ChartColour | undefined;
      // biome-ignore lint/suspicious/noControlCharactersInRegex: the canvas answers with colour sequences
      for (const [, code, char] of row.matchAll(/\u001b\[([^m]*)m|(.)/gu)) {
        if (char === undefined) colour = COLOUR_CODES[code ?? ''];
        else cells.push(/[\u2800-\u28ff]/.test(char) ? { char, colour } : { char: ' ', colour: undefined });
      }
      return cells.slice(0, area.width);
    });
}

/** Column of point `index` of `points`, in the area's cells. */
export function plotColumn(index: number, points: number, area: PlotArea): number {
  const padding = area.labelColumns * 2;
  return Math.floor((((area.width * 2 - padding) / points) * index + padding + 2) / 2);
}

/** Pixels from the axis to the top of an area of this height. */
export function plotPixels(height: number): number {
  return (height + LABEL_ROWS) * 4 - Y_PADDING;
}

/** Row of a value, in the area's cells. */
export function plotRow(value: number, area: PlotArea): number {
  const pixels = plotPixels(area.height);
  return Math.floor((pixels - (pixels / (area.high - area.low)) * (value - area.low) - 2) / 4);
}

/** As many sizes as a screen shows at a time, and some that it has just shown. */
const CANVASES = 6;
/** As many plots as a screen shows at a time: most frames change none of them. */
const PLOTS = 8;

/** Keeps what was asked for last. */
class Recent<T> {
  readonly #kept = new Map<string, T>();
  readonly #most: number;
  readonly #drop: (value: T) => void;

  constructor(most: number, drop: (value: T) => void = () => {}) {
    this.#most = most;
    this.#drop = drop;
  }

  get(key: string, make: () => T): T {
    const known = this.#kept.get(key);
    const value = known ?? make();
    this.#kept.delete(key);
    this.#kept.set(key, value);
    for (const [oldest, dropped] of this.#kept) {
      if (this.#kept.size <= this.#most) break;
      this.#kept.delete(oldest);
      this.#drop(dropped);
    }
    return value;
  }
}

/**
 * Loads the widget (some 100 ms: after the first frame) and gives a plotter that has one canvas for each size, and
 * gives the same cells for the same data.
 */
export function loadPlotter(): Plotter {
  const require = createRequire(import.meta.url);
  const [blessed, createLine] = withoutProcessHandlers(() => [
    require('blessed') as Blessed,
    require('blessed-contrib/lib/widget/charts/line.js') as LineFactory,
  ]);
  const canvases = new Recent<Canvas>(CANVASES, ({ screen }) => screen.destroy());
  const plots = new Recent<ReadonlyArray<readonly Cell[]>>(PLOTS);
  const draw: Plotter['draw'] = (series, area) => {
    const size = `${area.width} ${area.height} ${area.labelColumns}`;
    const { widget } = canvases.get(size, () => withoutProcessHandlers(() => createCanvas(blessed, createLine, area)));
    widget.options.minY = area.low;
    widget.options.maxY = area.high;
    const x = (series[0]?.values ?? []).map(() => ' ');
    widget.setData(series.map(({ values, colour }) => ({ x, y: values, style: { line: colour } })));
    return readCells(widget.ctx._canvas.frame(), area);
  };
  return { draw: (series, area) => plots.get(JSON.stringify([series, area]), () => draw(series, area)) };
}
