/** Faults strike what they name, as often as they say, the same way from the same seed. */
import { describe, expect, it } from 'vitest';
import { FAULT_KINDS } from '../../../../src/exchange/faults/fault-kinds.ts';
import { FaultPlan } from '../../../../src/exchange/faults/fault-plan.ts';
import { parseFault } from '../../../../src/exchange/faults/fault-spec.ts';
import { corruptDepth, fateOf } from '../../../../src/exchange/faults/frame-faults.ts';
import { interferenceOf, latencyOf } from '../../../../src/exchange/faults/request-faults.ts';

function planAt(seed = 1) {
  const time = { nowMs: 1_000_000 };
  return { plan: new FaultPlan(seed, () => time.nowMs), time };
}

describe('the words of a fault', () => {
  it.each([
    ['latency,ms=20,jitter=5,path=/api/v3/order', { kind: 'latency', ms: 20, jitter: 5, path: '/api/v3/order' }],
    ['418,retryAfter=2,count=1', { kind: '418', retryAfter: 2, count: 1 }],
    ['-1007,when=after,probability=0.5', { kind: '-1007', when: 'after', probability: 0.5 }],
    ['corrupt-book,cross=true', { kind: 'corrupt-book', cross: true }],
    ['clock,ms=-2500', { kind: 'clock', ms: -2500 }],
    [
      '{"kind":"error","status":400,"code":-2010,"msg":"no, not now"}',
      { kind: 'error', status: 400, code: -2010, msg: 'no, not now' },
    ],
  ])('%s', (text, spec) => expect(parseFault(text)).toEqual(spec));

  it.each([
    ['', 'is no fault'],
    ['nonsense', '"nonsense" is no fault: '],
    ['drop,probability=2', 'probability'],
    ['drop,probability=', 'probability'],
    ['drop,count=0', 'count'],
    ['drop,count=1.5', 'count'],
    ['drop,what=1', 'what'],
    ['drop,count', 'is not name=value'],
    ['drop,count=1,count=2', 'given twice'],
    ['reset,when=now', 'when'],
    ['{"kind":', 'not JSON'],
    ['{"kind":"drop","x":1}', 'x'],
  ])('%s is refused', (text, why) => {
    const parsed = parseFault(text);
    expect(typeof parsed).toBe('string');
    expect(parsed).toContain(why);
    expect(String(parsed)).not.toContain('\n');
  });

  it('says of every kind what it does', () => {
    for (const what of Object.values(FAULT_KINDS)) expect(what.length).toBeGreaterThan(10);
  });
});

describe('the plan', () => {
  it('strikes as often as it says, what it names, while it lasts', () => {
    const { plan, time } = planAt();
    plan.add({ kind: 'drop', path: '@depth', count: 2 });
    plan.add({ kind: 'no-reply', path: 'POST /api/*/order', after: 100, for: 200 });
    expect(plan.strike('drop', 'btcusdt@trade')).toBeUndefined();
    expect(plan.strike('drop', 'btcusdt@depth')).toBeDefined();
    expect(plan.strike('drop', 'btcusdt@depth@100ms')).toBeDefined();
    expect(plan.strike('drop', 'btcusdt@depth')).toBeUndefined();
    expect(plan.touchesFrames).toBe(false);
    expect(plan.strike('no-reply', 'POST /api/v3/order')).toBeUndefined();
    time.nowMs += 100;
    expect(plan.strike('no-reply', 'POST /api/v3/order')).toBeDefined();
    expect(plan.strike('no-reply', 'POST /api/v3/order/test')).toBeUndefined();
    time.nowMs += 200;
    expect(plan.strike('no-reply', 'POST /api/v3/order')).toBeUndefined();
    expect(plan.report().fired).toEqual({ drop: 2, 'no-reply': 1 });
    expect(plan.report().faults.map(({ id, fired }) => [id, fired])).toEqual([
      [1, 2],
      [2, 1],
    ]);
  });

  it('draws the same from the same seed, and about as often as it should', () => {
    const drawn = (seed: number): boolean[] => {
      const { plan } = planAt(seed);
      plan.add({ kind: 'drop', probability: 0.3 });
      return Array.from({ length: 1_000 }, () => plan.strike('drop', 'x') !== undefined);
    };
    const first = drawn(5);
    expect(drawn(5)).toEqual(first);
    expect(drawn(6)).not.toEqual(first);
    expect(first.filter(Boolean).length).toBeGreaterThan(230);
    expect(first.filter(Boolean).length).toBeLessThan(370);
  });

  it('adds up clocks, takes back what is removed, and gives out acts once', () => {
    const { plan, time } = planAt();
    const first = plan.add({ kind: 'clock', ms: 500 });
    plan.add({ kind: 'clock', ms: -200, for: 50 });
    expect(plan.sumOf('clock')).toBe(300);
    time.nowMs += 50;
    expect(plan.sumOf('clock')).toBe(500);
    expect(plan.remove(first)).toBe(true);
    expect(plan.remove(first)).toBe(false);
    expect(plan.sumOf('clock')).toBe(0);
    plan.add({ kind: 'cut', after: 10 });
    const acts = new Set(['cut'] as const);
    expect(plan.due(acts)).toEqual([]);
    time.nowMs += 10;
    expect(plan.due(acts)).toHaveLength(1);
    expect(plan.due(acts)).toEqual([]);
  });
});

