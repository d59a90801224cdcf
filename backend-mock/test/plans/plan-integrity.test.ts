import { describe, expect, test } from '@jest/globals';
import { digestOfBytes, digestOfJson } from '@narrow-deputies/signing';
import type { Database } from '../../src/database/database.ts';
import { digestPlan } from '../../src/plans/plan-digest.ts';
import { isUnchanged, matchesItsDigests } from '../../src/plans/plan-integrity.ts';
import type { Plan } from '../../src/plans/plan.ts';
import { insertPlan, storedContents } from '../../src/plans/plans-repository.ts';
import { useStores } from '../support/engines.ts';
import { makePlan } from '../support/rows.ts';

const DRAFT = { name: 'draft', bytes: Buffer.from('Boil water.'), digest: digestOfBytes(Buffer.from('Boil water.')) };

/** A plan whose digests are its own. */
function makeSound(contents: Readonly<Record<string, string>> = {}): Plan {
  const plan = makePlan();
  const { digest, input } = digestPlan(
    {
      tool: plan.commitTool,
      schemaDigest: 'sha-256:schema',
      arguments: plan.arguments,
      asked: {},
      contents,
      resources: plan.resources,
      client: plan.clientId,
      owner: plan.ownerId,
      environment: plan.environment,
      task: null,
      policyVersion: 'people@0123456789ab',
    },
    plan.expiresAt,
  );
  return { ...plan, digest, digestInput: input };
}

describe('a stored plan [plan.bound]', () => {
  const sound = makeSound();

  test('is what its digests say', () => {
    expect(matchesItsDigests(sound, 'development')).toBe(true);
  });

  const changes: readonly (readonly [string, Partial<Plan>])[] = [
    ['its preview', { preview: { action: 'publish', title: 'Other' } }],
    ['its preview and that digest', { shownDigest: digestOfJson({}) }],
    ['its digest', { digest: digestOfJson({}) }],
    ['what its digest covers', { digestInput: `${sound.digestInput} ` }],
    ['its arguments', { arguments: { filename: 'other.md' } }],
    ['its resources', { resources: [{ type: 'article', id: 'tea', version: 1 }] }],
    ['its tool', { commitTool: 'commit_refund' }],
    ['its client', { clientId: 'other' }],
    ['its owner', { ownerId: 'p_other' }],
    ['its end', { expiresAt: sound.expiresAt + 1 }],
    ['its input into no JSON', { digestInput: '{' }],
    ['its input into nothing', { digestInput: 'null' }],
  ];
  test.each(changes)('is not when somebody changed %s', (_what, differs) => {
    expect(matchesItsDigests({ ...sound, ...differs }, 'development')).toBe(false);
  });

  test('belongs to one environment', () => {
    expect(matchesItsDigests(sound, 'production')).toBe(false);
  });
});

describe('what a stored plan carries [plan.bound]', () => {
  const stores = useStores('sqlite');
  const unchanged = (database: Database, plan: Plan): Promise<boolean> =>
    database.transaction(async (tx) => isUnchanged(plan, await storedContents(tx, plan.id), 'development'));

  test.each([
    ['as it was', [DRAFT], true],
    ['changed', [{ ...DRAFT, bytes: Buffer.from('Boil oil.') }], false],
    ['gone', [], false],
    ['more than it was', [DRAFT, { ...DRAFT, name: 'second' }], false],
  ])('is %s: %#', async (_how, contents, expected) => {
    const database = await stores.fresh();
    const plan = makeSound({ draft: DRAFT.digest });
    await database.transaction((tx) => insertPlan(tx, plan, contents));
    expect(await unchanged(database, plan)).toBe(expected);
  });
});
