import { randomUUID } from 'node:crypto';
import { expect, jest } from '@jest/globals';
import type { Code } from '@narrow-deputies/contracts';
import { insertArticle } from '../../backend-mock/src/blog/articles-repository.ts';
import { ListDrafts } from '../../backend-mock/src/blog/list-drafts.ts';
import { makeArticle } from '../../backend-mock/test/support/rows.ts';
import type { Question, TalkativeClient } from './forensics.ts';
import { draft, type Lab } from './lab.ts';
import { activate, DENYING, policyWith } from './policies.ts';
import { LIST, NOTHING, PLAN } from './refused.ts';
import type { WireReply } from './wire-client.ts';

const COMMIT = '/v1/blog/commit_publish_draft';
const UNPUBLISH = '/v1/blog/plan_unpublish_article';

/** A backend of its own, and a client of it that talks. */
export interface Scene {
  readonly lab: Lab;
  readonly client: TalkativeClient;
}

/** How somebody comes by a code, and what the log has to answer then. */
export interface Forensic extends Omit<Question, 'code'> {
  readonly make: (scene: Scene) => Promise<WireReply>;
}

let count = 0;
const plan = async ({ client }: Scene): Promise<string> => {
  count += 1;
  const { json } = await client.call(PLAN, { filename: `draft-${count}.md`, content: draft(`Draft ${count}`) });
  return String(json['planId']);
};
const approved = async (scene: Scene): Promise<string> => {
  const planId = await plan(scene);
  await scene.lab.people.owner.decide('approve', planId);
  return planId;
};
const set = (scene: Scene, planId: string, values: { state: 'expired' }): Promise<unknown> =>
  scene.lab.backend.database.db.updateTable('plans').set(values).where('id', '=', planId).execute();

/** A commit may rest on a task alone. */
const TASKS_ONLY = policyWith(`  - id: tasks-release
    effect: allow
    when: { tools: [commit_publish_draft], task: bound }
`);

/** Somebody else's transaction that holds a key which the call needs, for as long as the call waits. */
async function whileKeyIsTaken(
  { lab, client }: Scene,
  key: string,
  call: () => Promise<WireReply>,
): Promise<WireReply> {
  let reply: WireReply | undefined;
  const undone = lab.backend.database.transaction(async (tx) => {
    const { owner_id } = await tx
      .selectFrom('clients')
      .select('owner_id')
      .where('client_id', '=', client.clientId)
      .executeTakeFirstOrThrow();
    const row = { client_id: client.clientId, owner_id, tool: 'plan_publish_draft', key, arguments_digest: 'x' };
    await tx
      .insertInto('idempotency')
      .values({ ...row, outcome: null, expires_at: Date.now() + 60_000 })
      .execute();
    reply = await call();
    throw new Error('undone');
  });
  await undone.catch(() => undefined);
  if (!reply) throw new Error('Nothing was answered.');
  return reply;
}

/** What an operation fails with, once. */
async function failingWith(error: unknown, call: () => Promise<WireReply>): Promise<WireReply> {
  const spy = jest.spyOn(ListDrafts.prototype, 'read').mockRejectedValueOnce(error);
  try {
    return await call();
  } finally {
    spy.mockRestore();
  }
}

const list = ({ client }: Scene): Promise<WireReply> => client.call(LIST, NOTHING);
const SOME: unknown = expect.arrayContaining([expect.any(String)]);
const READ = { tool: 'list_drafts', kind: 'read' } as const;
const PLANNING = { tool: 'plan_publish_draft', kind: 'plan' } as const;
const COMMITTING = { tool: 'commit_publish_draft', kind: 'commit' } as const;
const check = (name: string): readonly string[] => [`check:${name}`];

