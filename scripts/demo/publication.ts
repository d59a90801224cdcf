import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '@narrow-deputies/contracts';
import { digestOfBytes } from '@narrow-deputies/signing';
import type { McpSession } from '../../test/support/mcp-session.ts';
import type { Product } from '../../test/support/product.ts';
import { send, WireClient } from '../../test/support/wire-client.ts';
import { planIdOf, receiptOf, type Story } from './story.ts';

const DRAFT = 'spring-harvest.md';

async function publishOne(story: Story, product: Product, agent: McpSession, drafts: string): Promise<string> {
  story.chapter('The agent looks at what there is');
  const listed = await agent.call('list_drafts', {});
  const found = (listed.data['drafts'] ?? []) as JsonObject[];
  for (const draft of found)
    story.say(`${draft['publishable'] ? 'publishable' : 'refused    '}  ${String(draft['filename'])}`);
  story.check(
    'the drafts are listed',
    found.some((draft) => draft['filename'] === DRAFT && draft['publishable'] === true),
  );

  story.chapter('It plans a publication: nothing is public yet');
  const planned = await agent.call('plan_publish_draft', { filename: DRAFT });
  const planId = planIdOf(planned.data);
  const preview = planned.data['preview'] as JsonObject;
  story.say(`plan ${planId}: "${String(preview['title'])}" at ${String(preview['url'])}`);
  story.check('the plan waits for a person', planned.data['status'] === 'pending_approval');
  story.check('nothing is published', (await fetch(String(preview['url']))).status === 404);

  story.chapter('It tries to commit without a person');
  const early = await agent.call('commit_publish_draft', { planId });
  story.say(`answer: ${String(early.data['status'])}, look at ${String(early.data['approvalUrl'])}`);
  story.check(
    'the commit is held, and that is no error',
    !early.isError && early.data['status'] === 'pending_approval',
  );
  story.check('the page for people shows the plan', (await fetch(String(early.data['approvalUrl']))).status === 200);

  story.chapter('A person looks, and approves on the command line');
  const waiting = await product.deputiesJson<JsonObject[]>('approvals', 'list');
  story.check(
    'the plan is in the list of what waits',
    waiting.some((plan) => plan['planId'] === planId),
  );
  const approved = await product.deputiesJson<JsonObject>('approvals', 'approve', planId);
  story.check('it is released', approved['status'] === 'released');

  story.chapter('The file changes on disk meanwhile; the agent commits');
  const planBytes = await readFile(join(drafts, DRAFT));
  await writeFile(join(drafts, DRAFT), '---\ntitle: Something else\n---\n\nNobody approved this.\n');
  const committed = await agent.call('commit_publish_draft', { planId });
  const receipt = receiptOf(committed.data);
  story.say(`receipt ${String(receipt['auditId'])}, committed at ${String(receipt['committedAt'])}`);
  const live = Buffer.from(await (await fetch(String(preview['url']))).arrayBuffer());
  story.check('what is public is what was approved, byte for byte', live.equals(planBytes));
  story.check(
    'the receipt names the same bytes',
    (receipt['result'] as JsonObject)['contentDigest'] === digestOfBytes(planBytes),
  );

  story.chapter('The same commit again');
  const again = await agent.call('commit_publish_draft', { planId });
  story.check(
    'the same receipt comes back, marked as repeated',
    again.data['repeated'] === true && receiptOf(again.data)['auditId'] === receipt['auditId'],
  );
  return String(preview['slug']);
}

async function changedWorld(story: Story, product: Product, agent: McpSession, slug: string): Promise<void> {
  story.chapter('The world changes between plan and commit');
  const [first, second] = [
    planIdOf((await agent.call('plan_publish_draft', { filename: DRAFT })).data),
    planIdOf((await agent.call('plan_unpublish_article', { slug })).data),
  ];
  for (const plan of [first, second]) await product.deputiesJson('approvals', 'approve', plan);
  story.check('the article is taken down', !(await agent.call('commit_unpublish_article', { planId: second })).isError);
  const stale = await agent.call('commit_publish_draft', { planId: first });
  story.say(`answer: ${String(stale.data['detail'])}`);
  story.check('the other plan no longer fits, and says so', stale.data['code'] === 'plan_stale');
  story.check(
    'the article stays down',
    (await fetch(`${product.ready.backendUrl}/articles/${slug}.md`)).status === 404,
  );
}

async function attacks(story: Story, product: Product, agent: McpSession): Promise<void> {
  story.chapter('Somebody who holds the token tries other things');
  const token = product.ready.servers['blog-publisher']?.env['DEPUTY_TOKEN'] ?? '';
  const wire = new WireClient(product.ready.backendUrl, token);
  const request = await wire.operation('/v1/blog/list_drafts', { drafts: [] });
  story.check('a signed request works once', (await send(request)).status === 200);
  story.check('the same request again is a replay', (await send(request)).json['code'] === 'replayed');
  const altered = await wire.operation('/v1/blog/plan_unpublish_article', { slug: 'welcome' });
  altered.body = Buffer.from(altered.body.toString().replace('welcome', 'secrets'));
  story.check('an altered body is refused', (await send(altered)).json['code'] === 'signature_invalid');
  const other = await wire.call('/v1/crm/search_customers', { query: 'smith' });
  story.check('a tool of another server is out of reach', other.json['code'] === 'insufficient_scope');
  const escape = await agent.call('plan_publish_draft', { filename: '../../../etc/passwd.md' });
  story.check('a path out of the folder is refused by the server itself', escape.data['code'] === 'invalid_arguments');
  const plan = await agent.call('plan_unpublish_article', { slug: 'welcome' });
  const person = await send(await wire.operation('/people/approve', { planId: planIdOf(plan.data) }));
  story.check('the token approves nothing', person.status === 401);
}

/** One publication, the way of it and the ways around it. @param drafts the folder that the server reads. */
export async function tellPublication(story: Story, product: Product, drafts: string): Promise<void> {
  const agent = await product.connect('blog-publisher');
  const slug = await publishOne(story, product, agent, drafts);
  await changedWorld(story, product, agent, slug);
  await attacks(story, product, agent);
}
