/** Makes a panel out of a slice of the state and a formatter: memoised, clipped, with its title bar. */
import { type ComponentType, memo } from 'react';
import type { ConsoleState } from '../../state/model.ts';
import { PANEL_TITLES, type PanelId, panelKey } from '../../state/panels.ts';
import type { Plotter } from '../charts/contrib-line.ts';
import { useSlice, useTools } from '../context.ts';
import { titleBar } from '../format/fields.ts';
import type { PanelPlace } from '../layout.ts';
import { Rows } from '../rows.tsx';
import { fitLine, type StyledLine, span } from '../text/line.ts';

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
    const width = place.width - (place.edge ? 1 : 0);
    const height = place.height - (place.titled ? 1 : 0);
    const content = height > 0 ? spec.format(slice, width, height, plotter).slice(0, height) : [];
    const title = titleBar(
      `${panelKey(spec.panel)} ${PANEL_TITLES[spec.panel]}`,
      spec.note?.(slice) ?? '',
      focused,
      width,
    );
    const lines = place.titled ? [title, ...content] : content;
    return <Rows place={place} lines={place.edge ? withEdge(lines, width, place.height) : lines} />;
  });
}

function withEdge(lines: readonly StyledLine[], width: number, height: number): readonly StyledLine[] {
  return Array.from({ length: height }, (_, row) => [...fitLine(lines[row] ?? [], width), span('│', 'quiet')]);
}
