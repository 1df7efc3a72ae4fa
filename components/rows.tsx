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
 * (`overflow` would cut every line apart and measure it once more).
 */
export function Rows({ place, lines }: RowsProps) {
  const { theme } = useTools();
  return <Block place={place} text={renderLines(lines, place.width, place.height, theme)} />;
}

const Block = memo(function Block({ place, text }: { readonly place: Place; readonly text: string }) {
  if (place.width <= 0 || place.height <= 0) return null;
  return (
    <Box position="absolute" marginLeft={place.x} marginTop={place.y} width={place.width} height={place.height}>
      <Text wrap="truncate">{text}</Text>
    </Box>
  );
});
