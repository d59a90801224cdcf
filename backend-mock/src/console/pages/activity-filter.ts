import * as z from 'zod';
import type { EntrySearch } from '../../audit/audit-search.ts';

/** How a call can have ended, and the word that people see. */
export const OUTCOME_WORDS = {
  succeeded: 'Done',
  pending: 'Waits for a person',
  refused: 'Denied',
  failed: 'Failed',
} as const;
const OUTCOMES = Object.keys(OUTCOME_WORDS) as (keyof typeof OUTCOME_WORDS)[];

/** What can have been decided, and the word that people see. */
export const DECISION_WORDS = {
  allow: 'Allowed',
  require_approval: 'A person was asked',
  deny: 'Denied',
} as const;
const DECISIONS = Object.keys(DECISION_WORDS) as (keyof typeof DECISION_WORDS)[];

const moment = z.iso.datetime({ local: true }).transform((text) => Date.parse(text.endsWith('Z') ? text : `${text}Z`));

/** An identifier as entries say it. */
const said = z
  .string()
  .max(200)
  .regex(/^[^\p{C}]+$/u);

/** The page's query parameters, as its form sends them. */
const shape = z.strictObject({
  agent: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,63}$/)
    .optional(),
  owner: said.optional(),
  tool: z
    .string()
    .regex(/^[A-Za-z0-9_./:*?-]{1,128}$/)
    .optional(),
  outcome: z.enum(OUTCOMES).optional(),
  decision: z.enum(DECISIONS).optional(),
  rule: said.optional(),
  run: said.optional(),
  plan: said.optional(),
  from: moment.optional(),
  to: moment.optional(),
  trace: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional(),
  before: z
    .string()
    .regex(/^[1-9][0-9]{0,14}$/)
    .transform(Number)
    .optional(),
});

export type ActivityField = keyof typeof shape.shape;
/** What stands in the form's fields: as it was sent, good or not. */
export type Asked = Partial<Record<ActivityField, string>>;

const EXPECTED: Readonly<Record<ActivityField, string>> = {
  agent: 'The agent is a role such as "support-agent".',
  owner: 'The person is somebody whom agents act for.',
  tool: 'The tool is a name such as "plan_refund", or a pattern such as "commit_*".',
  outcome: `The outcome is one of: ${OUTCOMES.join(', ')}.`,
  decision: `The decision is one of: ${DECISIONS.join(', ')}.`,
  rule: 'The rule is a name such as "reads-in-scope".',
  run: 'The run is an id as an entry says it.',
  plan: 'The plan is an id as an entry says it.',
  from: 'The first time is a date and a time.',
  to: 'The last time is a date and a time.',
  trace: 'A trace has 32 digits and letters from a to f.',
  before: 'The place in the list is a number.',
};

export interface ActivityFilter {
  readonly asked: Asked;
  /** Tools may be patterns. */
  readonly search: Omit<EntrySearch, 'limit'>;
  /** What is wrong with it, in sentences of our own; then nothing is searched. */
  readonly faults: readonly string[];
}

const isField = (name: string): name is ActivityField => Object.hasOwn(EXPECTED, name);

/** Reads the page's query parameters; an empty field is one that was left out. */
export function readFilter(query: unknown): ActivityFilter {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== '');
  const asked = Object.fromEntries(
    given.filter(([name, value]) => isField(name) && typeof value === 'string'),
  ) as Asked;
  const parsed = shape.safeParse(Object.fromEntries(given));
  if (!parsed.success) return { asked, search: {}, faults: faultsOf(parsed.error) };
  const { trace: traceId, tool, ...search } = parsed.data;
  if (search.from !== undefined && search.to !== undefined && search.from > search.to) {
    return { asked, search: {}, faults: ['The first time comes before the last.'] };
  }
  return { asked, search: { ...search, traceId, ...(tool !== undefined && { tools: [tool] }) }, faults: [] };
}

function faultsOf({ issues }: z.ZodError): string[] {
  const sentences = issues.map(({ path: [name] }) =>
    typeof name === 'string' && isField(name) ? EXPECTED[name] : 'The address asks for something that is not here.',
  );
  return [...new Set(sentences)];
}

/** The page's address with these parameters. */
export function activityAddress(asked: Asked): string {
  const query = new URLSearchParams(asked).toString();
  return query === '' ? '/activity' : `/activity?${query}`;
}
