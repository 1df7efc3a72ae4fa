/** Rows of styled text at a place on the screen: the only thing that is ever drawn. */
import { Box, Text } from 'ink';
import { memo } from 'react';
import { useTools } from './context.ts';
import type { Place } from './layout.ts';
import type { StyledLine } from './text/line.ts';
import { renderLines } from './theme.ts';

interface RowsProps {
  readonly place: Place;
  readonly lines: readonly StyledLine[];
}

/**
 * Every row is exactly as wide as the place: one row too wide would scramble Ink's screen. So Ink need not clip
 * (`overflow` would cut every line apart and measure it once more). A row is a text of its own: Ink reads a text of
 * several lines twice.
 */
export function Rows({ place, lines }: RowsProps) {
  const { theme } = useTools();
  if (place.width <= 0 || place.height <= 0) return null;
  const rows = renderLines(lines, place.width, place.height, theme);
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
