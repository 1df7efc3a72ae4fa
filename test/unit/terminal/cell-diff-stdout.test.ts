/** Through the cell diff a terminal shows the same cells as through plain Ink: real frames of Ink, and made-up ones. */
import { EventEmitter } from 'node:events';
import fc from 'fast-check';
import { Box, render, Text } from 'ink';
import { createElement, type ReactElement } from 'react';
import { describe, expect, it } from 'vitest';
import { CellDiffStdout } from '../../../src/terminal/cell-diff-stdout.ts';
import { oracleTerminal } from '../../fixtures/oracle-terminal.ts';

const COLUMNS = 24;
const ROWS = 6;
const NO_WRAP = '\u001b[?7l';

/** A writer that takes everything at once, or nothing while it is busy. */
function recorder() {
  const texts: string[] = [];
  return { busy: false, texts, write: (text: string) => void texts.push(text) };
}

const STYLES = ['', '1', '2', '7', '4', '31', '32', '38;5;114', '38;2;10;20;30', '41', '48;5;22'];
const piece = fc.record({
  text: fc.oneof(
    { weight: 4, arbitrary: fc.string({ minLength: 1, maxLength: 8 }) },
    { weight: 2, arbitrary: fc.constantFrom('─│█░▲', '⡇⠒', '币安', '한', '  ', 'é') },
  ),
  style: fc.constantFrom(...STYLES),
});
const row = fc.array(piece, { maxLength: 4 });
const frame = fc.array(row, { minLength: 1, maxLength: ROWS });

const columnsOf = (char: string): number => (/[币安한]/.test(char) ? 2 : 1);

/** As much of a text as fits into `room` columns. */
function fitting(text: string, room: number): string {
  let left = room;
  let fit = '';
  for (const char of text) {
    if (columnsOf(char) > left) break;
    left -= columnsOf(char);
    fit += char;
  }
  return fit;
}

/** A row as Ink would write it: styled, never wider than the screen. */
function rowText(pieces: ReadonlyArray<{ text: string; style: string }>): string {
  let room = COLUMNS;
  let out = '';
  for (const { text, style } of pieces) {
    const fit = fitting(text, room);
    room -= [...fit].reduce((sum, char) => sum + columnsOf(char), 0);
    out += style === '' ? fit : `\u001b[${style}m${fit}\u001b[0m`;
  }
  return out;
}

/** Ink's standard frame: the lines of the last one are erased upwards, then all lines are written. */
function frameText(rows: ReadonlyArray<Parameters<typeof rowText>[0]>, previousLines: number): string {
  const erase = Array.from(
    { length: previousLines },
    (_, i) => `\u001b[2K${i < previousLines - 1 ? '\u001b[1A' : ''}`,
  ).join('');
  return `\u001b[?2026h${erase}${previousLines > 0 ? '\u001b[G' : ''}${rows.map(rowText).join('\n')}\u001b[?2026l`;
}

describe('made-up frames', () => {
  it('come out cell by cell as on a plain terminal', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { minLength: 2, maxLength: 5 }), async (frames) => {
        const plain = oracleTerminal(COLUMNS, ROWS);
        const diffed = oracleTerminal(COLUMNS, ROWS, { raw: true });
        const writer = recorder();
        const screen = new CellDiffStdout(writer, COLUMNS, ROWS);
        await plain.write(NO_WRAP);
        await diffed.write(NO_WRAP);
        let lines = 0;
        for (const each of frames) {
          const text = frameText(each, lines);
          lines = each.length;
          await plain.write(text);
          screen.write(text);
          await diffed.write(writer.texts.splice(0).join(''));
          expect(diffed.cells()).toEqual(plain.cells());
        }
        plain.dispose();
        diffed.dispose();
      }),
      { numRuns: 80 },
    );
  });
});

const LOOKS = ['1', '2', '22', '4', '24', '7', '27', '31', '39', '42', '49', '38;5;9', '0', ''];
const at = fc.tuple(fc.integer({ min: 1, max: ROWS }), fc.integer({ min: 1, max: COLUMNS }));
const operation = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(at, piece).map(([[y, x], { text }]) => `\u001b[${y};${x}H${fitting(text, COLUMNS - x + 1)}`),
  },
  { weight: 3, arbitrary: fc.constantFrom(...LOOKS).map((look) => `\u001b[${look}m`) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(at, fc.constantFrom('K', '1K', '2K', 'J', '1J', '2J'))
      .map(([[y, x], erase]) => `\u001b[${y};${x}H\u001b[0m\u001b[${erase}`),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('\u001b[3A', '\u001b[2B', '\u001b[4C', '\u001b[5D', '\u001b[E', '\u001b[2F', '\u001b[7G')
      .map((move) => `${move}x`),
  },
);

