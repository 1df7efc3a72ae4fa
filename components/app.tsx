/** The console: one root box as large as the terminal, with panels, overlays and an unmistakable frame when LIVE. */
import { Box } from 'ink';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { hereOf, hereText } from '../state/here.ts';
import { enabledBindings } from '../state/keymap/dispatch.ts';
import { keyOf } from '../state/keymap/key-names.ts';
import type { ConsoleState } from '../state/model.ts';
import { PANEL_TABS, PANEL_TITLES, PANELS, type PanelId } from '../state/panels.ts';
import { selectedSymbol } from '../state/rows.ts';
import { currentNotice } from '../state/selectors.ts';
import { silentForMs } from '../state/staleness.ts';
import type { Store } from '../state/store.ts';
import type { Canvas } from './canvas.ts';
import type { Plotter } from './charts/contrib-line.ts';
import type { ChartGlyphs } from './charts/glyphs.ts';
import { ConsoleContext, useSlice } from './context.ts';
import { Drawn } from './drawn.tsx';
import { formatFooter } from './format/footer.ts';
import { formatHeader, headerAlerts } from './format/header.ts';
import { formatTimeline, timelineLines } from './format/timeline.ts';
import type { ScreenFigures } from './format/timing.ts';
import { formatTooSmall, leaveRow } from './format/too-small.ts';
import { isTooSmall, layOutScreen, type PanelPlace, type Place, type ScreenLayout } from './layout.ts';
import { OverlayView } from './overlays/overlay.tsx';
import { PanelBoundary } from './panels/boundary.tsx';
import { BesideChart, PANEL_COMPONENTS } from './panels/index.ts';
import { Rows } from './rows.tsx';
import { clipLine, line, span } from './text/line.ts';
import type { Theme } from './theme.ts';

export interface AppProps {
  readonly store: Store;
  readonly theme: Theme;
  /** Loads the chart's plotter; called once, after the first frame. */
  readonly loadPlotter: () => Promise<Plotter>;
  /** What the screen has cost so far. */
  readonly figures: () => ScreenFigures;
  readonly canvas?: Canvas;
  readonly glyphs?: ChartGlyphs;
}

const headerSlice = (state: ConsoleState) => ({
  connection: state.connection,
  view: state.view,
  silentMs: silentForMs(state),
  leaving: state.ui.leaving !== 'none',
  bindings: state.bindings,
  symbol: state.view === undefined ? undefined : selectedSymbol(state),
});

export function App({ store, theme, loadPlotter, figures, canvas, glyphs = 'braille' }: AppProps) {
  const [plotter, setPlotter] = useState<Plotter>();
  useEffect(() => {
    let mounted = true;
    const failed = (error: unknown): void =>
      store.dispatch({
        type: 'notice',
        notice: { level: 'warn', text: `charts cannot be drawn: ${String(error)}`, atMs: store.getSnapshot().nowMs },
      });
    loadPlotter().then((loaded) => mounted && setPlotter(loaded), failed);
    return () => {
      mounted = false;
    };
  }, [store, loadPlotter]);
  const drawing = useMemo(() => ({ plotter, glyphs }), [plotter, glyphs]);
  const tools = useMemo(() => ({ store, theme, drawing, figures, canvas }), [store, theme, drawing, figures, canvas]);
  return (
    <ConsoleContext value={tools}>
      <Screen />
    </ConsoleContext>
  );
}

function Screen() {
  const needs = useSlice((state) => ({
    columns: state.ui.columns,
    rows: state.ui.rows,
    headerLines: 2 + headerAlerts(headerSlice(state)).length,
    proposals: Math.min(2, (state.view?.proposals.length ?? 0) - state.ui.snoozed.size),
    snoozed: state.ui.snoozed.size > 0,
    models: (state.view?.proposals ?? []).some(({ chances }) => chances.length > 0),
    timelineLines: timelineLines(state.view?.replay),
    // A recording of a live run is no live run.
    framed: state.view?.mode === 'LIVE' && state.view.replay === undefined,
    focus: state.ui.focus,
    aside: state.ui.aside,
    zoomed: state.ui.zoomed,
  }));
  const layout = useMemo(() => layOutScreen(needs), [needs]);
  const { columns, rows, focus, framed } = needs;
  if (isTooSmall(columns, rows)) return <TooSmall columns={columns} rows={rows} />;
  return (
    <Root columns={columns} rows={rows}>
      <Header place={layout.header} />
      <Panels layout={layout} focus={focus} />
      {layout.timeline !== undefined && <Timeline place={layout.timeline} />}
      <Footer place={layout.footer} />
      <OverlayView body={layout.body} asksOnTop={layout.tabs !== undefined} />
      {framed && <LiveFrame columns={columns} rows={rows} />}
    </Root>
  );
}

