/** What the faults in force make of one frame on its way to one client. */
import type { FaultPlan } from './fault-plan.ts';

export type FrameClass = 'market' | 'depth' | 'user';

/** The frames that go out instead of the one, and after how long; `late` comes behind the next one. */
export interface FrameFate {
  readonly copies: 0 | 1 | 2;
  readonly delayMs: number;
  readonly late: boolean;
  readonly corrupt: 'quantity' | 'cross' | undefined;
}

const AS_IT_IS: FrameFate = { copies: 1, delayMs: 0, late: false, corrupt: undefined };

export function fateOf(plan: FaultPlan, stream: string, frameClass: FrameClass): FrameFate {
  if (plan.strike(frameClass === 'user' ? 'silent-user' : 'silent', stream) !== undefined)
    return { ...AS_IT_IS, copies: 0 };
  if (plan.strike('drop', stream) !== undefined) return { ...AS_IT_IS, copies: 0 };
  if (frameClass === 'depth' && plan.strike('depth-gap', stream) !== undefined) return { ...AS_IT_IS, copies: 0 };
  const corrupted = frameClass === 'depth' ? plan.strike('corrupt-book', stream) : undefined;
  const latency = plan.strike('frame-latency', stream);
  return {
    copies: plan.strike('duplicate', stream) === undefined ? 1 : 2,
    delayMs: latency === undefined ? 0 : plan.delayOf(latency),
    late: plan.strike('reorder', stream) !== undefined,
    corrupt: corrupted === undefined ? undefined : corrupted.cross === true ? 'cross' : 'quantity',
  };
}

const LEVEL = /\["([0-9.]+)","([0-9.]+)"\]/g;

/** A depth frame with one level wrong; undefined where it has no level to be wrong in. */
export function corruptDepth(text: string, how: 'quantity' | 'cross'): string | undefined {
  const levels = [...text.matchAll(LEVEL)];
  const level = levels.find(([, , quantity]) => how === 'cross' || Number(quantity) > 0);
  if (level === undefined) return undefined;
  const [whole, price = '', quantity = ''] = level;
  const decimals = (value: string): number => value.split('.')[1]?.length ?? 0;
  const isBid = text.slice(0, level.index).search(/"(?:a|asks)":/) < 0;
  const wrong =
    how === 'quantity'
      ? `["${price}","${(Number(quantity) * 2).toFixed(decimals(quantity))}"]`
      : `["${(Number(price) * (isBid ? 1.05 : 0.95)).toFixed(decimals(price))}","${Number(quantity) > 0 ? quantity : '1'}"]`;
  return `${text.slice(0, level.index)}${wrong}${text.slice(level.index + whole.length)}`;
}
