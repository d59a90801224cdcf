import { planId } from '@narrow-deputies/contracts';
import * as z from 'zod';
import { listEntries, listOpenCounts } from '../../audit/audit-repository.ts';
import { searchEntries } from '../../audit/audit-search.ts';
import { erase, ERASURE_SUBJECTS } from '../../audit/erasure.ts';
import { followThread } from '../../audit/follow.ts';
import { erasedDetails } from '../../audit/payloads-repository.ts';
import { queryArguments } from '../../audit/query-arguments.ts';
import { matchingTools } from '../../audit/tool-patterns.ts';
import { Refusal } from '../../common/refusal.ts';
import { defineAction, type ActionContext } from '../action.ts';
import { findPerson, findPersonByName, listPeople, type PersonRole } from '../people-repository.ts';

/** Who may read the log: everybody who decides, and auditors, who do nothing else. Each of them sees all of it. */
export const AUDIT_READERS: readonly PersonRole[] = ['owner', 'reviewer', 'support-lead', 'administrator', 'auditor'];

/** Entries of the audit log, newest first; counts of the running minute stand in front. */
export const listAudit = defineAction({
  name: 'list_audit',
  reads: true,
  roles: AUDIT_READERS,
  arguments: z.strictObject({ plan: planId.optional(), limit: z.int().min(1).max(1000) }),
  async run(args, { tx, settings }) {
    const entries = await listEntries(tx, args);
    const open = args.plan === undefined ? await listOpenCounts(tx, settings.environment, args.limit) : [];
    const newestFirst = [...open, ...entries].toSorted((a, b) => (String(a['time']) < String(b['time']) ? 1 : -1));
    return { body: { entries: newestFirst.slice(0, args.limit) } };
  },
});

/** Entries by what they say, newest first, a page at a time; and who the people are that they name by id. */
export const queryAudit = defineAction({
  name: 'query_audit',
  reads: true,
  roles: AUDIT_READERS,
  arguments: queryArguments,
  async run({ owner, person, tool, from, to, cursor, limit, resource, ...same }, { tx }) {
    const [type = '', id = ''] = resource === undefined ? [] : divide(resource);
    const found = await searchEntries(tx, {
      ...same,
      owner: owner === undefined ? undefined : await requirePerson(tx, owner),
      person: person === undefined ? undefined : await requirePerson(tx, person),
      tools: tool && (await matchingTools(tx, tool)),
      resource: resource === undefined ? undefined : { type, id },
      from: from === undefined ? undefined : Date.parse(from),
      to: to === undefined ? undefined : Date.parse(to),
      before: cursor === undefined ? undefined : Number(cursor),
      // One more than is shown: its presence is all that is wanted of it.
      limit: limit + 1,
    });
    const page = found.slice(0, limit);
    const last = found.length > limit ? page.at(-1) : undefined;
    return {
      body: {
        entries: page.map(({ entry }) => ({ ...entry }) as never),
        nextCursor: last ? String(last.position) : null,
        people: await namesIn(tx),
      },
    };
  },
});

/** One thread through the log: all that led to an entry or a plan, and what came of it. */
export const followAudit = defineAction({
  name: 'follow_audit',
  reads: true,
  roles: AUDIT_READERS,
  arguments: z.strictObject({ id: z.uuid() }),
  async run({ id }, { tx }) {
    const thread = await followThread(tx, id);
    if (!thread) throw new Refusal('not_found', { detail: 'There is no entry and no plan with this id.' });
    return { body: { ...thread, people: await namesIn(tx) } };
  },
});

const FOUND_BY = { person: 'personId', customer: 'customerId', plan: 'planId', entry: 'entry' } as const;

/**
 * Deletes what was kept beside entries, and the salts that tie it to them; the entries themselves stay. Its reason is kept
 * with its own arguments, where it can be erased in its turn.
 */
export const erasePayloadsAction = defineAction({
  name: 'erase_payloads',
  roles: ['administrator'],
  arguments: z.strictObject({
    of: z.enum(ERASURE_SUBJECTS),
    /** Of a person, the name does as well. */
    id: z
      .string()
      .min(1)
      .max(200)
      .regex(/^[^\p{C}]*$/u),
    reason: z.string().min(1).max(500),
  }),
  async run({ of, id }, { tx, now }) {
    const subject = { of, id: of === 'person' ? await requirePerson(tx, id) : id };
    const erased = await erase(tx, now, subject);
    if (!erased) throw new Refusal('not_found', { detail: `There is no such ${of}.` });
    const { payloads, plans, exports, openPlans, more } = erased;
    const details = { of, [FOUND_BY[of]]: subject.id, ...erasedDetails(payloads), plans, exports, openPlans, more };
    return { body: details, entry: { details, plan: of === 'plan' ? subject.id : null } };
  },
});

const divide = (resource: string): [string, string] => {
  const at = resource.indexOf(':');
  return [resource.slice(0, at), resource.slice(at + 1)];
};

async function requirePerson(tx: ActionContext['tx'], said: string): Promise<string> {
  const person = (await findPerson(tx, said)) ?? (await findPersonByName(tx, said));
  if (person) return person.id;
  throw new Refusal('not_found', { detail: 'There is no such person. "people list" shows who there is.' });
}

const namesIn = async (tx: ActionContext['tx']): Promise<Record<string, string>> =>
  Object.fromEntries((await listPeople(tx)).map(({ id, name }) => [id, name]));
