import * as z from 'zod';
import { DAYS, isTimeZone } from '../engine/local-time.ts';
import { DURATION, durationMs, LONGEST_WINDOW } from './duration.ts';

const list = <T extends z.ZodType>(item: T, of: string) => z.array(item).min(1).max(100).describe(of);
const name = z.string().regex(/^[a-z][a-z0-9_-]{0,63}$/, 'A name: lower-case letters, digits, "-" and "_".');
export const identifier = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'An identifier: lower-case letters, digits and "-".');
const pattern = z
  .string()
  .regex(/^[a-z_*][a-z0-9_*]{0,63}$/, 'The name of a tool; "*" stands for any part of a name.')
  .describe('Name of a tool; "*" stands for any part of it, as in "commit_*".');

export const duration = z
  .string()
  .regex(DURATION, 'A duration such as 90s, 10m, 24h or 7d.')
  .refine((text) => durationMs(text) <= LONGEST_WINDOW, 'At most 31d.')
  .describe('A duration such as 90s, 10m, 24h or 7d; at most 31d.');
export const pointer = z
  .string()
  .regex(/^(\/([^~/]|~[01])*)+$/, 'A JSON pointer, such as /amount.')
  .max(200)
  .describe(
    'JSON pointer (RFC 6901) into the arguments, such as /amount. A commit is judged by the arguments of its plan.',
  );
export const timeZone = z
  .string()
  .max(64)
  .refine(isTimeZone, 'An IANA time zone, such as Europe/Berlin.')
  .describe('IANA time zone, such as Europe/Berlin.');

const scalar = z.union([z.string().max(200), z.number(), z.boolean()]);
const size = z.int().min(0);

export const argumentConstraint = z
  .strictObject({
    pointer,
    minimum: z.number().optional().describe('The number is at least this.'),
    maximum: z.number().optional().describe('The number is at most this.'),
    enum: list(scalar, 'The value is one of these.').optional(),
    prefix: z.string().min(1).max(200).optional().describe('The text begins with this.'),
    min_length: size.optional().describe('The text has at least so many characters, or the list so many items.'),
    max_length: size.optional().describe('The text has at most so many characters, or the list so many items.'),
  })
  .refine((constraint) => Object.keys(constraint).length > 1, 'Say what the argument is held against.');

const time = (latest: RegExp) => z.string().regex(latest, 'A time of day, such as 08:30.');
export const hours = z.strictObject({
  days: list(z.enum(DAYS), 'Days of the week; all of them where left out.').optional(),
  from: time(/^([01]\d|2[0-3]):[0-5]\d$/).describe('First minute, by the wall clock.'),
  to: time(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/).describe(
    'First minute that no longer belongs to it; where it is earlier than "from", on the next day.',
  ),
  time_zone: timeZone.optional().describe("Where it differs from the policy's own."),
});

const atLeast = z.strictObject({ minimum: z.int().min(1) });

/** What risk packs and rules alike may ask of a call. Every field that is given has to hold. */
export const baseConditions = {
  tools: list(pattern, 'One of these tools.').optional(),
  kinds: list(z.enum(['read', 'plan', 'commit']), 'One of these kinds.').optional(),
  actions: list(name, 'One of these actions, as contracts name them.').optional(),
  contexts: list(name, 'One of these contexts: blog, crm, tickets.').optional(),
  environments: list(name, 'One of these environments.').optional(),
  ships: z.boolean().optional().describe('Whether its text reaches the public or a customer.'),
  agents: list(name, 'The agent plays one of these roles.').optional(),
  owners: list(z.string().max(64), 'It acts for one of these people, by pseudonymous id.').optional(),
  owner_roles: list(name, 'It acts for a person who holds one of these roles.').optional(),
  task: z.enum(['bound', 'unbound']).optional().describe('Whether a task that a person approved covers the call.'),
  arguments: list(argumentConstraint, 'Every one of these holds.').optional(),
  hours: hours.optional().describe('Inside these hours.'),
  outside_hours: hours.optional().describe('Outside these hours.'),
  recent: z
    .strictObject({
      tools: list(pattern, 'Calls of these tools.').optional(),
      outside_text: z.literal(true).optional().describe('Calls that showed text from outside.'),
      within: duration,
      at_least: z.int().min(1).optional().describe('So many; 1 where left out.'),
    })
    .refine((recent) => (recent.tools === undefined) !== (recent.outside_text === undefined), {
      message: 'Either tools or outside_text.',
    })
    .optional()
    .describe('What the same owner did a short while ago, through whichever agent.'),
  first_time_in: duration.optional().describe('The owner has not been served by this tool for so long.'),
  content_flags: atLeast.optional().describe('So many suspicious places in the texts that the call carries.'),
};

/** Conditions of rules, which may also ask for the risk that the packs found. */
export const ruleConditions = z.strictObject({
  ...baseConditions,
  risk: atLeast.optional().describe("The call's own score is at least this."),
  cumulative_risk: z
    .strictObject({ minimum: z.int().min(1), within: duration })
    .optional()
    .describe("This score and those of the owner's earlier calls, added up, are at least this."),
});
export const packConditions = z.strictObject(baseConditions);

export type ConditionsSource = z.infer<typeof ruleConditions>;
export type ConstraintSource = z.infer<typeof argumentConstraint>;
export type HoursSource = z.infer<typeof hours>;
