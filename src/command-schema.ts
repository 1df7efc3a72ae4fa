/** Shape of operator commands that come from outside the process: forked runs on disk, attached consoles. */
import { z } from 'zod';
import { CONTROL_MODES, type OperatorCommand } from '../engine/domain/index.ts';

const id = z.int().nonnegative();
const answer = { proposalId: id, revision: id, viewSeq: id };

export const commandSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('approve'), ...answer }),
  z.object({ kind: z.literal('veto'), ...answer }),
  z.object({ kind: z.literal('resize'), ...answer, lots: z.int().positive() }),
  z.object({ kind: z.literal('set-control'), mode: z.enum(CONTROL_MODES) }),
  z.object({ kind: z.literal('kill') }),
  z.object({ kind: z.literal('flatten') }),
  z.object({ kind: z.literal('resume') }),
  z.object({ kind: z.literal('accept-suggestion'), suggestionId: id }),
  z.object({ kind: z.literal('reject-suggestion'), suggestionId: id }),
  z.object({ kind: z.literal('undo-suggestion'), suggestionId: id }),
  z.object({ kind: z.literal('arm'), code: id }),
  z.object({ kind: z.literal('disarm') }),
  z.object({ kind: z.literal('accept-account'), digest: id }),
]) satisfies z.ZodType<OperatorCommand>;
