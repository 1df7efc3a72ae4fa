/** Sequences that call: whole, cleaned, and handed on by tmux. */
import { expect, it } from 'vitest';
import { callSequence, titleSequence } from '../../../src/terminal/calling.ts';

const CALL = ['(1) Chimera PAPER', 'SELL 0.308 ETH/USDT waits'] as const;

it.each([
  [[], false, ''],
  [['bell'], false, '\x07'],
  [['osc9'], false, '\x1b]9;(1) Chimera PAPER: SELL 0.308 ETH/USDT waits\x1b\\'],
  [['osc777'], false, '\x1b]777;notify;(1) Chimera PAPER;SELL 0.308 ETH/USDT waits\x1b\\'],
  [['bell'], true, '\x07'],
  [['osc9'], true, '\x1bPtmux;\x1b\x1b]9;(1) Chimera PAPER: SELL 0.308 ETH/USDT waits\x1b\x1b\\\x1b\\'],
] as const)('%j, inside tmux %s', (ways, insideTmux, sequence) => {
  expect(callSequence(ways, ...CALL, insideTmux)).toBe(sequence);
});

it('several ways follow one another', () => {
  expect(callSequence(['bell', 'osc9'], 'a', 'b', false)).toBe('\x07\x1b]9;a: b\x1b\\');
});

it('text from outside ends no sequence and no field, and is bounded', () => {
  const hostile = 'X\x1b\\\x07\x9c\u202e;notify;Y\n';
  expect(callSequence(['osc777'], hostile, hostile, false)).toBe(
    '\x1b]777;notify;X?\\?,notify,Y?;X?\\?,notify,Y?\x1b\\',
  );
  expect(titleSequence(hostile)).toBe('\x1b]2;X?\\?,notify,Y?\x1b\\');
  expect(titleSequence('a'.repeat(5_000)).length).toBeLessThan(140);
});
