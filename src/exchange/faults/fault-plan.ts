/** The faults in force: which of them strikes now is drawn from a seed, and each that struck is counted. */
import { bitsOf, nextSeed } from '../random.ts';
import type { FaultKind } from './fault-kinds.ts';
import type { FaultSpec } from './fault-spec.ts';

export interface FaultReport extends FaultSpec {
  readonly id: number;
  readonly fired: number;
}

interface Fault {
  readonly id: number;
  readonly spec: FaultSpec;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly matches: (target: string) => boolean;
  fired: number;
}

const NEVER = Number.POSITIVE_INFINITY;
/** Kinds that touch frames on their way to a client. */
const OF_FRAMES: ReadonlySet<FaultKind> = new Set([
  ...(['frame-latency', 'drop', 'duplicate', 'reorder', 'depth-gap', 'corrupt-book'] as const),
  ...(['silent', 'silent-user'] as const),
]);

export class FaultPlan {
  readonly #nowMs: () => number;
  readonly #faults: Fault[] = [];
  readonly #fired = new Map<FaultKind, number>();
  #random: number;
  #nextId = 1;
  /** Whether any fault in the plan touches frames: without one they take the short way. */
  touchesFrames = false;

  /** `nowMs` is a clock that no fault moves. */
  constructor(seed: number, nowMs: () => number) {
    this.#random = seed >>> 0;
    this.#nowMs = nowMs;
  }

  add(spec: FaultSpec): number {
    const fromMs = this.#nowMs() + (spec.after ?? 0);
    const untilMs = spec.for === undefined ? NEVER : fromMs + spec.for;
    const id = this.#nextId++;
    this.#faults.push({ id, spec, fromMs, untilMs, matches: matcherOf(spec.path), fired: 0 });
    this.#look();
    return id;
  }

  remove(id: number): boolean {
    const at = this.#faults.findIndex((fault) => fault.id === id);
    if (at < 0) return false;
    this.#faults.splice(at, 1);
    this.#look();
    return true;
  }

  /** Takes every fault back; what struck stays counted. */
  clear(): void {
    this.#faults.length = 0;
    this.#look();
  }

  /** The fault of this kind that strikes `target` now, if one does; of those that `suits`. */
  strike(kind: FaultKind, target: string, suits: (spec: FaultSpec) => boolean = () => true): FaultSpec | undefined {
    for (const fault of this.#faults) {
      if (fault.spec.kind !== kind || !this.#isInForce(fault) || !fault.matches(target) || !suits(fault.spec)) continue;
      if ((fault.spec.probability ?? 1) < 1 && this.unit() >= fault.spec.probability!) continue;
      this.#count(fault);
      return fault.spec;
    }
    return undefined;
  }

  /** The sum of `ms` of every fault of a kind that is in force: the offset of the clock. */
  sumOf(kind: FaultKind): number {
    let sum = 0;
    for (const fault of this.#faults) {
      if (fault.spec.kind !== kind || !this.#isInForce(fault)) continue;
      sum += fault.spec.ms ?? 0;
      if (fault.fired === 0) this.#count(fault, true);
    }
    return sum;
  }

  /** Faults that are done at once, and are due: each is given out once. */
  due(kinds: ReadonlySet<FaultKind>): FaultSpec[] {
    const nowMs = this.#nowMs();
    const due = this.#faults.filter(
      ({ spec, fromMs, fired }) => kinds.has(spec.kind) && fromMs <= nowMs && fired === 0,
    );
    for (const fault of due) this.#count(fault, true);
    return due.map(({ spec }) => spec);
  }

  /** From 0 to below 1. */
  unit(): number {
    this.#random = nextSeed(this.#random);
    return bitsOf(this.#random) / 2 ** 32;
  }

  /** How long a fault with `ms` and `jitter` waits this time. */
  delayOf({ ms = 0, jitter = 0 }: FaultSpec): number {
    return Math.max(0, ms + (jitter === 0 ? 0 : (2 * this.unit() - 1) * jitter));
  }

  report(): { readonly faults: readonly FaultReport[]; readonly fired: Readonly<Record<string, number>> } {
    return {
      faults: this.#faults.map(({ id, spec, fired }) => ({ id, ...spec, fired })),
      fired: Object.fromEntries(this.#fired),
    };
  }

  #isInForce({ fromMs, untilMs, fired, spec }: Fault): boolean {
    const nowMs = this.#nowMs();
    return nowMs >= fromMs && nowMs < untilMs && (fired < (spec.count ?? NEVER) || spec.kind === 'clock');
  }

  #count(fault: Fault, once = false): void {
    fault.fired++;
    this.#fired.set(fault.spec.kind, (this.#fired.get(fault.spec.kind) ?? 0) + 1);
    if (!once && fault.fired === fault.spec.count) this.#look();
  }

  #look(): void {
    this.touchesFrames = this.#faults.some(
      ({ spec, fired }) => OF_FRAMES.has(spec.kind) && fired < (spec.count ?? NEVER),
    );
  }
}

/** A part of the name; with `*` the whole of it. */
function matcherOf(path: string | undefined): (target: string) => boolean {
  if (path === undefined) return () => true;
  if (!path.includes('*')) return (target) => target.includes(path);
  const parts = path.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const whole = new RegExp(`^${parts.join('.*')}$`);
  return (target) => whole.test(target);
}
