/** The kinds of faults, apart from their schema: the command line names them before it needs one. */

/** What each kind does, for `--help` and for whoever reads a plan. */
export const FAULT_KINDS = {
  latency: 'a request waits: ms, jitter; when=before its being done (default) or after',
  error: 'a request is answered with status, code, msg, retryAfter (seconds); when=before (nothing is done) or after',
  '429': 'too many requests (-1003), with retryAfter',
  '418': 'the address is banned for retryAfter seconds',
  '503': 'service unavailable; when=before or after',
  '504': 'gateway timeout; when=before or after',
  '-1006': 'unexpected response, execution status unknown; when=before or after',
  '-1007': 'timeout, execution status unknown; when=before or after',
  '-1021': 'timestamp outside of recvWindow',
  'no-reply': 'the request is done, the answer never comes',
  reset: 'the connection is reset; when=before or after the request is done',
  'frame-latency': 'frames wait: ms, jitter; their order stays',
  drop: 'a frame is left out',
  duplicate: 'a frame comes twice',
  reorder: 'a frame comes after the one behind it',
  'depth-gap': 'a frame of a depth stream is left out',
  'corrupt-book': 'a level of a depth frame is wrong: twice its quantity, or with cross=true beyond the other side',
  silent: 'market streams say nothing; the connection lives and pongs come',
  'silent-user': 'user streams say nothing; the connection lives and pongs come',
  'listen-key-expiry': 'listen keys expire at once',
  clock: 'the time of the venue is off by ms (may be negative)',
  cut: 'every WebSocket connection (path: whose URL) is cut at once',
  down: 'connections are cut and refused for the length of `for`',
} as const;

export type FaultKind = keyof typeof FAULT_KINDS;

/** Done at once instead of waiting for something to happen to. */
export const ACTS: ReadonlySet<FaultKind> = new Set(['listen-key-expiry', 'cut', 'down']);
