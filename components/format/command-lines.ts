/** A command for a shell on the screen, to be read and copied. */
import { textWidth } from '../text/width.ts';

/** Behind its words; where that is too long the data directory is in a second row, and a shell takes both for one. */
export function commandLines(words: string, command: string, width: number): readonly string[] {
  const whole = `${words}${command}`;
  const at = command.lastIndexOf(' --data-dir ');
  if (at < 0 || textWidth(whole) <= width) return [whole];
  return [`${words}${command.slice(0, at)} \\`, `  ${command.slice(at)}`];
}
