/** What is said over the control socket: one JSON line each way. */
import { z } from 'zod';

export const controlRequest = z.object({ request: z.enum(['status', 'kill', 'flatten', 'resume']) });
export type ControlRequest = z.infer<typeof controlRequest>;

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
});
export type ControlStatus = z.infer<typeof controlStatus>;

export const controlReply = z.object({
  /** Why nothing was done, or null. */
  refused: z.string().nullable(),
  status: controlStatus,
});
export type ControlReply = z.infer<typeof controlReply>;
