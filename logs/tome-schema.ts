/** Schema of a tome as it comes from outside: a manifest, or a file that somebody wrote. */
import { z } from 'zod';
import {
  LONGEST_TITLE,
  MOST_STRATEGIES,
  TOME_FORMAT,
  TOME_NAME,
  type Tome,
  tomeRefusal,
} from '../engine/domain/index.ts';
import { cleanText } from './clean-text.ts';

/** More than any tome may have: what is too many is told by `tomeRefusal`. */
const MOST_LISTED = 64;
const LONGEST_WORD = 48;

const word = z.string().max(LONGEST_WORD).transform(cleanText);

const blockSchema = z.object({ block: word }).catchall(z.union([z.number(), word]));

/** Its shape and its sense: blocks that are there, with parameters within their bounds. */
export const tomeSchema: z.ZodType<Tome> = z
  .strictObject({
    format: z.literal(TOME_FORMAT),
    name: z.string().regex(TOME_NAME, 'is 1 to 24 small letters, digits and hyphens, a letter first'),
    title: z.string().max(LONGEST_TITLE).transform(cleanText),
    when: z.array(blockSchema).max(MOST_LISTED),
    unless: z.array(blockSchema).max(MOST_LISTED).default([]),
  })
  .superRefine((tome, context) => {
    const refusal = tomeRefusal(tome);
    if (refusal !== undefined) context.addIssue({ code: 'custom', message: refusal });
  });

export const tomesSchema: z.ZodType<readonly Tome[]> = z.array(tomeSchema).max(MOST_STRATEGIES).readonly();
