import * as z from 'zod';

/** `sha-256:` and 64 lower-case hex digits. */
export const digest = z.string().regex(/^sha-256:[0-9a-f]{64}$/);

/** RFC 3339 in UTC, milliseconds, `Z`. */
export const timestamp = z.iso.datetime({ precision: 3 });

/** Plan ids are random (RFC 9562 version 4): they cannot be guessed or enumerated. */
export const planId = z.uuid();

/** The arguments of every commit: a plan id and nothing else, so that no content can arrive after approval. */
export const commitArguments = z.strictObject({
  planId: planId.describe('The planId that the matching plan tool returned.'),
});

/** How much there is to lose, 0 (nothing) to 100, and what it was added up from. */
export const risk = z.strictObject({
  score: z.int().min(0).max(100),
  level: z.enum(['low', 'medium', 'high']),
  parts: z.array(z.strictObject({ name: z.string(), score: z.int() })),
});
export type Risk = z.infer<typeof risk>;

/** What a plan operation answers. */
export const planAnswer = <P extends z.ZodType>(preview: P) =>
  z.strictObject({
    planId,
    planDigest: digest,
    status: z.enum(['released', 'pending_approval']),
    preview,
    risk,
    expiresAt: timestamp,
    approvalUrl: z.string().optional(),
    repeated: z.boolean(),
  });

/** What a commit operation answers. */
export const commitAnswer = <R extends z.ZodType>(result: R) =>
  z.strictObject({
    receipt: z.strictObject({
      planId,
      planDigest: digest,
      committedAt: timestamp,
      auditId: z.string(),
      result,
    }),
    repeated: z.boolean(),
  });

/** What a commit tool says in MCP while a person has not decided; not an error there. */
export const pendingAnswer = z.strictObject({
  status: z.literal('pending_approval'),
  planId,
  approvalUrl: z.string(),
  expiresAt: timestamp,
});
export type PendingAnswer = z.infer<typeof pendingAnswer>;