describe('any sequence that Ink could write', () => {
  it('comes out cell by cell as on a plain terminal', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(operation, { maxLength: 12 }), { minLength: 1, maxLength: 4 }),
        async (frames) => {
          const plain = oracleTerminal(COLUMNS, ROWS);
          const diffed = oracleTerminal(COLUMNS, ROWS, { raw: true });
          const writer = recorder();
          const screen = new CellDiffStdout(writer, COLUMNS, ROWS);
          await plain.write(NO_WRAP);
          await diffed.write(NO_WRAP);
          for (const each of frames) {
            // The home position first: where a full last column leaves the cursor is the terminal's own affair.
            const text = `\u001b[?2026h\u001b[H${each.join('')}\u001b[?2026l`;
            await plain.write(text);
            screen.write(text);
            await diffed.write(writer.texts.splice(0).join(''));
            expect(diffed.cells()).toEqual(plain.cells());
          }
          plain.dispose();
          diffed.dispose();
        },
      ),
      { numRuns: 150 },
    );
  });
});

/** What Ink writes, for both ways at the same time. */
class Tee extends EventEmitter {
  readonly isTTY = true;
  readonly writable = true;
  readonly columns = COLUMNS;
  readonly rows = ROWS;
  plain = '';
  readonly #screen: CellDiffStdout;
  constructor(screen: CellDiffStdout) {
    super();
    this.#screen = screen;
  }
  write(data: string, done?: () => void): boolean {
    this.plain += data;
    this.#screen.write(data);
    if (typeof done === 'function') queueMicrotask(done);
    return true;
  }
}

/** Ink itself, drawn on both terminals. */
async function bothWays(first: ReactElement) {
  const writer = recorder();
  const tee = new Tee(new CellDiffStdout(writer, COLUMNS, ROWS));
  const plain = oracleTerminal(COLUMNS, ROWS);
  const diffed = oracleTerminal(COLUMNS, ROWS, { raw: true });
  await plain.write(NO_WRAP);
  await diffed.write(NO_WRAP);
  const stream = tee as unknown as NodeJS.WriteStream;
  const ink = render(first, {
    stdout: stream,
    stderr: stream,
    stdin: new EventEmitter() as NodeJS.ReadStream,
    interactive: true,
    patchConsole: false,
    maxFps: 1_000,
  });
  return {
    plain,
    diffed,
    /** Draws a frame both ways and gives what each has cost. */
    async draw(app: ReactElement) {
      ink.rerender(app);
      await ink.waitUntilRenderFlush();
      const text = writer.texts.splice(0).join('');
      const cost = { plainBytes: tee.plain.length, diffBytes: text.length };
      await plain.write(tee.plain);
      await diffed.write(text);
      tee.plain = '';
      return cost;
    },
    end() {
      ink.unmount();
      plain.dispose();
      diffed.dispose();
    },
  };
}

/** A column of rows, `height` of them high; the root is as high as the screen, or as its rows when `height` is 0. */
const column = (rows: readonly string[], height = ROWS): ReactElement =>
  createElement(
    Box,
    { width: COLUMNS, flexDirection: 'column', ...(height > 0 && { height }) },
    ...rows.map((text, i) => createElement(Text, { key: i, wrap: 'truncate' }, text)),
  );