/** Codes that an operation's call of a known client can end with, each driven for real. */
export const RECORDED = {
  replayed: {
    ...READ,
    rules: check('replay'),
    async make({ client }) {
      const request = await client.operation(LIST, NOTHING);
      await client.send(request);
      return client.send(request);
    },
  },
  unauthenticated: {
    ...READ,
    rules: check('token'),
    async make({ lab, client }) {
      const { db } = lab.backend.database;
      const request = await client.operation(LIST, NOTHING);
      const state = (value: 'active' | 'revoked'): Promise<unknown> =>
        db.updateTable('api_tokens').set({ state: value }).where('keyid', '=', client.keyid).execute();
      await state('revoked');
      const reply = await client.send(request);
      await state('active');
      return reply;
    },
  },
  insufficient_scope: {
    ...READ,
    rules: check('scope'),
    make: async ({ client }) =>
      client.call(LIST, NOTHING, { grant: await client.grant({ scope: 'blog:plan_publish_draft' }) }),
  },
  task_mismatch: {
    ...READ,
    rules: check('task'),
    async make({ client }) {
      const detail = { type: 'article', identifier: 'tea', actions: ['plan_unpublish_article'] };
      const grant = await client.grant({ authorization_details: JSON.stringify([detail]) });
      return client.call(LIST, NOTHING, { grant });
    },
  },
  task_required: {
    ...COMMITTING,
    judged: true,
    rules: SOME,
    async make(scene) {
      const planId = await plan(scene);
      await activate(scene.lab, TASKS_ONLY);
      return scene.client.call(COMMIT, { planId });
    },
  },
  denied_by_policy: {
    ...COMMITTING,
    judged: true,
    rules: ['no-commits'],
    async make(scene) {
      const planId = await plan(scene);
      await activate(scene.lab, DENYING);
      return scene.client.call(COMMIT, { planId });
    },
  },
  approval_required: {
    ...COMMITTING,
    outcome: 'pending',
    judged: true,
    rules: SOME,
    make: async (scene) => scene.client.call(COMMIT, { planId: await plan(scene) }),
  },
  approval_rejected: {
    ...COMMITTING,
    judged: true,
    rules: SOME,
    async make(scene) {
      const planId = await plan(scene);
      await scene.lab.people.owner.decide('reject', planId);
      return scene.client.call(COMMIT, { planId });
    },
  },
  suspended: {
    ...READ,
    rules: check('suspension'),
    async make(scene) {
      const { owner } = scene.lab.people;
      const { json } = await owner.call('suspend', { kind: 'tool', target: 'list_drafts' });
      const reply = await list(scene);
      await owner.call('resume', { suspensionId: String(json['suspensionId']), reason: 'seen' });
      return reply;
    },
  },
  not_found: {
    tool: 'plan_unpublish_article',
    kind: 'plan',
    judged: true,
    rules: SOME,
    make: ({ client }) => client.call(UNPUBLISH, { slug: 'no-such-article' }),
  },
  plan_stale: {
    ...COMMITTING,
    judged: true,
    rules: SOME,
    details: { pointers: SOME },
    async make(scene) {
      const planId = await approved(scene);
      await scene.lab.backend.database.transaction((tx) => insertArticle(tx, makeArticle(`draft-${count}`)));
      return scene.client.call(COMMIT, { planId });
    },
  },
  plan_kind_mismatch: {
    tool: 'commit_unpublish_article',
    kind: 'commit',
    rules: check('known-plan'),
    make: async (scene) => scene.client.call('/v1/blog/commit_unpublish_article', { planId: await plan(scene) }),
  },
  too_many_plans: {
    ...PLANNING,
    judged: true,
    rules: SOME,
    async make(scene) {
      for (let open = 0; open < 10; open++) await plan(scene);
      return scene.client.call(PLAN, { filename: 'one-more.md', content: draft('One more') });
    },
  },
  idempotency_in_flight: {
    ...PLANNING,
    rules: check('repeated-key'),
    async make(scene) {
      const idempotencyKey = randomUUID();
      const args = { filename: 'again.md', content: draft('Again') };
      const request = await scene.client.operation(PLAN, args, { idempotencyKey });
      return whileKeyIsTaken(scene, idempotencyKey, () => scene.client.send(request));
    },
  },
  plan_expired: {
    ...COMMITTING,
    judged: true,
    rules: SOME,
    async make(scene) {
      const planId = await plan(scene);
      await set(scene, planId, { state: 'expired' });
      return scene.client.call(COMMIT, { planId });
    },
  },
  invalid_arguments: {
    ...READ,
    rules: check('arguments'),
    details: { pointers: SOME },
    make: ({ client }) => client.call(LIST, { drafts: 'none' }),
  },
  idempotency_conflict: {
    ...PLANNING,
    rules: check('repeated-key'),
    async make({ client }) {
      const idempotencyKey = randomUUID();
      await client.call(PLAN, { filename: 'one.md', content: draft('One') }, { idempotencyKey });
      return client.call(PLAN, { filename: 'two.md', content: draft('Two') }, { idempotencyKey });
    },
  },
  rate_limited: {
    ...READ,
    rules: check('limits'),
    async make(scene) {
      for (let used = 0; used < 100; used++) {
        const reply = await list(scene);
        if (reply.status === 429) return reply;
      }
      throw new Error('Nothing limits how often drafts are listed.');
    },
  },
  internal: {
    ...READ,
    outcome: 'failed',
    judged: true,
    rules: SOME,
    make: (scene) => failingWith(new Error('a fault of ours'), () => list(scene)),
  },
  unavailable: {
    ...READ,
    outcome: 'failed',
    judged: true,
    rules: SOME,
    make: (scene) => failingWith(Object.assign(new Error('gone'), { code: 'ECONNRESET' }), () => list(scene)),
  },
} as const satisfies Partial<Record<Code, Forensic>>;
