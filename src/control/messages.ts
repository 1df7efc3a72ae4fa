/** What is said over the control socket, in JSON lines: one question and its answer, or a console's whole talk. */
import { z } from 'zod';
import { MODEL_KINDS } from '../../engine/domain/index.ts';
import { cleanText } from '../../logs/clean-text.ts';
import type { ToEngine } from '../../state/protocol.ts';
import { commandSchema } from '../command-schema.ts';

/** What can be asked in one line and answered in one. `models`: the registry has changed, and is to be followed. */
const QUESTIONS = ['status', 'kill', 'flatten', 'resume', 'models'] as const;
export type ControlQuestion = (typeof QUESTIONS)[number];

/** What may not be done for somebody who has been told that it was not. A kill is done however late it is heard. */
export const NOT_LATE: ReadonlySet<string> = new Set(['resume', 'flatten'] satisfies ControlQuestion[]);

/** `attach` turns the connection into a console's line: from then on it carries the console's protocol. */
export const controlRequest = z.object({
  request: z.enum([...QUESTIONS, 'attach']),
  /** Wall time in ms after which whoever asked has given up. */
  beforeMs: z.number().optional(),
});

const LONGEST_REASON = 200;

/** What an attached console may say. It can leave, but not stop the engine. */
export const attachedMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('credit') }),
  z.object({ type: z.literal('command'), id: z.int().nonnegative(), command: commandSchema }),
  z.object({ type: z.literal('log'), from: z.int(), limit: z.int().positive().max(10_000) }),
  z.object({ type: z.literal('roll-back'), model: z.enum(MODEL_KINDS) }),
  z.object({ type: z.literal('explain'), decisionId: z.int().nonnegative() }),
  z.object({ type: z.literal('lost'), reason: z.string().max(LONGEST_REASON).transform(cleanText) }),
  /** It leaves; the engine goes on. A connection that ends without it is a console that broke. */
  z.object({ type: z.literal('stop') }),
]) satisfies z.ZodType<ToEngine>;

/** What a running engine says about itself. */
export const controlStatus = z.object({
  pid: z.int(),
  mode: z.string(),
  control: z.string(),
  venue: z.string(),
  session: z.string(),
  seq: z.number(),
  feed: z.string(),
  halted: z.string(),
  kill: z.string(),
  openEntryOrders: z.number(),
  orders: z.number(),
  positions: z.array(z.object({ symbol: z.string(), side: z.number(), quantity: z.string(), unrealised: z.string() })),
  equity: z.string(),
  currency: z.string(),
  dayPnl: z.string(),
  /** Live runs: whether real entries leave, what stands between, and how far our books agree with the venue's. */
  armed: z.boolean().optional(),
  blockers: z.array(z.string()).optional(),
  comparison: z.string().optional(),
  /** Why the journal cannot be written any more: what is asked for is done, if it is, and not acknowledged. */
  unrecorded: z.string().optional(),
});
export type ControlStatus = z.infer<typeof controlStatus>;

export const controlReply = z.object({
  /** Why nothing was done, or null. */
  refused: z.string().nullable(),
  status: controlStatus,
});
export type ControlReply = z.infer<typeof controlReply>;