describe('frames of Ink itself', () => {
  it('come out cell by cell as on a plain terminal, and cost less', async () => {
    const app = (step: number) =>
      column(
        Array.from(
          { length: ROWS },
          (_, i) => `\u001b[3${i + 1}m${i === step % ROWS ? `step ${step}` : '─'.repeat(COLUMNS)}\u001b[0m`,
        ),
      );
    const both = await bothWays(app(0));
    let plainBytes = 0;
    let diffBytes = 0;
    for (let step = 0; step < 12; step++) {
      const cost = await both.draw(app(step));
      if (step > 0) {
        plainBytes += cost.plainBytes;
        diffBytes += cost.diffBytes;
      }
      expect(both.diffed.cells()).toEqual(both.plain.cells());
    }
    expect(both.diffed.rows()[5]).toContain('step 11');
    expect(diffBytes).toBeLessThan(plainBytes);
    both.end();
  });

  it('of four hundred, made up of styles, wide characters, and screens that grow, shrink and are too high', async () => {
    const tall = fc.record({
      rows: fc.array(fc.array(piece, { maxLength: 7 }), { maxLength: ROWS + 2 }),
      full: fc.boolean(),
    });
    const frames = fc.sample(tall, { numRuns: 400, seed: 7 });
    const both = await bothWays(column([]));
    for (const [n, { rows, full }] of frames.entries()) {
      // Not cut beforehand: Ink cuts what is too wide, and erases otherwise where a frame is too high.
      const texts = rows.map((pieces) =>
        pieces.map(({ text, style }) => (style === '' ? text : `\u001b[${style}m${text}\u001b[0m`)).join(''),
      );
      await both.draw(column(texts, full ? ROWS : 0));
      expect([n, both.diffed.cells()]).toEqual([n, both.plain.cells()]);
    }
    both.end();
  });
});

describe('the stand-in', () => {
  const started = () => {
    const writer = recorder();
    return { writer, screen: new CellDiffStdout(writer, 10, 2) };
  };

  it('writes one text per frame, and nothing for a frame that changes nothing', () => {
    const { writer, screen } = started();
    screen.write('\u001b[?2026hab\u001b[?2026l');
    screen.write('\u001b[?2026h\u001b[2K\u001b[Gab\u001b[?2026l');
    expect(writer.texts).toHaveLength(1);
    screen.write('\u001b[?2026h\u001b[2K\u001b[Gax\u001b[?2026l');
    expect(writer.texts[1]).toBe('\u001b[?2026h\u001b[1;2Hx\u001b[?2026l');
  });

  it('skips frames while the writer is busy, then writes the newest', () => {
    const { writer, screen } = started();
    screen.write('\u001b[?2026h1\u001b[?2026l');
    writer.busy = true;
    for (const digit of '23456') screen.write(`\u001b[?2026h\u001b[2K\u001b[G${digit}\u001b[?2026l`);
    expect(writer.texts).toHaveLength(1);
    expect(screen.framesSkipped).toBe(5);
    writer.busy = false;
    screen.flush();
    expect(writer.texts[1]).toContain('6');
  });

  it('paints all of it again when asked, and after another size', () => {
    const { writer, screen } = started();
    screen.write('\u001b[?2026hab\u001b[?2026l');
    screen.repaint();
    expect(writer.texts[1]).toContain('\u001b[2J');
    expect(writer.texts[1]).toContain('ab');
    let told = 0;
    screen.on('resize', () => {
      told++;
    });
    screen.resize(20, 4);
    expect([screen.columns, screen.rows, told]).toEqual([20, 4, 1]);
    screen.write('\u001b[?2026hab\u001b[?2026l');
    expect(writer.texts[2]).toContain('\u001b[2J');
  });

  it('passes on no modes, titles or links of others, and nothing once closed', () => {
    const { writer, screen } = started();
    screen.write('\u001b[?2026h\u001b]0;t\u0007\u001b[?25l\u001b[?1049h\u001b]8;;http://x\u001b\\x\u001b[?2026l');
    const sequences = writer.texts[0]?.split('\u001b').slice(1) ?? [];
    for (const sequence of sequences) expect(sequence).toMatch(/^\[(\?2026[hl]|0m|2J|\d+(;\d+)?H|[\d;]*m)/);
    screen.close();
    screen.write('\u001b[?2026hmore\u001b[?2026l');
    expect(writer.texts).toHaveLength(1);
  });

  it('trusts no cursor after a wide character: terminals disagree on widths', () => {
    const { writer, screen } = started();
    screen.write('\u001b[?2026h币ab\u001b[?2026l');
    expect(writer.texts[0]).toContain('币\u001b[1;3Hab');
  });

  it('clips what is too wide instead of scrambling the rows below', () => {
    const { writer, screen } = started();
    screen.write('\u001b[?2026h0123456789ABC\nnext\u001b[?2026l');
    expect(writer.texts[0]).not.toContain('A');
    expect(writer.texts[0]).toContain('next');
  });

  it('paints text without frame marks at the next turn', async () => {
    const { writer, screen } = started();
    screen.write('x');
    expect(writer.texts).toHaveLength(0);
    await new Promise((resolve) => setImmediate(resolve));
    expect(writer.texts).toHaveLength(1);
  });
});
