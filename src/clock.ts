/** The shell's clock: microseconds since 1970 that never go back, anchored once to the wall clock. */
export interface Clock {
  nowUs(): number;
}

/** Wall time at the start, but `leastUs`, plus monotonic time since; a step of the system clock does not move it. */
export function systemClock(leastUs = 0): Clock {
  const anchorUs = Math.max(Date.now() * 1000, leastUs);
  const startNs = process.hrtime.bigint();
  return { nowUs: () => anchorUs + Number((process.hrtime.bigint() - startNs) / 1000n) };
}

/** Name of a session that starts now, such as `20261121-113000`. */
export function sessionNameAt(nowUs: number): string {
  const iso = new Date(nowUs / 1000).toISOString();
  return `${iso.slice(0, 10).replaceAll('-', '')}-${iso.slice(11, 19).replaceAll(':', '')}`;
}