function Panels({ layout, focus }: { readonly layout: ScreenLayout; readonly focus: PanelId }) {
  return (
    <>
      {layout.strip !== undefined && <PanelAt place={layout.strip} focused={false} />}
      {layout.tabs !== undefined && <Tabs place={layout.tabs} />}
      {layout.panels.map((place) => (
        <PanelAt key={place.panel} place={place} focused={place.panel === focus} />
      ))}
      {layout.beside !== undefined && (
        <PanelBoundary place={layout.beside} title="The second chart">
          <BesideChart place={layout.beside} focused={false} />
        </PanelBoundary>
      )}
    </>
  );
}

function PanelAt({ place, focused }: { readonly place: PanelPlace; readonly focused: boolean }) {
  const Panel = PANEL_COMPONENTS[place.panel];
  return (
    <PanelBoundary place={place} title={PANEL_TITLES[place.panel]}>
      <Panel place={place} focused={focused} />
      {(place.panel === 'approvals' || place.panel === 'governor') && (
        <Drawn what={place.panel} enough={place.height - (place.titled ? 1 : 0) >= ROWS_TO_ANSWER} />
      )}
    </PanelBoundary>
  );
}

/** What is asked and of what size, price and limit, stop and target, and the time that is left. */
const ROWS_TO_ANSWER = 4;

function Root({ columns, rows, children }: { columns: number; rows: number; children: ReactNode }) {
  return (
    <Box width={columns} height={rows} flexShrink={0}>
      {children}
    </Box>
  );
}

/** Even on a tiny screen: mode, state, what is open or waits without being seen, and the keys that count. */
function TooSmall({ columns, rows }: { readonly columns: number; readonly rows: number }) {
  const { state } = useSlice((each) => ({ state: each }));
  const lines = formatTooSmall(state);
  const headerRows = Math.max(0, Math.min(3, rows - 2), Math.min(4, rows - lines.length));
  return (
    <Root columns={columns} rows={rows}>
      <Header place={{ x: 0, y: 0, width: columns, height: headerRows }} />
      <Rows
        place={{ x: 0, y: headerRows, width: columns, height: Math.min(lines.length, rows - headerRows) }}
        lines={lines.map((each) => clipLine(each, columns))}
      />
      {/* The question is the first row, and whole. */}
      <Drawn what="dialog" enough={leaveRow(state) !== undefined && rows > headerRows} />
    </Root>
  );
}

function Header({ place }: { readonly place: Place }) {
  return <Rows place={place} lines={formatHeader(useSlice(headerSlice), place.width)} />;
}

function Footer({ place }: { readonly place: Place }) {
  const { state } = useSlice((each) => ({ state: each }));
  const slice = {
    notice: currentNotice(state),
    pending: state.pending,
    here: hereText(state),
    bindings: enabledBindings(state),
  };
  return <Rows place={place} lines={formatFooter(slice, place.width)} />;
}

/** A space on each side of every tab; on a narrow screen only between them. */
function Tabs({ place }: { readonly place: Place }) {
  const { focus, bindings } = useSlice((state) => ({ focus: state.ui.focus, bindings: state.bindings }));
  const titles = PANELS.map((panel) => ` ${keyOf(bindings, `panel-${panel}`)} ${PANEL_TABS[panel]}`);
  const isWide = titles.join(' ').length < place.width;
  const tabs = PANELS.flatMap((panel, at) => {
    const style = panel === focus ? 'focused' : 'quiet';
    const title = titles[at] ?? '';
    return isWide ? [span(`${title} `, style)] : [span(at === 0 ? '' : ' '), span(title.trim(), style)];
  });
  return <Rows place={place} lines={[tabs]} />;
}

function Timeline({ place }: { readonly place: Place }) {
  const { view, here } = useSlice((state) => ({ view: state.view, here: hereOf(state)?.words }));
  return view?.replay === undefined ? null : <Rows place={place} lines={formatTimeline(view, here, place.width)} />;
}

/** Solid edges with the word all along: real money cannot be missed, colour or not. */
function LiveFrame({ columns, rows }: { readonly columns: number; readonly rows: number }) {
  const edge = Array.from({ length: Math.ceil(columns / 7) }, (_, at) => [
    span('█', 'live-solid'),
    span(' LIVE '.slice(0, columns - at * 7 - 1), 'live'),
  ]).flat();
  const side = Array.from({ length: rows - 2 }, () => line(span('█', 'live-solid')));
  return (
    <>
      <Rows layer="frame" place={{ x: 0, y: 0, width: columns, height: 1 }} lines={[edge]} />
      <Rows layer="frame" place={{ x: 0, y: rows - 1, width: columns, height: 1 }} lines={[edge]} />
      <Rows layer="frame" place={{ x: 0, y: 1, width: 1, height: rows - 2 }} lines={side} />
      <Rows layer="frame" place={{ x: columns - 1, y: 1, width: 1, height: rows - 2 }} lines={side} />
    </>
  );
}
