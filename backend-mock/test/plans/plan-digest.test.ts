import { describe, expect, test } from '@jest/globals';
import { sha256Hex } from '@narrow-deputies/signing';
import { digestPlan, type PlanFacts } from '../../src/plans/plan-digest.ts';
import { NOON } from '../support/rows.ts';

const FACTS: PlanFacts = {
  tool: 'commit_publish_draft',
  schemaDigest: `sha-256:${'a'.repeat(64)}`,
  arguments: { filename: 'tea.md', contentDigest: 'sha-256:b' },
  asked: { filename: 'tea.md', content: { length: 11 } },
  contents: { draft: `sha-256:${'b'.repeat(64)}` },
  resources: [{ type: 'article', id: 'tea', version: 3 }],
  client: 'blog-publisher',
  owner: 'p_owner',
  environment: 'development',
  task: null,
  policyVersion: 'people@0123456789ab',
};
const BASE = digestPlan(FACTS, NOON);

const CHANGES: Readonly<Record<string, Partial<PlanFacts>>> = {
  tool: { tool: 'commit_unpublish_article' },
  'schema digest': { schemaDigest: `sha-256:${'c'.repeat(64)}` },
  "argument's value": { arguments: { ...FACTS.arguments, filename: 'water.md' } },
  "argument's name": { arguments: { file: 'tea.md', contentDigest: 'sha-256:b' } },
  'number of arguments': { arguments: { filename: 'tea.md' } },
  'asked argument': { asked: { filename: 'tea.md', content: { length: 12 } } },
  "content's bytes": { contents: { draft: `sha-256:${'d'.repeat(64)}` } },
  "content's name": { contents: { other: `sha-256:${'b'.repeat(64)}` } },
  'number of contents': { contents: {} },
  'resource type': { resources: [{ type: 'ticket', id: 'tea', version: 3 }] },
  'resource id': { resources: [{ type: 'article', id: 'water', version: 3 }] },
  'resource version': { resources: [{ type: 'article', id: 'tea', version: 4 }] },
  'number of resources': { resources: [] },
  client: { client: 'blog-publisher-2' },
  owner: { owner: 'p_another' },
  environment: { environment: 'production' },
  task: { task: 'ticket:1842' },
  'policy version': { policyVersion: 'people@ba9876543210' },
};

describe('digestPlan [plan.bound]', () => {
  test('every fact of a plan is among the changes below', () => {
    const touched = new Set(Object.values(CHANGES).flatMap((change) => Object.keys(change)));
    expect([...touched].toSorted()).toEqual(Object.keys(FACTS).toSorted());
  });

  test.each(Object.entries(CHANGES))('another %s is another digest and another fingerprint', (_what, change) => {
    const changed = digestPlan({ ...FACTS, ...change }, NOON);
    expect(changed.digest).not.toBe(BASE.digest);
    expect(changed.fingerprint).not.toBe(BASE.fingerprint);
  });

  test('another expiry is another digest, and the same fingerprint', () => {
    const later = digestPlan(FACTS, NOON + 1);
    expect(later.digest).not.toBe(BASE.digest);
    expect(later.fingerprint).toBe(BASE.fingerprint);
  });

  test('the digest is SHA-256 over the input, which is in canonical form', () => {
    expect(BASE.digest).toBe(`sha-256:${sha256Hex(BASE.input)}`);
    expect(BASE.input).toBe(
      '{"arguments":{"contentDigest":"sha-256:b","filename":"tea.md"},' +
        '"asked":{"content":{"length":11},"filename":"tea.md"},"client":"blog-publisher",' +
        `"contents":{"draft":"sha-256:${'b'.repeat(64)}"},"environment":"development",` +
        '"expiresAt":"2026-11-20T12:00:00.000Z","owner":"p_owner","policyVersion":"people@0123456789ab",' +
        '"resources":[{"id":"tea","type":"article","version":3}],' +
        `"schemaDigest":"sha-256:${'a'.repeat(64)}","task":null,"tool":"commit_publish_draft"}`,
    );
  });

  test('the order in which facts are written changes nothing', () => {
    const reversed = Object.fromEntries(Object.entries(FACTS).toReversed()) as unknown as PlanFacts;
    expect(digestPlan(reversed, NOON)).toEqual(BASE);
  });

  test('what a resource says beyond type, id and version is not covered', () => {
    const [resource] = FACTS.resources;
    if (!resource) throw new Error('There is a resource.');
    const more = { ...resource, note: 'x' };
    expect(digestPlan({ ...FACTS, resources: [more] }, NOON)).toEqual(BASE);
  });
});
