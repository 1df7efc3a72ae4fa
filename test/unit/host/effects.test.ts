/** The gate in front of answers and orders: what waits for the disk, what does not, and what becomes of it when that fails. */
import { describe, expect, test } from 'vitest';
import { classOfOrder, EffectGate, type Outgoing } from '../../../src/host/effects.ts';

/** An effect that notes its fate under its name. */
function effect(fates: string[], name: string, seq: number): Outgoing {
  return { seq, release: () => fates.push(`${name} out`), refuse: (why) => fates.push(`${name} refused: ${why}`) };
}

describe('an effect', () => {
  test('waits until the journal is durable up to its input, and leaves in the order in which it came', () => {
    const fates: string[] = [];
    const gate = new EffectGate();
    for (const [name, seq] of [
      ['a', 3],
      ['b', 3],
      ['c', 5],
      ['d', 9],
    ] as const)
      gate.pass(effect(fates, name, seq));
    expect(fates).toEqual([]);
    gate.durable(2);
    expect(fates).toEqual([]);
    gate.durable(5);
    expect(fates).toEqual(['a out', 'b out', 'c out']);
    gate.durable(4);
    expect([gate.durableSeq, gate.waiting]).toEqual([5, 1]);
    gate.durable(9);
    expect(fates.at(-1)).toBe('d out');
  });

  test('of what is on the disk already leaves at once', () => {
    const fates: string[] = [];
    const gate = new EffectGate(7);
    gate.pass(effect(fates, 'a', 7));
    gate.pass(effect(fates, 'b', 8));
    expect(fates).toEqual(['a out']);
  });

  test('that is immediate waits for nothing, whatever else waits', () => {
    const fates: string[] = [];
    const gate = new EffectGate();
    gate.pass(effect(fates, 'order', 3));
    gate.pass(effect(fates, 'cancel', 4), 'immediate');
    expect(fates).toEqual(['cancel out']);
  });

  test('that comes while others leave is neither lost nor out of turn', () => {
    const fates: string[] = [];
    const gate = new EffectGate();
    gate.pass({ seq: 1, release: () => gate.pass(effect(fates, 'late', 2)), refuse: () => {} });
    gate.pass(effect(fates, 'b', 1));
    gate.durable(1);
    expect(fates).toEqual(['b out']);
    gate.durable(2);
    expect(fates).toEqual(['b out', 'late out']);
  });
});

describe('when the journal fails', () => {
  test('what waits and what comes is refused with the reason; protective ones and cancels leave', () => {
    const fates: string[] = [];
    const gate = new EffectGate();
    gate.durable(1);
    gate.pass(effect(fates, 'entry', 2));
    gate.pass(effect(fates, 'stop', 2), 'protective');
    expect(fates).toEqual([]);
    gate.fail('the disk is full');
    expect(fates).toEqual(['entry refused: the disk is full', 'stop out']);
    gate.pass(effect(fates, 'entry', 3));
    gate.pass(effect(fates, 'stop', 3), 'protective');
    gate.pass(effect(fates, 'cancel', 3), 'immediate');
    gate.pass(effect(fates, 'old', 1));
    expect(fates.slice(2)).toEqual(['entry refused: the disk is full', 'stop out', 'cancel out', 'old out']);
  });

  test('nothing becomes durable any more, and the first reason stays', () => {
    const fates: string[] = [];
    const gate = new EffectGate();
    gate.fail('first');
    gate.fail('second');
    gate.durable(9);
    gate.pass(effect(fates, 'a', 5));
    expect(fates).toEqual(['a refused: first']);
  });
});

describe('an order for an external venue', () => {
  const order = {
    kind: 'order',
    seq: 1,
    atUs: 1,
    orderId: 1,
    decisionId: 1,
    instrument: 0,
    side: 1,
    lots: 1,
    limitTicks: 0,
    clearance: 'policy',
    purpose: 'entry',
    from: 'intended',
    to: 'in-flight',
  } as const;

  test.each([
    ['submit', false, 'held'],
    ['submit', true, 'protective'],
    ['request-cancel', false, 'immediate'],
    ['request-cancel', true, 'immediate'],
    ['accept', false, undefined],
    ['fill', false, undefined],
  ] as const)('%s, reduce-only %s: %s', (event, reduceOnly, expected) => {
    expect(classOfOrder({ ...order, event, reduceOnly })).toBe(expected);
  });
});

test('what a restart leads to waits until it is on the disk that it has begun, also where it is durable itself', () => {
  const gate = new EffectGate(100, false);
  const left: string[] = [];
  const effect = (seq: number, name: string) => ({
    seq,
    release: () => left.push(name),
    refuse: () => left.push(`no ${name}`),
  });
  gate.pass(effect(101, 'exit'), 'protective');
  gate.durable(102);
  gate.pass(effect(102, 'answer'));
  expect(left).toEqual([]);
  gate.beginsWith(104);
  gate.durable(103);
  expect(left).toEqual([]);
  gate.durable(104);
  expect(left).toEqual(['exit', 'answer']);
});
