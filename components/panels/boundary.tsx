/** A panel that throws is replaced by its error: the others, the keys and kill go on, and it is tried again. */
import { Component, type ReactNode, useEffect, useRef } from 'react';
import { useSlice } from '../context.ts';
import type { PanelPlace } from '../layout.ts';
import { Rows } from '../rows.tsx';
import { line, span } from '../text/line.ts';

/** What could not be drawn is tried again after so long: the next state may be one that can be. */
const RETRY_MS = 5_000;

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
    const { error } = this.state;
    if (error === undefined) return children;
    const retry = (): void => this.setState({ error: undefined });
    return <Broken place={place} text={`${title} cannot be drawn: ${error}`} retry={retry} />;
  }
}

interface BrokenProps {
  readonly place: PanelPlace;
  readonly text: string;
  readonly retry: () => void;
}

function Broken({ place, text, retry }: BrokenProps) {
  const { nowMs } = useSlice((state) => ({ nowMs: state.nowMs }));
  const since = useRef(nowMs);
  const isDue = nowMs - since.current >= RETRY_MS;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the way to try again is another function at every drawing
  useEffect(() => {
    if (isDue) retry();
  }, [isDue]);
  return <Rows place={place} lines={[line(span(` ${text}`, 'alarm'))]} />;
}
