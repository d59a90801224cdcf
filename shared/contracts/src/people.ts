import * as z from 'zod';
import { digest, planId } from './answers.ts';

/** The body of an approval or a rejection; `shownDigest` is SHA-256 over the canonical JSON of the preview shown. */
export const decisionBody = z.strictObject({
  planId,
  planDigest: digest,
  shownDigest: digest,
  decision: z.enum(['approve', 'reject']),
  /** One line without control characters: it is shown to people and reaches the agent. */
  reason: z
    .string()
    .min(1)
    .max(500)
    .regex(/^[^\p{Cc}]*$/u)
    .optional(),
});
export type DecisionBody = z.infer<typeof decisionBody>;
