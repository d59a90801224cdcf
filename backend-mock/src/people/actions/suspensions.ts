import { randomUUID } from 'node:crypto';
import type { JsonObject } from '@narrow-deputies/contracts';
import * as z from 'zod';
import { rfc3339 } from '../../common/clock.ts';
import { Refusal } from '../../common/refusal.ts';
import { findToken } from '../../grants/tokens-repository.ts';
import { BY_POLICY } from '../../policy/denied.ts';
import { SUSPENSION_KINDS, type Suspension } from '../../suspensions/suspension.ts';
import { insertSuspension, listSuspensions, resumeSuspension } from '../../suspensions/suspensions-repository.ts';
import { defineAction, type ActionContext } from '../action.ts';
import { listPeople } from '../people-repository.ts';

const reason = z.string().min(1).max(500);
const ANYONE = ['owner', 'reviewer', 'support-lead', 'administrator'] as const;

const forPeople = (suspension: Suspension): JsonObject => ({
  suspensionId: suspension.id,
  kind: suspension.kind,
  target: suspension.target,
  reason: suspension.reason,
  suspendedAt: rfc3339(suspension.suspendedAt),
});

/** Stops a token, an agent, a tool or everything, from the next call on. Anybody who is enrolled may press the button. */
export const suspend = defineAction({
  name: 'suspend',
  roles: ANYONE,
  arguments: z.strictObject({
    kind: z.enum(SUSPENSION_KINDS),
    /** Keyid, role or tool name; empty for everything. */
    target: z.string().max(128),
    reason: reason.optional(),
  }),
  async run({ kind, target, reason: why }, context) {
    await requireTarget(kind, target, context);
    const { tx, now, person } = context;
    const id = randomUUID();
    const standing = await insertSuspension(tx, {
      id,
      kind,
      target,
      reason: why ?? null,
      suspendedBy: person.id,
      suspendedAt: now,
    });
    const body = { ...forPeople(standing), repeated: standing.id !== id };
    return { body, entry: { details: body } };
  },
});

/** @throws Refusal `not_found` where there is nothing by that name: a stop of nothing would look like a stop. */
async function requireTarget(kind: Suspension['kind'], target: string, context: ActionContext): Promise<void> {
  const contracts = context.operations.all().map(({ contract }) => contract);
  const exists = {
    token: async () => (await findToken(context.tx, target)) !== undefined,
    agent: async () => contracts.some(({ roles }) => roles.includes(target)),
    tool: async () => contracts.some(({ name }) => name === target),
    everything: async () => target === '',
  };
  if (await exists[kind]()) return;
  throw new Refusal('not_found', {
    detail: kind === 'everything' ? 'Everything has no name; leave it empty.' : `There is no such ${kind}.`,
  });
}

/** Takes a stop back. It takes an administrator, and says why. */
export const resume = defineAction({
  name: 'resume',
  roles: ['administrator'],
  arguments: z.strictObject({ suspensionId: z.uuid(), reason }),
  async run({ suspensionId, reason: why }, { tx, now, person }) {
    const resumed = await resumeSuspension(tx, suspensionId, { person: person.id, at: now, reason: why });
    if (!resumed) throw new Refusal('not_found', { detail: 'No such stop stands. "suspensions" shows what does.' });
    const body: JsonObject = { suspensionId, ...resumed, resumedAt: rfc3339(now) };
    return { body, entry: { details: { ...body, reason: why } } };
  },
});

export const listStops = defineAction({
  name: 'list_suspensions',
  reads: true,
  roles: ANYONE,
  arguments: z.strictObject({}),
  async run(_args, { tx }) {
    const names = new Map((await listPeople(tx)).map(({ id, name }) => [id, name]));
    const standing = await listSuspensions(tx);
    return {
      body: {
        suspensions: standing.map((each) => ({
          ...forPeople(each),
          suspendedBy: each.suspendedBy === BY_POLICY ? 'policy' : (names.get(each.suspendedBy) ?? null),
        })),
      },
    };
  },
});
