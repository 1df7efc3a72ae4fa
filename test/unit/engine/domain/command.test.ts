/** Commands as numbers: every one reads back, and no other row of numbers is taken for one. */
import { describe, expect, it } from 'vitest';
import {
  AT,
  COMMAND_KINDS,
  COMMAND_SOURCES,
  COMMAND_WIDTH,
  CONTROL_MODES,
  decodeCommand,
  encodeCommand,
  InputEncoder,
  type OperatorCommand,
  RECORD,
} from '../../../../engine/domain/index.ts';

const COMMANDS: readonly OperatorCommand[] = [
  { kind: 'approve', proposalId: 17, revision: 3, viewSeq: 2 ** 40 + 1 },
  { kind: 'veto', proposalId: 2 ** 52, revision: 1, viewSeq: 0 },
  ...CONTROL_MODES.map((mode) => ({ kind: 'set-control', mode }) as const),
  { kind: 'kill' },
  { kind: 'flatten' },
  { kind: 'resume' },
  { kind: 'accept-suggestion', suggestionId: 5 },
  { kind: 'reject-suggestion', suggestionId: 6 },
  { kind: 'undo-suggestion', suggestionId: 7 },
  { kind: 'arm', code: 1234 },
  { kind: 'disarm' },
  { kind: 'accept-account', digest: 2 ** 47 + 1 },
  { kind: 'resize', proposalId: 18, revision: 4, viewSeq: 2 ** 41, lots: 2 ** 50 + 1 },
];

describe('encode and decode', () => {
  it('covers every kind', () => expect(new Set(COMMANDS.map((c) => c.kind))).toEqual(new Set(COMMAND_KINDS)));

  it.each(COMMANDS)('$kind', (command) => {
    const row = new Float64Array(COMMAND_WIDTH).fill(99);
    for (const source of COMMAND_SOURCES) {
      encodeCommand(command, source, row);
      expect(decodeCommand(row)).toEqual({ command, source });
      expect(decodeCommand([...row])).toEqual({ command, source });
    }
  });

  it.each([
    ['no kind', [13, 0]],
    ['half a kind', [0.5, 0]],
    ['a kind below zero', [-1, 0]],
    ['not a number', [Number.NaN, 0]],
    ['no source', [3, 5]],
    ['half a source', [3, 1.5]],
    ['no control mode', [2, 0, 4]],
    ['half a control mode', [2, 0, 0.5]],
    ['nothing', []],
  ])('is none: %s', (_, row) => expect(decodeCommand(row)).toBeUndefined());
});

describe('records', () => {
  it('are aligned, hold their length and type, and leave nothing of the record before', () => {
    const encoder = new InputEncoder();
    encoder.depth(3, 1, 2, 3, 4, new Array(400).fill(5), new Array(400).fill(6), true);
    expect(encoder.bytes().byteLength).toBe(AT.levels + 800 * 8);
    encoder.command({ kind: 'kill' }, 'socket');
    const bytes = encoder.bytes();
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    expect(bytes.byteLength % 8).toBe(0);
    expect(view.getUint32(AT.length, true)).toBe(bytes.byteLength);
    expect(view.getUint8(AT.type)).toBe(RECORD.command);
    const row = Array.from({ length: COMMAND_WIDTH }, (_, i) => view.getFloat64(AT.command + i * 8, true));
    expect(row).toEqual([COMMAND_KINDS.indexOf('kill'), COMMAND_SOURCES.indexOf('socket'), 0, 0, 0, 0]);
    expect(view.getFloat64(AT.seq, true)).toBe(0);
    encoder.stamp(12, 34);
    expect([view.getFloat64(AT.seq, true), view.getFloat64(AT.receivedAtUs, true)]).toEqual([12, 34]);
  });
});
