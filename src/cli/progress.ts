/** How far a long command has come, on stderr: one line rewritten on a terminal, a line every few seconds elsewhere. */

const REWRITE_MS = 200;
const LINE_MS = 3_000;

export interface Progress {
  /** Says how far it is, where it is time to. */
  at(text: string): void;
  /** Takes the line away. */
  done(): void;
}

export interface ProgressOptions {
  /** Nothing is said where one JSON document is asked for. */
  readonly json: boolean;
  readonly stream?: { readonly isTTY?: boolean; write(text: string): unknown };
  readonly nowMs?: () => number;
}

export function progressLine(options: ProgressOptions): Progress {
  const stream = options.stream ?? process.stderr;
  const nowMs = options.nowMs ?? (() => performance.now());
  if (options.json) return { at: () => {}, done: () => {} };
  const rewrite = stream.isTTY === true;
  let lastMs = nowMs();
  let shown = false;
  return {
    at(text) {
      const now = nowMs();
      if (now - lastMs < (rewrite ? REWRITE_MS : LINE_MS)) return;
      lastMs = now;
      shown = true;
      stream.write(rewrite ? `\r\x1b[K${text}` : `${text}\n`);
    },
    done() {
      if (shown && rewrite) stream.write('\r\x1b[K');
      shown = false;
    },
  };
}
