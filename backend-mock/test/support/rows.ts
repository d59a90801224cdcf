import { randomUUID } from 'node:crypto';
import { digestOfBytes, digestOfJson } from '@narrow-deputies/signing';
import type { Article } from '../../src/blog/articles-repository.ts';
import type { TokenRecord } from '../../src/grants/tokens-repository.ts';
import type { Person, PersonRole } from '../../src/people/people-repository.ts';
import type { Plan } from '../../src/plans/plan.ts';

/** A fixed moment, milliseconds since the epoch. */
export const NOON = Date.UTC(2026, 10, 20, 12);
export const MINUTE = 60_000;

export const OWNER: Person = { id: 'p_owner', name: 'owner', roles: ['owner', 'administrator'], state: 'active' };
export const REVIEWER: Person = { id: 'p_reviewer', name: 'reviewer', roles: ['reviewer'], state: 'active' };

export const makePerson = (name: string, roles: readonly PersonRole[]): Person => ({
  id: `p_${name}`,
  name,
  roles,
  state: 'active',
});

/** A plan that waits for its owner, unlike every other: id and fingerprint are new. */
export function makePlan(overrides: Partial<Plan> = {}): Plan {
  const id = overrides.id ?? randomUUID();
  const preview = overrides.preview ?? { action: 'publish', slug: 'tea', title: 'Tea' };
  return {
    id,
    planTool: 'plan_publish_draft',
    commitTool: 'commit_publish_draft',
    clientId: 'blog-publisher',
    keyid: 'k'.repeat(43),
    ownerId: OWNER.id,
    agent: 'publisher-agent',
    environment: 'development',
    runId: null,
    taskId: null,
    traceId: 'a'.repeat(32),
    state: 'pending_approval',
    digest: digestOfJson({ plan: id }),
    fingerprint: digestOfJson({ same: id }),
    digestInput: `{"plan":"${id}"}`,
    arguments: { filename: 'tea.md' },
    resources: [{ type: 'article', id: 'tea', version: 0 }],
    preview,
    shownDigest: digestOfJson(preview),
    decision: {
      decision: 'require_approval',
      approval: 'owner',
      rules: ['commits-need-the-owner'],
      reasons: { 'commits-need-the-owner': 'Whatever an agent wants to change, a person agrees to first.' },
      input: { kind: 'commit', ships: true },
      policyVersion: 'people@0123456789ab',
      reviewerRoles: [],
      risk: { score: 50, level: 'medium', parts: [{ name: 'blog/ships', score: 30 }] },
      suspend: false,
      signs: [],
    },
    risk: { score: 50, level: 'medium', parts: [{ name: 'blog/ships', score: 30 }] },
    createdAt: NOON,
    expiresAt: NOON + 30 * MINUTE,
    committedAt: null,
    receipt: null,
    erasedAt: null,
    ...overrides,
  };
}

export const makeToken = (overrides: Partial<TokenRecord> = {}): TokenRecord => ({
  keyid: 'k'.repeat(43),
  clientId: 'blog-publisher',
  environment: 'development',
  publicX: 'x'.repeat(43),
  agent: 'publisher-agent',
  ownerId: OWNER.id,
  scopes: ['blog:list_drafts'],
  state: 'active',
  createdAt: NOON,
  expiresAt: NOON + 60 * MINUTE,
  ...overrides,
});

export function makeArticle(slug: string, version = 1): Article {
  const content = Buffer.from(`---\ntitle: ${slug}\n---\nBoil water.\n`);
  return {
    slug,
    version,
    state: 'published',
    filename: `${slug}.md`,
    title: slug,
    description: null,
    date: null,
    tags: [],
    content,
    contentDigest: digestOfBytes(content),
    html: '<p>Boil water.</p>',
    publishedAt: NOON,
    updatedAt: NOON,
  };
}
