/** Rows of styled text at a place on the screen: the only thing that is ever drawn. */
import { Box, Text } from 'ink';
import { memo, useLayoutEffect, useRef } from 'react';
import type { Canvas, Layer, Painted } from './canvas.ts';
import { useTools } from './context.ts';
import type { Place } from './layout.ts';
import type { StyledLine } from './text/line.ts';
import { renderLines } from './theme.ts';

interface RowsProps {
  readonly place: Place;
  readonly lines: readonly StyledLine[];
  readonly layer?: Layer;
}

/** Painted as cells where there is a canvas, else drawn by Ink: the same on the screen. */
export function Rows({ place, lines, layer = 'panel' }: RowsProps) {
  const { theme, canvas } = useTools();
  if (place.width <= 0 || place.height <= 0) return null;
  const rows = renderLines(lines, place.width, place.height, theme);
  if (canvas === undefined) return <InkRows place={place} rows={rows} />;
  return <PaintedRows canvas={canvas} painted={{ place, rows, layer }} />;
}

function PaintedRows({ canvas, painted }: { readonly canvas: Canvas; readonly painted: Painted }) {
  const key = useRef({}).current;
  useLayoutEffect(() => canvas.put(key, painted));
  useLayoutEffect(() => () => canvas.remove(key), [canvas, key]);
  return null;
}

/**
 * Every row is exactly as wide as the place: one row too wide would scramble Ink's screen. So Ink need not clip
 * (`overflow` would cut every line apart and measure it once more). A row is a text of its own: Ink reads a text of
 * several lines twice.
 */
function InkRows({ place, rows }: { readonly place: Place; readonly rows: readonly string[] }) {
  return (
    <Box
      position="absolute"
      marginLeft={place.x}
      marginTop={place.y}
      width={place.width}
      height={place.height}
      flexDirection="column"
    >
      {rows.map((text, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row is its place
        <Row key={row} text={text} />
      ))}
    </Box>
  );
}

const Row = memo(function Row({ text }: { readonly text: string }) {
  return <Text wrap="truncate">{text}</Text>;
});
