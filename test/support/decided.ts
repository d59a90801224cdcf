import { randomUUID } from 'node:crypto';
import type { JsonObject } from '@narrow-deputies/contracts';
import { generateSeed, privateKeyFromSeed, publicJwk } from '@narrow-deputies/signing';
import type { PeopleAction } from '../../backend-mock/src/people/action.ts';
import { PEOPLE_ACTIONS } from '../../backend-mock/src/people/actions/index.ts';
import { insertRecords } from '../../backend-mock/test/support/ticket-rows.ts';
import type { Lab } from './lab.ts';
import { PasskeyPerson, shownOf } from './passkey-person.ts';
import { pendingPlan } from './plans-and-people.ts';
import { ALLOWING } from './policies.ts';

/** What only people may change, row by row. */
const DECIDED = [
  'people',
  'person_keys',
  'passkeys',
  'invitations',
  'approvals',
  'person_acts',
  'suspensions',
  'tasks',
  'api_tokens',
  'clients',
  'articles',
  'exports',
  'policies',
] as const;

/** Actions that change something. */
export const CHANGES: readonly PeopleAction[] = PEOPLE_ACTIONS.filter(({ reads }) => reads !== true);

/** A plan that waits, and somebody who could decide on it. */
export interface Scene {
  readonly lab: Lab;
  readonly owner: PasskeyPerson;
  readonly planId: string;
  /** Good arguments of each action that changes anything, by name. */
  readonly wanted: Readonly<Record<string, JsonObject>>;
}

export async function sceneIn(lab: Lab): Promise<Scene> {
  const owner = await PasskeyPerson.enrol(lab, 'owner', ['owner']);
  const { json } = await lab.people.owner.call('list_people', {});
  const people = json['people'] as JsonObject[];
  const personId = String(people.find(({ name }) => name === 'reviewer')?.['personId']);
  const stop = await lab.people.owner.call('suspend', { kind: 'tool', target: 'plan_unpublish_article' });
  await lab.backend.database.transaction(insertRecords);
  const grant = {
    clientId: 'ticket-handler',
    tools: ['commit_refund'],
    resourceType: 'ticket',
    resourceId: '1842',
    upTo: '5.00',
    currency: 'EUR',
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    reason: 'Broken cups.',
  };
  const task = await lab.people.owner.call('grant_task', grant);
  const invited = { name: 'guest', roles: ['reviewer'], secretDigest: 'b'.repeat(64) };
  const link = String((await lab.people.owner.call('invite', invited)).json['invitationId']);
  const planId = await pendingPlan(lab);
  const decision = { ...(await shownOf(lab, planId)), decision: 'approve' };
  const wanted: Record<string, JsonObject> = {
    approve: decision,
    approve_and_apply: decision,
    reject: { ...decision, decision: 'reject' },
    mint_token: {
      clientId: 'blog-publisher-more',
      publicX: publicJwk(privateKeyFromSeed(generateSeed())).x,
      agent: 'publisher-agent',
      scopes: ['blog:list_drafts'],
      owner: 'owner',
      expiresInDays: 30,
    },
    revoke_token: { keyid: lab.wire.keyid },
    invite: { name: 'friend', roles: ['owner', 'reviewer', 'administrator'], secretDigest: 'a'.repeat(64) },
    change_roles: { personId, roles: ['reviewer', 'administrator'] },
    revoke_invitation: { invitationId: link },
    remove_person: { personId },
    revoke_passkey: { passkeyId: owner.passkey.id },
    end_sessions: {},
    suspend: { kind: 'everything', target: '' },
    resume: { suspensionId: String(stop.json['suspensionId']), reason: 'it is fine' },
    grant_task: grant,
    revoke_task: { taskId: String(task.json['taskId']) },
    fetch_export: { exportId: randomUUID() },
    activate_policy: { file: 'test.yaml', policy: ALLOWING, packs: {} },
    erase_payloads: { of: 'plan', id: planId, reason: 'Nobody asked for it.' },
  };
  return { lab, owner, planId, wanted };
}

/** Everything that only people may change. */
export async function decided({ lab, planId }: Scene): Promise<unknown> {
  const { db } = lab.backend.database;
  const rows: unknown[] = [];
  for (const table of DECIDED) rows.push([table, await db.selectFrom(table).selectAll().execute()]);
  const plan = await db.selectFrom('plans').select(['state', 'receipt']).where('id', '=', planId).execute();
  return [rows, plan];
}
