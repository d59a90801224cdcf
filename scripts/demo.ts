import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { JsonObject } from '@narrow-deputies/contracts';
import { Product } from '../test/support/product.ts';
import { buildStale, ROOT } from './build.ts';
import { tellPublication } from './demo/publication.ts';
import { Story } from './demo/story.ts';
import { tellSupport } from './demo/support.ts';

const HELP = `npm run demo [-- publication|support]    two stories, with real processes in a temporary home

  publication   a draft, from the agent's plan to the live blog, and what goes wrong on the way
  support       a ticket that tells the agent to export all customers and publish them

It starts the backend on free ports, drives the servers over stdio as a host would, lets a person decide, and shows what is
refused. It ends with status 0 only if everything was as it should be.
`;
const STORIES = ['publication', 'support'] as const;

async function record(story: Story, product: Product, told: readonly string[]): Promise<void> {
  story.chapter('What the audit log says');
  const entries = await product.deputiesJson<JsonObject[]>('audit', 'list', '--limit', '500');
  const counts = new Map<string, number>();
  for (const entry of entries) {
    const key = `${String(entry['outcome'])}${entry['code'] === null ? '' : ` (${String(entry['code'])})`}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  for (const [outcome, count] of counts) story.say(`${String(count).padStart(4)}  ${outcome}`);
  const effects = (tool: string): number =>
    entries.filter((entry) => entry['tool'] === tool && entry['outcome'] === 'succeeded' && entry['repeated'] === false)
      .length;
  const expected = {
    publication: { commit_publish_draft: 1, commit_unpublish_article: 1 },
    support: { commit_refund: 1, commit_reply_to_customer: 1, commit_export_customers: 1, commit_update_ticket: 0 },
  };
  for (const name of STORIES.filter((each) => told.includes(each))) {
    for (const [tool, count] of Object.entries(expected[name])) {
      story.check(`${tool} is on record ${count === 1 ? 'once' : 'never'}`, effects(tool) === count);
    }
  }
  story.check(
    'the refusals are on record too',
    entries.some((entry) => entry['code'] === 'plan_stale'),
  );
}

/** `npm run demo`. @returns the exit status. */
export async function main(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { help: { type: 'boolean', default: false } },
  });
  const unknown = positionals.find((name) => !STORIES.some((story) => story === name));
  if (values.help || unknown !== undefined) {
    (unknown === undefined ? process.stdout : process.stderr).write(HELP);
    return unknown === undefined ? 0 : 1;
  }
  await buildStale();
  const told = positionals.length === 0 ? [...STORIES] : positionals;
  const story = new Story();
  const drafts = await mkdtemp(join(tmpdir(), 'deputies-drafts-'));
  await cp(join(ROOT, 'backend-mock', 'fixtures', 'drafts'), drafts, { recursive: true });
  const product = await Product.start({ drafts });
  try {
    story.say(`Everything runs in ${product.folder}, and is removed at the end.`);
    if (told.includes('publication')) await tellPublication(story, product, drafts);
    if (told.includes('support')) await tellSupport(story, product);
    await record(story, product, told);
  } finally {
    await product.dispose();
    await rm(drafts, { recursive: true, force: true });
  }
  return story.end();
}
