/** What the faults in force make of one request: what happens before it is done, and what instead of its answer. */
import type { ExchangeReply } from '../model/port.ts';
import type { FaultKind } from './fault-kinds.ts';
import type { FaultPlan } from './fault-plan.ts';
import type { FaultSpec } from './fault-spec.ts';

export type Interference =
  | { readonly kind: 'reply'; readonly reply: ExchangeReply }
  | { readonly kind: 'reset' }
  | { readonly kind: 'silence' };

/** Status, code and message of the faults that are answers. */
const ANSWERS: Readonly<Partial<Record<FaultKind, readonly [status: number, code: number, msg: string]>>> = {
  '429': [
    429,
    -1003,
    'Too many requests; current limit of IP is exceeded. Please use WebSocket Streams for live updates.',
  ],
  '418': [418, -1003, 'Way too many requests; IP banned until the time given. Please use WebSocket Streams.'],
  '503': [503, -1008, 'Server is currently overloaded with other requests. Please try again in a few minutes.'],
  '504': [
    504,
    -1007,
    'Timeout waiting for response from backend server. Send status unknown; execution status unknown.',
  ],
  '-1006': [500, -1006, 'An unexpected response was received from the message bus. Execution status unknown.'],
  '-1007': [
    408,
    -1007,
    'Timeout waiting for response from backend server. Send status unknown; execution status unknown.',
  ],
  '-1021': [400, -1021, 'Timestamp for this request is outside of the recvWindow.'],
  error: [500, -1000, 'An unknown error occurred while processing the request.'],
};
const KINDS = Object.keys(ANSWERS) as readonly FaultKind[];

/** How long a request waits, at `when`. */
export function latencyOf(plan: FaultPlan, target: string, when: 'before' | 'after'): number {
  return strikeAt(plan, 'latency', target, when).reduce((sum, spec) => sum + plan.delayOf(spec), 0);
}

/** What happens instead of going on: before the request is done, or after it is. */
export function interferenceOf(plan: FaultPlan, target: string, when: 'before' | 'after'): Interference | undefined {
  if (when === 'after' && plan.strike('no-reply', target) !== undefined) return { kind: 'silence' };
  if (strikeAt(plan, 'reset', target, when).length > 0) return { kind: 'reset' };
  for (const kind of KINDS) {
    const spec = strikeAt(plan, kind, target, when)[0];
    if (spec !== undefined) return { kind: 'reply', reply: replyOf(kind, spec) };
  }
  return undefined;
}

/** A fault that names the other moment is left for then. */
function strikeAt(plan: FaultPlan, kind: FaultKind, target: string, when: 'before' | 'after'): FaultSpec[] {
  const spec = plan.strike(kind, target, ({ when: wanted = 'before' }) => wanted === when);
  return spec === undefined ? [] : [spec];
}

function replyOf(kind: FaultKind, spec: FaultSpec): ExchangeReply {
  const [status, code, msg] = ANSWERS[kind]!;
  const retryAfter = spec.retryAfter ?? (kind === '429' || kind === '418' ? 1 : undefined);
  return {
    status: spec.status ?? status,
    headers: {
      'content-type': 'application/json;charset=UTF-8',
      ...(retryAfter !== undefined && { 'retry-after': String(Math.ceil(retryAfter)) }),
    },
    body: JSON.stringify({ code: spec.code ?? code, msg: spec.msg ?? msg }),
  };
}
