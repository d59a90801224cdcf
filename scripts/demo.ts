import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { JsonObject } from '@narrow-deputies/contracts';
import { digestOfBytes } from '@narrow-deputies/signing';
import type { McpSession } from '../test/support/mcp-session.ts';
import { Product } from '../test/support/product.ts';
import { send, WireClient } from '../test/support/wire-client.ts';
import { buildStale, ROOT } from './build.ts';
import { Story } from './story.ts';

const HELP = `npm run demo    the whole way of one publication, with real processes in a temporary home

It starts the backend on free ports, drives the blog-publisher server over stdio as a host would, lets a person approve,
and shows what is refused. It ends with status 0 only if everything was as it should be.
`;
const DRAFT = 'spring-harvest.md';

const planIdOf = (plan: JsonObject): string => String(plan['planId']);
const receiptOf = (data: JsonObject): JsonObject => (data['receipt'] ?? {}) as JsonObject;

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
  story.check('a tool of another server is not there', other.json['code'] === 'not_found');
  const escape = await agent.call('plan_publish_draft', { filename: '../../../etc/passwd.md' });
  story.check('a path out of the folder is refused by the server itself', escape.data['code'] === 'invalid_arguments');
  const plan = await agent.call('plan_unpublish_article', { slug: 'welcome' });
  const person = await send(await wire.operation('/people/approve', { planId: planIdOf(plan.data) }));
  story.check('the token approves nothing', person.status === 401);
}

async function record(story: Story, product: Product): Promise<void> {
  story.chapter('What the audit log says');
  const entries = await product.deputiesJson<JsonObject[]>('audit', 'list', '--limit', '200');
  const counts = new Map<string, number>();
  for (const entry of entries) {
    const key = `${String(entry['outcome'])}${entry['code'] === null ? '' : ` (${String(entry['code'])})`}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  for (const [outcome, count] of counts) story.say(`${String(count).padStart(4)}  ${outcome}`);
  const publications = entries.filter(
    (entry) =>
      entry['tool'] === 'commit_publish_draft' && entry['outcome'] === 'succeeded' && entry['repeated'] === false,
  );
  story.check('exactly one publication is on record', publications.length === 1);
  story.check(
    'the refusals are on record too',
    ['replayed', 'signature_invalid', 'plan_stale'].every((code) => entries.some((entry) => entry['code'] === code)),
  );
}

/** `npm run demo`. @returns the exit status. */
export async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { help: { type: 'boolean', default: false } } });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  await buildStale();
  const story = new Story();
  const drafts = await mkdtemp(join(tmpdir(), 'deputies-drafts-'));
  await cp(join(ROOT, 'backend-mock', 'fixtures', 'drafts'), drafts, { recursive: true });
  const product = await Product.start({ drafts });
  try {
    story.say(`Everything runs in ${product.folder}, and is removed at the end.`);
    const agent = await product.connect('blog-publisher');
    const slug = await publishOne(story, product, agent, drafts);
    await changedWorld(story, product, agent, slug);
    await attacks(story, product, agent);
    await record(story, product);
  } finally {
    await product.dispose();
    await rm(drafts, { recursive: true, force: true });
  }
  return story.end();
}
