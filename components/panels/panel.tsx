/** Makes a panel out of what it takes from the state and how it is written: memoised, clipped, with its title bar. */
import { type ComponentType, memo } from 'react';
import { useSlice, useTools } from '../context.ts';
import type { PanelPlace } from '../layout.ts';
import { Rows } from '../rows.tsx';
import { span } from '../text/line.ts';
import { frameOf, type PanelSpec, panelLines, widthIn } from './panel-lines.ts';

export interface PanelProps {
  readonly place: PanelPlace;
  readonly focused: boolean;
}

export type PanelComponent = ComponentType<PanelProps>;

export function createPanel<S extends object>(spec: PanelSpec<S>): PanelComponent {
  return memo(function Panel({ place, focused }: PanelProps) {
    const slice = useSlice((state) => spec.select(state));
    const frame = useSlice((state) => frameOf(state, spec.panel, place.shares));
    const { drawing } = useTools();
    const width = widthIn(place);
    return (
      <>
        <Rows place={{ ...place, width }} lines={panelLines(spec, slice, frame, { place, focused, drawing })} />
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
