/** Makes a panel out of a slice of the state and a formatter: memoised, clipped, with its title bar. */
import { type ComponentType, memo } from 'react';
import { keyOf } from '../../state/keymap/key-names.ts';
import type { ConsoleState } from '../../state/model.ts';
import { PANEL_TITLES, type PanelId } from '../../state/panels.ts';
import type { Plotter } from '../charts/contrib-line.ts';
import { useSlice, useTools } from '../context.ts';
import { titleBar } from '../format/fields.ts';
import type { PanelPlace } from '../layout.ts';
import { Rows } from '../rows.tsx';
import { type StyledLine, span } from '../text/line.ts';

export interface PanelSpec<S extends object> {
  readonly panel: PanelId;
  readonly select: (state: ConsoleState) => S;
  readonly format: (slice: S, width: number, height: number, plotter: Plotter | undefined) => readonly StyledLine[];
  /** A few words at the right of the title bar. */
  readonly note?: (slice: S) => string;
}

export interface PanelProps {
  readonly place: PanelPlace;
  readonly focused: boolean;
}

export type PanelComponent = ComponentType<PanelProps>;

export function createPanel<S extends object>(spec: PanelSpec<S>): PanelComponent {
  return memo(function Panel({ place, focused }: PanelProps) {
    const slice = useSlice(spec.select);
    const { plotter } = useTools();
    const { key } = useSlice((state) => ({ key: keyOf(state.bindings, `panel-${spec.panel}`) }));
    const width = place.width - (place.edge ? 1 : 0);
    const height = place.height - (place.titled ? 1 : 0);
    const content = height > 0 ? spec.format(slice, width, height, plotter).slice(0, height) : [];
    const title = titleBar(`${key} ${PANEL_TITLES[spec.panel]}`, spec.note?.(slice) ?? '', focused, width);
    return (
      <>
        <Rows place={{ ...place, width }} lines={place.titled ? [title, ...content] : content} />
        {place.edge && <Edge x={place.x + width} y={place.y} height={place.height} />}
      </>
    );
  });
}

/** A line down the right side. By itself, so that rows of plain text stay so: Ink measures them ten times faster. */
const Edge = memo(function Edge({ x, y, height }: { readonly x: number; readonly y: number; readonly height: number }) {
  const lines = Array.from({ length: height }, () => [span('│', 'quiet')]);
  return <Rows place={{ x, y, width: 1, height }} lines={lines} />;
});
