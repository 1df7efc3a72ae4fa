/** Where everything stands on a screen of a given size: rectangles, without React. */
import { ASIDE, type Aside, type PanelId } from '../state/panels.ts';

export interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface PanelPlace extends Place {
  readonly panel: PanelId;
  /** A line at the right edge, towards a neighbour. */
  readonly edge: boolean;
  /** The panel draws its own title bar; under the row of tabs it does not. */
  readonly titled: boolean;
  /** The panel that it shares its place with, and which is not drawn. */
  readonly shares?: PanelId | undefined;
}

export interface ScreenLayout {
  readonly header: Place;
  /** Between header and footer: where overlays stand. */
  readonly body: Place;
  readonly footer: Place;
  readonly timeline: Place | undefined;
  /** Proposals on top of a single panel. */
  readonly strip: PanelPlace | undefined;
  readonly tabs: Place | undefined;
  readonly panels: readonly PanelPlace[];
  /** A second chart on a large screen. */
  readonly beside: PanelPlace | undefined;
}

export interface ScreenNeeds {
  readonly columns: number;
  readonly rows: number;
  readonly headerLines: number;
  /** Proposals that wait and are not snoozed, and whether others are. */
  readonly proposals: number;
  readonly snoozed: boolean;
  /** Models have voted for some of them, and take a row. */
  readonly models: boolean;
  /** Rows of a replay's timeline; 0 without one. */
  readonly timelineLines: number;
  /** LIVE is framed: a column and a row on each side. */
  readonly framed: boolean;
  readonly focus: PanelId;
  /** Which one of the two that share a place stands there. */
  readonly aside: Aside;
  readonly zoomed: boolean;
}

export const SMALLEST_COLUMNS = 60;
export const SMALLEST_ROWS = 16;
const MEDIUM = { columns: 120, rows: 40 };
const LARGE = { columns: 200, rows: 60 };
const FOOTER_LINES = 2;
const STRIP_LINES = 5;
/** A screen lower than this has no row for the models. */
const ROWS_WITH_MODELS = 24;

/** One row of panels: its share of the height, and each panel's share of the width, another one below some. */
interface Band {
  readonly height: number;
  readonly panels: ReadonlyArray<readonly [panel: PanelId | 'beside' | 'aside', width: number, below?: PanelId]>;
}

/** Shares of the height where one panel stands below another. */
const OVER_AND_BELOW = [9, 13];

const MEDIUM_BANDS: readonly Band[] = [
  {
    height: 9,
    panels: [
      ['ticks', 66],
      ['chart', 54],
    ],
  },
  {
    height: 11,
    panels: [
      ['votes', 70],
      ['risk', 50],
    ],
  },
  {
    height: 7,
    panels: [
      ['positions', 72],
      ['aside', 48],
    ],
  },
  {
    height: 9,
    panels: [
      ['approvals', 56],
      ['log', 64],
    ],
  },
];

const LARGE_BANDS: readonly Band[] = [
  {
    height: 22,
    panels: [
      ['ticks', 102],
      ['chart', 56],
      ['beside', 42],
    ],
  },
  {
    height: 12,
    panels: [
      ['votes', 100],
      ['risk', 50],
      ['governor', 50],
    ],
  },
  {
    height: 22,
    panels: [
      ['positions', 82],
      ['approvals', 54],
      ['log', 64, 'models'],
    ],
  },
];

export function isTooSmall(columns: number, rows: number): boolean {
  return columns < SMALLEST_COLUMNS || rows < SMALLEST_ROWS;
}

/** Whole numbers in proportion to `shares` that add up to `total`. */
export function divide(total: number, shares: readonly number[]): readonly number[] {
  const sum = shares.reduce((a, b) => a + b, 0);
  let used = 0;
  let before = 0;
  return shares.map((share) => {
    before += share;
    const end = Math.round((before / sum) * total);
    const part = end - used;
    used = end;
    return part;
  });
}

function bandPanels(bands: readonly Band[], area: Place, aside: Aside): Pick<ScreenLayout, 'panels' | 'beside'> {
  const heights = divide(
    area.height,
    bands.map((band) => band.height),
  );
  const panels: PanelPlace[] = [];
  let beside: PanelPlace | undefined;
  let y = area.y;
  bands.forEach((band, row) => {
    const height = heights[row] ?? 0;
    const widths = divide(
      area.width,
      band.panels.map(([, share]) => share),
    );
    let x = area.x;
    band.panels.forEach(([panel, , below], column) => {
      const width = widths[column] ?? 0;
      const [own = 0, under = 0] = below === undefined ? [height] : divide(height, OVER_AND_BELOW);
      const place = { x, y, width, height: own, edge: column < band.panels.length - 1, titled: true };
      if (panel === 'beside') beside = { ...place, panel: 'chart' };
      else if (panel === 'aside') panels.push({ ...place, panel: aside, shares: ASIDE.find((each) => each !== aside) });
      else panels.push({ ...place, panel });
      if (below !== undefined) panels.push({ ...place, y: y + own, height: under, panel: below });
      x += width;
    });
    y += height;
  });
  return { panels, beside };
}

type Panels = Pick<ScreenLayout, 'strip' | 'tabs' | 'panels' | 'beside'>;

/** The chosen proposal whole and one line of others; of snoozed ones only the title and a line. */
function stripLines({ proposals, snoozed, models, rows }: ScreenNeeds): number {
  if (proposals === 0) return snoozed ? 2 : 0;
  const ofModels = models && rows >= ROWS_WITH_MODELS ? 1 : 0;
  return STRIP_LINES + ofModels + (proposals > 1 || snoozed ? 1 : 0);
}

function singlePanel(needs: ScreenNeeds, area: Place): Panels {
  const { focus } = needs;
  const stripHeight = focus === 'approvals' ? 0 : Math.min(stripLines(needs), area.height);
  const below = { ...area, y: area.y + stripHeight, height: area.height - stripHeight };
  const panel = { ...below, y: below.y + 1, height: below.height - 1, panel: focus, edge: false, titled: false };
  return {
    strip:
      stripHeight > 0 ? { ...area, height: stripHeight, panel: 'approvals', edge: false, titled: true } : undefined,
    tabs: below.height > 0 ? { ...below, height: 1 } : undefined,
    panels: below.height > 1 ? [panel] : [],
    beside: undefined,
  };
}

/** The whole screen. */
export function layOutScreen(needs: ScreenNeeds): ScreenLayout {
  const margin = needs.framed ? 1 : 0;
  const width = Math.max(1, needs.columns - 2 * margin);
  const top = { x: margin, y: margin, width, height: needs.headerLines };
  const footer = { x: margin, y: needs.rows - margin - FOOTER_LINES, width, height: FOOTER_LINES };
  const timelineHeight = needs.timelineLines;
  const bodyY = top.y + top.height;
  const body = { x: margin, y: bodyY, width, height: Math.max(0, footer.y - timelineHeight - bodyY) };
  const timeline =
    timelineHeight > 0 ? { x: margin, y: footer.y - timelineHeight, width, height: timelineHeight } : undefined;
  const fits = (size: typeof MEDIUM): boolean => needs.columns >= size.columns && needs.rows >= size.rows;
  const single = needs.zoomed || !fits(MEDIUM);
  const panels: Panels = single
    ? singlePanel(needs, body)
    : { strip: undefined, tabs: undefined, ...bandPanels(fits(LARGE) ? LARGE_BANDS : MEDIUM_BANDS, body, needs.aside) };
  return { header: top, body, footer, timeline, ...panels };
}