describe('requests', () => {
  it('are answered before or after they are done', () => {
    const { plan } = planAt();
    plan.add({ kind: '503', when: 'after', count: 1 });
    plan.add({ kind: '429', retryAfter: 7, count: 1 });
    expect(interferenceOf(plan, 'GET /x', 'before')).toMatchObject({
      reply: { status: 429, headers: { 'retry-after': '7' }, body: expect.stringContaining('-1003') },
    });
    expect(interferenceOf(plan, 'GET /x', 'before')).toBeUndefined();
    expect(interferenceOf(plan, 'GET /x', 'after')).toMatchObject({ reply: { status: 503 } });
    plan.add({ kind: 'reset', when: 'after' });
    expect(interferenceOf(plan, 'GET /x', 'before')).toBeUndefined();
    expect(interferenceOf(plan, 'GET /x', 'after')).toEqual({ kind: 'reset' });
  });

  it('wait within the jitter', () => {
    const { plan } = planAt();
    plan.add({ kind: 'latency', ms: 50, jitter: 20 });
    const waits = Array.from({ length: 200 }, () => latencyOf(plan, 'GET /x', 'before'));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(30);
    expect(Math.max(...waits)).toBeLessThanOrEqual(70);
    expect(new Set(waits).size).toBeGreaterThan(150);
    expect(latencyOf(plan, 'GET /x', 'after')).toBe(0);
  });
});

describe('frames', () => {
  it('have the fate that the plan gives them', () => {
    const { plan } = planAt();
    plan.add({ kind: 'depth-gap', count: 1 });
    plan.add({ kind: 'duplicate', count: 1, path: 'trade' });
    plan.add({ kind: 'silent-user' });
    expect(fateOf(plan, 'btcusdt@trade', 'market')).toMatchObject({ copies: 2 });
    expect(fateOf(plan, 'btcusdt@depth', 'depth')).toMatchObject({ copies: 0 });
    expect(fateOf(plan, 'btcusdt@depth', 'depth')).toMatchObject({ copies: 1 });
    expect(fateOf(plan, 'user@spot:executionReport', 'user')).toMatchObject({ copies: 0 });
  });

  it('have one wrong level in their book, and are else what they were', () => {
    const text = '{"e":"depthUpdate","U":1,"u":2,"b":[["100.0","0.00"],["99.9","1.50"]],"a":[["100.1","2.00"]]}';
    expect(corruptDepth(text, 'quantity')).toBe(text.replace('1.50', '3.00'));
    expect(corruptDepth(text, 'cross')).toBe(text.replace('["100.0","0.00"]', '["105.0","1"]'));
    expect(corruptDepth('{"b":[],"a":[["100.0","2"]]}', 'cross')).toBe('{"b":[],"a":[["95.0","2"]]}');
    expect(corruptDepth('{"b":[],"a":[]}', 'quantity')).toBeUndefined();
  });
});
