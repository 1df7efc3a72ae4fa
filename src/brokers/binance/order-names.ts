/** Names of orders as the venue takes them: our own where they fit, else a shorter one that leads back to ours. */
import { createHash } from 'node:crypto';

/** What both markets take (`newClientOrderId`, `clientAlgoId`). */
const FITS = /^[.A-Z:/a-z0-9_-]{1,36}$/;
const SHORT = /^(h[0-9A-Za-z_-]{16})-(\d+)$/;

export class OrderNames {
  /** From the shortened run to the run, of every run that a name was sent of. */
  readonly #runs = new Map<string, string>();

  /** `run` is the one that goes on: orders of its earlier lives are told by names of which this life has sent none. */
  constructor(run?: string) {
    if (run !== undefined) this.toVenue(`${run}-${Number.MAX_SAFE_INTEGER}`);
  }

  /** Undefined for a name that is no run and number, which nobody here gives. */
  toVenue(name: string): string | undefined {
    if (FITS.test(name) && !SHORT.test(name)) return name;
    const at = name.lastIndexOf('-');
    const number = name.slice(at + 1);
    if (at < 1 || !/^\d{1,16}$/.test(number)) return undefined;
    const run = name.slice(0, at);
    const short = `h${createHash('sha256').update(run).digest('base64url').slice(0, 16)}`;
    this.#runs.set(short, run);
    return `${short}-${number}`;
  }

  /** What is none of ours is left as it is. */
  fromVenue(name: string): string {
    const [, short = '', number = ''] = SHORT.exec(name) ?? [];
    const run = this.#runs.get(short);
    return run === undefined ? name : `${run}-${number}`;
  }
}
