import * as z from 'zod';
import { ABUSE, LAW, NO_RULE } from '../engine/decide.ts';
import { duration, identifier, packConditions, pointer, ruleConditions, timeZone } from './condition-schema.ts';

const why = z.string().min(1).max(1000).describe('Why, for the people who read this later.');
const level = z
  .enum(['owner', 'reviewer', 'two_reviewers'])
  .describe('owner: the person it acts for; reviewer: somebody else; two_reviewers: two others.');
const role = z
  .enum(['reviewer', 'support-lead', 'administrator'])
  .describe('Role that each reviewer has to hold; "reviewer" where left out.');
const approvalFields = { approval: level.optional(), reviewer_role: role.optional() };

type Approving = { effect: string | undefined; approval?: string | undefined; reviewer_role?: string | undefined };
const approvalFits = ({ effect, approval, reviewer_role: who }: Approving): boolean =>
  (effect === 'require_approval') === (approval !== undefined) &&
  (who === undefined || approval === 'reviewer' || approval === 'two_reviewers');
const APPROVAL_FAULT =
  '"approval" belongs to "require_approval", which needs it; "reviewer_role" to the approval of reviewers.';

const part = identifier.refine((id) => ![ABUSE, LAW, NO_RULE].includes(id), 'A name that decisions use themselves.');

const rule = z
  .strictObject({
    id: part.describe('Names the rule in decisions and in the log.'),
    why: why.optional(),
    effect: z.enum(['allow', 'require_approval', 'deny']),
    ...approvalFields,
    when: ruleConditions.describe('Every field that is given has to hold; of a list, one item.'),
  })
  .refine(approvalFits, { message: APPROVAL_FAULT });

const limit = z
  .strictObject({
    id: part,
    why: why.optional(),
    when: ruleConditions.describe(
      'Which calls it holds for. Counted are all calls of the tools that it names, reads with reads, plans with plans, commits with commits.',
    ),
    per: z.enum(['owner', 'agent', 'client', 'tool']).optional().describe('Whose calls are counted together.'),
    window: duration.optional(),
    maximum: z.int().min(0).optional().describe('Calls, or the sum, that the window may hold, this call included.'),
    sum: pointer.optional().describe('Adds this argument up instead of counting calls.'),
    max_calls_per_run: z
      .int()
      .min(0)
      .optional()
      .describe(
        'Calls in one run. A run is a label that the client chooses, so the owner may make no more than this in the window either (1h where left out).',
      ),
    exceeded: z.enum(['deny', 'require_approval']),
    ...approvalFields,
  })
  .refine((fields) => approvalFits({ ...fields, effect: fields.exceeded }), { message: APPROVAL_FAULT })
  .refine(
    ({ max_calls_per_run: perRun, per, window, maximum, sum }) =>
      perRun === undefined
        ? per !== undefined && window !== undefined && maximum !== undefined
        : per === undefined && maximum === undefined && sum === undefined,
    { message: 'Either per, window and maximum (and perhaps sum), or max_calls_per_run (and perhaps window).' },
  );

/** One policy file. */
export const policySchema = z
  .strictObject({
    version: z.literal(1).describe('Version of this language.'),
    name: identifier.describe('Shown wherever a decision is.'),
    environment: z
      .string()
      .regex(/^[a-z]{1,32}$/, 'The name of an environment, such as production.')
      .describe('The only one that it may be activated in: development, staging or production.'),
    time_zone: timeZone,
    risk: z
      .strictObject({
        packs: z
          .array(z.string().regex(/^[a-z0-9][a-z0-9/_-]*\.yaml$/, 'A file beside this one.'))
          .min(1)
          .max(20),
        suspend_at: z
          .int()
          .min(1)
          .optional()
          .describe('Score of abuse from which the credential is suspended until a person looks.'),
      })
      .optional(),
    rules: z.array(rule).max(5000),
    limits: z.array(limit).max(1000).optional(),
  })
  .refine(({ rules, limits = [] }) => unique([...rules, ...limits].map(({ id }) => id)), {
    message: 'Two rules or limits share an id.',
  });

const band = z.strictObject({ from: z.int().min(0), score: z.int().min(0).max(100) });

const factor = z
  .strictObject({
    id: identifier,
    why: why.optional(),
    when: packConditions.optional(),
    score: z.int().min(0).max(100).optional().describe('What it adds where the conditions hold.'),
    measure: z
      .enum(['sum', 'records', 'calls', 'denials', 'repeats', 'sequence', 'content_flags'])
      .optional()
      .describe(
        'A number to find a band for. sum: of an argument, with those of the owner before; records: shown to the owner before; calls: of these tools by the owner before; denials: refused to the client before; repeats: the very same call before; sequence: records asked for one after the other; content_flags: of this call.',
      ),
    sum: pointer.optional().describe('The argument that "sum" adds up.'),
    within: duration.optional(),
    bands: z
      .array(band)
      .min(1)
      .max(20)
      .refine((bands) => bands.every(({ from }, at) => at === 0 || from > (bands[at - 1]?.from ?? 0)), {
        message: 'Bands rise.',
      })
      .optional()
      .describe('The score of the last band that the number reaches.'),
    abuse: z.literal(true).optional().describe('A sign of abuse: counts towards "suspend_at".'),
  })
  .refine(({ score, measure, bands }) => (score === undefined) === (measure !== undefined && bands !== undefined), {
    message: 'Either a score, or a measure with its bands.',
  })
  .refine(({ measure, sum }) => (measure === 'sum') === (sum !== undefined), {
    message: 'The measure "sum" needs the argument that it adds up, under "sum".',
  })
  .refine(({ measure, within }) => (within !== undefined) === (measure !== undefined && measure !== 'content_flags'), {
    message: 'A measure of the past needs "within".',
  });

/** One risk pack: how much one domain's calls weigh. */
export const packSchema = z
  .strictObject({
    version: z.literal(1),
    domain: identifier,
    factors: z.array(factor).min(1).max(200),
  })
  .refine(({ factors }) => unique(factors.map(({ id }) => id)), { message: 'Two factors share an id.' });

const unique = (ids: readonly string[]): boolean => new Set(ids).size === ids.length;

export type PolicySource = z.infer<typeof policySchema>;
export type RuleSource = PolicySource['rules'][number];
export type LimitSource = NonNullable<PolicySource['limits']>[number];
export type PackSource = z.infer<typeof packSchema>;
export type FactorSource = PackSource['factors'][number];
