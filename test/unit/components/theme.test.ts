/** Colours as far as the terminal has them, and sequences that Ink understands. */
import { describe, expect, it } from 'vitest';
import { line, type Style, span } from '../../../components/text/line.ts';
import { createTheme, detectColourLevel, renderLines } from '../../../components/theme.ts';

describe('the colour level', () => {
  it.each([
    [{ TERM: 'xterm-256color', COLORTERM: 'truecolor' }, 'truecolor'],
    [{ TERM: 'xterm-256color', COLORTERM: '24bit' }, 'truecolor'],
    [{ TERM: 'xterm-256color' }, '256'],
    [{ TERM: 'xterm', COLORTERM: 'yes' }, '16'],
    [{ TERM: 'xterm-256color', COLORTERM: 'truecolor', NO_COLOR: '1' }, 'none'],
    [{ TERM: 'xterm-256color', NO_COLOR: '' }, '256'],
    [{ TERM: 'dumb' }, 'none'],
    [{}, '16'],
  ] as const)('of %j is %s', (env, level) => {
    expect(detectColourLevel(env)).toBe(level);
  });
});

describe('a rendered line', () => {
  const styles: readonly Style[] = [
    'plain',
    'quiet',
    'strong',
    'up',
    'down',
    'warn',
    'alarm',
    'live',
    'paper',
    'stale',
  ];
  const text = (level: 'none' | '16' | '256' | 'truecolor') =>
    renderLines([line(...styles.map((style) => span('x', style, 'changed')))], 20, 2, createTheme(level)).join('\n');

  it('has no colour without colour, but marks what is stale, chosen or alarming by attributes', () => {
    expect(text('none')).not.toMatch(/\[(3|4|9|10)\d/);
    expect(text('none')).toContain('\u001b[7m');
    expect(text('none')).toContain('\u001b[4m');
  });

  it('uses only the colours of its level', () => {
    expect(text('16')).not.toMatch(/38;/);
    expect(text('256')).toMatch(/38;5;/);
    expect(text('256')).not.toMatch(/38;2;/);
    expect(text('truecolor')).toMatch(/38;2;/);
  });

  it('writes each parameter alone and resets in full', () => {
    for (const level of ['none', '16', '256', 'truecolor'] as const) {
      const sequences = text(level)
        .split('\u001b[')
        .slice(1)
        .map((each) => each.slice(0, each.indexOf('m')));
      for (const parameters of sequences) expect(parameters).toMatch(/^(\d+|38;5;\d+|38;2;\d+;\d+;\d+)$/);
    }
  });

  it('is as wide and the block as high as asked', () => {
    const rows = renderLines([line('abcdef')], 4, 3, createTheme('none'));
    expect(rows).toEqual(['abc…', '    ', '    ']);
  });
});
