import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { expectCaught, startBrokenLab } from '../support/broken.ts';
import { mintWith } from '../support/clients.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { activate, policyWith } from '../support/policies.ts';
import { expectDeniedByPolicy, expectNothingTold, forget, timePasses, withoutQuotas } from '../support/policy-lab.ts';
import type { WireClient, WireReply } from '../support/wire-client.ts';

const HOUR = 3_600_000;
const PLAN = '/v1/blog/plan_unpublish_article';
const COMMIT = '/v1/blog/commit_unpublish_article';
const DENIED = { code: 'denied_by_policy', rules: ['five-deletions'] };

/** Five articles may be taken down in one run. */
const FIVE = `${policyWith(`  - id: deletions
    effect: allow
    when: { tools: [commit_unpublish_article] }
`)}limits:
  - id: five-deletions
    when: { actions: [unpublish], kinds: [commit] }
    max_calls_per_run: 5
    exceeded: deny
`;

const ARTICLE = {
  version: 1,
  state: 'published',
  description: null,
  date: null,
  tags: '[]',
  content: '',
  content_digest: `sha-256:${'0'.repeat(64)}`,
  html: '',
  published_at: 1,
  updated_at: 1,
} as const;

let lab: Lab;
beforeAll(async () => {
  lab = await startLab();
}, 60_000);
beforeEach(() => begin(lab));
afterAll(() => lab?.stop());

/** Ten articles are public, and nothing has happened yet. */
async function begin(on: Lab): Promise<void> {
  const { db } = on.backend.database;
  await forget(on);
  await db.deleteFrom('plans').execute();
  await db.deleteFrom('articles').execute();
  await activate(on, FIVE);
  for (const id of 'abcdefghij') {
    await db
      .insertInto('articles')
      .values({ ...ARTICLE, id, title: id, filename: `${id}.md` })
      .execute();
  }
}

/** A run of one client. */
interface Run {
  readonly client: WireClient;
  readonly grant: string;
}

const runOf = async (client: WireClient): Promise<Run> => ({
  client,
  grant: await client.grant({ run_id: randomUUID() }),
});

const plan = async (on: Lab, { client, grant }: Run, slug: string): Promise<WireReply> =>
  withoutQuotas(on).then(() => client.call(PLAN, { slug }, { grant }));
const commit = async (on: Lab, { client, grant }: Run, planId: unknown): Promise<WireReply> =>
  withoutQuotas(on).then(() => client.call(COMMIT, { planId: String(planId) }, { grant }));

async function takeDown(on: Lab, run: Run, slugs: string): Promise<void> {
  for (const slug of slugs) {
    const { json, text } = await plan(on, run, slug);
    if (typeof json['planId'] !== 'string') throw new Error(`No plan: ${text}`);
    expect((await commit(on, run, json['planId'])).status).toBe(200);
  }
}

const published = async (on: Lab): Promise<string> => {
  const rows = await on.backend.database.db
    .selectFrom('articles')
    .select('id')
    .where('state', '=', 'published')
    .execute();
  return rows
    .map(({ id }) => id)
    .toSorted()
    .join('');
};

const sixth = async (on: Lab): Promise<void> => {
  const run = await runOf(on.wire);
  const { json } = await plan(on, run, 'f');
  await takeDown(on, run, 'abcde');
  const reply = await expectDeniedByPolicy(on, DENIED, on.wire, () => commit(on, run, json['planId']));
  expect(reply.json['conditions']).toEqual(['fewer_calls']);
  expectNothingTold(reply, ['five', 'deletion']);
  expect(await published(on)).toBe('fghij');
  expect((await on.entries()).at(-1)).toMatchObject({ tool: 'commit_unpublish_article', plan: json['planId'] });
};

test('a sixth deletion in a run is denied where five are allowed [policy.runs, law.denials-recorded]', () =>
  sixth(lab));

test('a new run does not help, nor does another client of the owner [policy.runs]', async () => {
  await takeDown(lab, await runOf(lab.wire), 'abcde');
  const two = await mintWith(lab, 'blog-publisher-two', 'publisher-agent', [
    'blog:plan_unpublish_article',
    'blog:commit_unpublish_article',
  ]);
  for (const client of [lab.wire, two]) {
    const reply = await expectDeniedByPolicy(lab, DENIED, client, async () => plan(lab, await runOf(client), 'f'));
    const [entry] = (await lab.entries()).filter(({ auditId }) => auditId === reply.json['auditId']);
    // What was decided is the commit that the plan would lead to.
    expect(entry).toMatchObject({
      tool: 'plan_unpublish_article',
      details: { commit: { decisionInput: { tool: 'commit_unpublish_article' }, risk: { parts: [] } } },
    });
  }
  expect(await published(lab)).toBe('fghij');
});

test('hours later a new run is a new one, and the old one is still the old one [policy.runs]', async () => {
  const old = await runOf(lab.wire);
  await takeDown(lab, old, 'abcde');
  await timePasses(lab, 2 * HOUR);
  const reply = await expectDeniedByPolicy(lab, DENIED, lab.wire, () => plan(lab, old, 'f'));
  expect(reply.json['conditions']).toEqual(['fewer_calls']);
  await takeDown(lab, await runOf(lab.wire), 'f');
  expect(await published(lab)).toBe('ghij');
});

test('what was planned before counts when it is committed: six plans do not make six deletions [policy.runs, policy.binding]', async () => {
  const run = await runOf(lab.wire);
  const planned: unknown[] = [];
  for (const slug of 'abcdef') planned.push((await plan(lab, run, slug)).json['planId']);
  for (const planId of planned.slice(0, 5)) expect((await commit(lab, run, planId)).status).toBe(200);
  await expectDeniedByPolicy(lab, DENIED, lab.wire, async () => commit(lab, await runOf(lab.wire), planned[5]));
  expect(await published(lab)).toBe('fghij');
});

test('a backend whose commits leave no trace is caught [check.twins, policy.runs]', async () => {
  const broken = await startBrokenLab({
    module: 'backend-mock/src/policy/history-query.ts',
    instead: ({ valueQuery }) => ({
      // Counts the run alone, which the client chooses; here, none that ever was.
      valueQuery: (engine: unknown, question: { call: object }) =>
        (valueQuery as (...all: unknown[]) => unknown)(engine, {
          ...question,
          call: { ...question.call, owner: 'p_nobody', run: randomUUID() },
        }),
    }),
  });
  try {
    await begin(broken);
    await expectCaught(() => sixth(broken));
  } finally {
    await broken.stop();
  }
}, 30_000);
