/** The fewest bytes that a careful hand would write for the same frames: the reference for the console's own. */
import xterm from '@xterm/headless';

interface Cell {
  readonly text: string;
  readonly look: string;
}

/** Unchanged cells that are cheaper to write again than to step over. */
const CHEAP_GAP = 4;

/** Bytes for what changes from each of the screens, which `writes` lead to one after the other, to the next. */
export async function handDiffBytes(writes: readonly string[], columns: number, rows: number): Promise<number> {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
  let before = cellsOf(terminal);
  let bytes = 0;
  for (const text of writes) {
    await new Promise<void>((resolve) => terminal.write(text, resolve));
    const now = cellsOf(terminal);
    bytes += frameBytes(before, now, columns);
    before = now;
  }
  terminal.dispose();
  return bytes;
}

function cellsOf(terminal: xterm.Terminal): readonly Cell[] {
  const cells: Cell[] = [];
  for (let row = 0; row < terminal.rows; row++) {
    const line = terminal.buffer.active.getLine(row);
    for (let column = 0; column < terminal.cols; column++) {
      const cell = line?.getCell(column);
      const flags = [cell?.isBold(), cell?.isDim(), cell?.isInverse(), cell?.isUnderline()].map(Boolean);
      const codes = ['1', '2', '7', '4'].filter((_, i) => flags[i]);
      if (cell?.isFgPalette()) codes.push(`38;5;${cell.getFgColor()}`);
      cells.push({ text: cell?.getChars() || ' ', look: codes.join(';') });
    }
  }
  return cells;
}

function frameBytes(before: readonly Cell[], now: readonly Cell[], columns: number): number {
  let text = '';
  let look = '';
  let at = -1;
  for (let i = 0; i < now.length; i++) {
    const [was, is] = [before[i]!, now[i]!];
    if (was.text === is.text && was.look === is.look) continue;
    const isNear = at >= 0 && i - at <= CHEAP_GAP && Math.floor(i / columns) === Math.floor(at / columns);
    if (at !== i && !isNear) text += `\u001b[${Math.floor(i / columns) + 1};${(i % columns) + 1}H`;
    for (let k = isNear ? at : i; k <= i; k++) {
      const cell = now[k]!;
      if (cell.look !== look) text += `\u001b[0${cell.look === '' ? '' : `;${cell.look}`}m`;
      look = cell.look;
      text += cell.text;
    }
    at = i + 1;
  }
  return Buffer.byteLength(look === '' ? text : `${text}\u001b[0m`);
}
