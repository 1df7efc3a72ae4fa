/** Faults and acts on demand at run time, under `/chimera/`, for who has the token of the keys file. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import type { FaultPlan } from '../faults/fault-plan.ts';
import { faultSchema } from '../faults/fault-spec.ts';
import { type MarketAction, marketActionSchema } from './market-action.ts';
import type { RequestLog } from './request-log.ts';

const changesSchema = z.strictObject({
  clear: z.boolean().optional(),
  remove: z.array(z.int()).optional(),
  add: z.array(faultSchema).optional(),
});

export interface AdminReply {
  readonly status: number;
  readonly text: string;
}

export interface AdminOptions {
  readonly token: string;
  readonly plan: FaultPlan;
  readonly log: RequestLog;
  /** What was put into the plan and is done at once is done. */
  readonly faultsChanged: () => void;
  /** Undefined when it was done, else why not. */
  readonly act: (action: MarketAction) => string | undefined;
}

export class Admin {
  readonly #options: AdminOptions;

  constructor(options: AdminOptions) {
    this.#options = options;
  }

  answer(method: string, path: string, headers: IncomingHttpHeaders, body: string): AdminReply {
    const token = headers['x-chimera-token'];
    if (typeof token !== 'string' || !isSame(token, this.#options.token))
      return refusal(401, 'the token of the keys file is wanted in x-chimera-token');
    // A page in a browser has no business here, whatever it has found out.
    if (headers.origin !== undefined) return refusal(403, 'not from a web page');
    const raw = body === '' ? {} : jsonOf(body);
    if (path === '/chimera/faults') return this.#faults(method, raw);
    if (path === '/chimera/requests' && method === 'GET') return done(this.#options.log.counts);
    if (path === '/chimera/market' && method === 'POST') return this.#market(raw);
    return refusal(404, 'there are /chimera/faults, /chimera/requests and /chimera/market');
  }

  #faults(method: string, raw: unknown): AdminReply {
    const { plan, faultsChanged } = this.#options;
    if (method === 'DELETE') plan.clear();
    if (method === 'POST') {
      const wanted = changesSchema.safeParse(isOneFault(raw) ? { add: [raw] } : raw);
      if (!wanted.success) return refusal(400, inOneLine(wanted.error));
      if (wanted.data.clear === true) plan.clear();
      for (const id of wanted.data.remove ?? []) plan.remove(id);
      for (const spec of wanted.data.add ?? []) plan.add(spec);
    }
    faultsChanged();
    return done(plan.report());
  }

  #market(raw: unknown): AdminReply {
    const parsed = marketActionSchema.safeParse(raw);
    if (!parsed.success) return refusal(400, inOneLine(parsed.error));
    const why = this.#options.act(parsed.data);
    return why === undefined ? done({}) : refusal(400, why);
  }
}

function isOneFault(raw: unknown): boolean {
  return typeof raw === 'object' && raw !== null && 'kind' in raw;
}

function inOneLine(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`.replace(/^: /, '')).join('; ');
}

function isSame(given: string, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function done(value: unknown): AdminReply {
  return { status: 200, text: JSON.stringify(value) };
}

function refusal(status: number, error: string): AdminReply {
  return { status, text: JSON.stringify({ error }) };
}
