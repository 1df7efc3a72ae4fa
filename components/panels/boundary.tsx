/** A panel that throws is replaced by its error: the others, the keys and kill go on. */
import { Component, type ReactNode } from 'react';
import type { PanelPlace } from '../layout.ts';
import { Rows } from '../rows.tsx';
import { line, span } from '../text/line.ts';

interface BoundaryProps {
  readonly place: PanelPlace;
  readonly title: string;
  readonly children: ReactNode;
}

interface BoundaryState {
  readonly error: string | undefined;
}

export class PanelBoundary extends Component<BoundaryProps, BoundaryState> {
  override state: BoundaryState = { error: undefined };

  static getDerivedStateFromError(error: unknown): BoundaryState {
    return { error: String(error) };
  }

  override render(): ReactNode {
    const { place, title, children } = this.props;
    if (this.state.error === undefined) return children;
    return <Rows place={place} lines={[line(span(` ${title} cannot be drawn: ${this.state.error}`, 'alarm'))]} />;
  }
}
