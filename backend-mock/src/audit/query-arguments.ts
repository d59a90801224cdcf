import { CODES, type Code } from '@narrow-deputies/contracts';
import * as z from 'zod';

/** Most entries on one page. */
export const QUERY_PAGE_MAX = 500;

/** An identifier as entries say it: nothing that a reader cannot see. */
const said = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\p{C}]*$/u);
const moment = z.iso.datetime({ offset: true });

/** What entries are looked for by; everything that is given has to hold. */
export const queryArguments = z.strictObject({
  from: moment.optional(),
  to: moment.optional(),
  agent: said.optional(),
  /** Name or pseudonymous id of the person that agents act for. */
  owner: said.optional(),
  /** Of somebody who acted, or whom an act was about. */
  person: said.optional(),
  client: said.optional(),
  run: said.optional(),
  /** Any of them; `*` stands for any text, `?` for one character. */
  tool: z.array(said).min(1).max(16).optional(),
  decision: z.enum(['allow', 'require_approval', 'deny']).optional(),
  outcome: z.enum(['succeeded', 'pending', 'refused', 'failed']).optional(),
  code: z.enum(Object.keys(CODES) as [Code, ...Code[]]).optional(),
  rule: said.optional(),
  /** `type:id`. */
  resource: z
    .string()
    .max(200)
    .regex(/^[a-z]{1,32}:[^\p{C}]+$/u, 'A record is written like ticket:1842.')
    .optional(),
  traceId: z
    .string()
    .regex(/^[0-9a-f]{32}$/, 'A trace has 32 digits and letters from a to f.')
    .optional(),
  plan: said.optional(),
  task: said.optional(),
  limit: z.int().min(1).max(QUERY_PAGE_MAX),
  /** `nextCursor` of the page before: a place in the log that stays with its entry. */
  cursor: z
    .string()
    .regex(/^[1-9][0-9]{0,14}$/)
    .optional(),
});
export type QueryArguments = z.infer<typeof queryArguments>;
