import * as z from 'zod';
import { duration } from '../language/condition-schema.ts';

const toolName = z
  .string()
  .regex(/^[a-z][a-z0-9_]{0,63}$/, 'The name of a tool.')
  .describe('Name of the tool.');
const label = z.string().min(1).max(64);
const role = z.string().regex(/^[a-z][a-z0-9_-]{0,63}$/, 'A role: lower-case letters, digits, "-" and "_".');
const jsonObject = z
  .record(z.string(), z.json())
  .describe(
    'Arguments as rules can read them: of a text that the log does not keep {length: 20}, of a commit those of its plan.',
  );
const count = z.int().min(0);

const callFields = {
  tool: toolName,
  arguments: jsonObject.optional(),
  agent: role.describe('Role that the client plays.').optional(),
  owner: label.describe('Pseudonymous id of the person it acts for.').optional(),
  owner_roles: z.array(role).max(20).describe('Roles of that person; [owner] where left out.').optional(),
  client: label.describe('Whose credential it is.').optional(),
  run: label.describe('The run that the client says it belongs to; none where left out.').optional(),
  task: z.enum(['bound', 'unbound']).describe('Whether an approved task covers it; unbound where left out.').optional(),
  time: z.iso
    .datetime({ offset: true, error: 'A time as in RFC 3339, such as 2026-03-02T10:00:00+01:00.' })
    .describe('When it is made (RFC 3339), such as 2026-03-02T10:00:00+01:00.')
    .optional(),
  content_flags: count.describe('Suspicious places in the texts that it carries; 0 where left out.').optional(),
};

const pastCall = z
  .strictObject({
    tool: toolName,
    ago: duration.describe('How long before the call; of several the newest one.'),
    times: z.int().min(1).max(1000).describe('So many calls; 1 where left out.').optional(),
    every: duration.describe('How long before each other; at the same time where left out.').optional(),
    arguments: jsonObject.optional(),
    run: label.optional(),
    client: label.optional(),
    agent: role.optional(),
    owner: label.optional(),
    outcome: z.enum(['served', 'denied']).describe('served where left out.').optional(),
    records: count.describe('Records that its answer showed; 0 where left out.').optional(),
    risk: z.int().min(0).max(100).describe('Score that it had; 0 where left out.').optional(),
    outside: z.literal(true).describe('Its answer held text from outside.').optional(),
  })
  .describe("A call of the past. Client, agent, owner and run are the call's own where left out.");

/** Calls of the past alone, as `policy explain --history` reads them. */
export const historySchema = z.array(pastCall).max(1000);

const expected = z.strictObject({
  effect: z.enum(['allow', 'require_approval', 'deny']),
  approval: z.enum(['none', 'owner', 'reviewer', 'two_reviewers']).optional(),
  reviewer_role: role.describe('One of the roles that each reviewer has to hold.').optional(),
  rules: z.array(z.string().max(100)).min(1).max(100).describe('These are among those that determined it.').optional(),
  risk: z
    .strictObject({ minimum: count.optional(), maximum: count.optional() })
    .describe('The score lies between these.')
    .optional(),
  suspend: z.boolean().describe('Whether the credential is suspended.').optional(),
  conditions: z
    .array(
      z.enum([
        'other_role',
        'other_owner',
        'task',
        'other_arguments',
        'hours',
        'recent_actions',
        'content',
        'lower_risk',
        'fewer_calls',
        'smaller_amount',
      ]),
    )
    .describe('Exactly the kinds of conditions that a denied agent is told.')
    .optional(),
  task_missing: z.boolean().describe('Whether a denied agent is told that only a task is missing.').optional(),
});

const policyCase = z.strictObject({
  name: z.string().min(1).max(200).describe('What it shows, in words.'),
  call: z.strictObject(callFields),
  history: z.array(pastCall).max(100).describe('What happened before, in any order.').optional(),
  expect: expected,
});

/** Tests of one policy; they stand beside it. */
export const casesSchema = z
  .strictObject({
    version: z.literal(1).describe('Version of this language.'),
    policy: z
      .string()
      .regex(/^[a-z0-9][a-z0-9_-]*\.yaml$/, 'A file beside this one.')
      .describe('File of the policy, beside this one.'),
    defaults: z
      .strictObject({ ...callFields, tool: toolName.optional() })
      .describe('What every call has that does not say otherwise.')
      .optional(),
    cases: z.array(policyCase).min(1).max(2000),
  })
  .refine(({ cases }) => new Set(cases.map(({ name }) => name)).size === cases.length, {
    message: 'Two cases share a name.',
  });

export type CasesSource = z.infer<typeof casesSchema>;
export type CaseSource = CasesSource['cases'][number];
export type PastCallSource = z.infer<typeof pastCall>;
export type CallDefaults = NonNullable<CasesSource['defaults']>;
