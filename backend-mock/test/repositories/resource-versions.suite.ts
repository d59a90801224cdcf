import { beforeEach, expect, test } from '@jest/globals';
import { findArticle, insertArticle } from '../../src/blog/articles-repository.ts';
import { isUniqueViolation, type Database, type Tx } from '../../src/database/database.ts';
import type { Resource } from '../../src/plans/plan.ts';
import { currentVersion, findMoved, isResourceType, takeVersions } from '../../src/plans/resource-versions.ts';
import type { Stores } from '../support/engines.ts';
import { atOnce, overlap, valueOf } from '../support/race.ts';
import { makeArticle } from '../support/rows.ts';

const article = (id: string, version: number): Resource => ({ type: 'article', id, version });

/** What a commit of a new article does; its primary key decides a race that both entered seeing nothing. */
const create = async (tx: Tx, title: string): Promise<'created'> => {
  if (await takeVersions(tx, [article('coffee', 0)])) throw new Error('exists already');
  await insertArticle(tx, { ...makeArticle('coffee'), title });
  return 'created';
};

export function resourceVersionsSuite(stores: Stores): void {
  let store: Database;
  beforeEach(async () => {
    store = await stores.fresh();
    await store.transaction(async (tx) => {
      for (const slug of ['tea', 'water']) await insertArticle(tx, makeArticle(slug, 3));
    });
  });
  const take = (resources: readonly Resource[]): ReturnType<typeof takeVersions> =>
    store.transaction((tx) => takeVersions(tx, resources));
  const version = (id: string): Promise<number> =>
    store.transaction((tx) => currentVersion(tx, { type: 'article', id }));

  test('a resource at the version that the plan saw goes to the next one', async () => {
    expect(await take([article('tea', 3)])).toBeUndefined();
    expect(await version('tea')).toBe(4);
    expect(await version('water')).toBe(3);
  });

  test('a resource at another version is named with its version now, and keeps it', async () => {
    expect(await take([article('tea', 2)])).toEqual({ resource: article('tea', 2), now: 3 });
    expect(await version('tea')).toBe(3);
  });

  test('a resource that is gone is named with version 0', async () => {
    expect(await take([article('coffee', 1)])).toEqual({ resource: article('coffee', 1), now: 0 });
  });

  test('a resource that should not exist may not', async () => {
    expect(await take([article('coffee', 0)])).toBeUndefined();
    expect(await take([article('tea', 0)])).toEqual({ resource: article('tea', 0), now: 3 });
    expect(await version('tea')).toBe(3);
  });

  test('every resource of a plan has to be unchanged', async () => {
    const failing = store.transaction(async (tx) => {
      const moved = await takeVersions(tx, [article('water', 2), article('tea', 3)]);
      if (moved) throw new Error(`${moved.resource.id} moved`);
    });
    await expect(failing).rejects.toThrow('water moved');
    expect(await version('tea')).toBe(3);
  });

  test('a pinned resource has to be unchanged, and keeps its version', async () => {
    const pinned = (id: string, at: number): Resource => ({ ...article(id, at), pinned: true });
    expect(await take([pinned('water', 3), article('tea', 3)])).toBeUndefined();
    expect(await version('water')).toBe(3);
    expect(await version('tea')).toBe(4);
    expect(await take([pinned('water', 3), pinned('tea', 3)])).toEqual({ resource: pinned('tea', 3), now: 4 });
    expect(await take([pinned('coffee', 1)])).toEqual({ resource: pinned('coffee', 1), now: 0 });
  });

  test('more resources than one statement takes are all looked at', async () => {
    const many = Array.from({ length: 1200 }, (_, at) => `a${String(at).padStart(4, '0')}`);
    await store.transaction(async (tx) => {
      for (const slug of many) await insertArticle(tx, makeArticle(slug, 2));
    });
    const resources = many.map((id): Resource => ({ ...article(id, 2), pinned: true }));
    expect(await take(resources)).toBeUndefined();
    expect(await take([article('a1199', 2)])).toBeUndefined();
    const moved = { resource: { ...article('a1199', 2), pinned: true }, now: 3 };
    expect(await take(resources)).toEqual(moved);
    expect(await store.transaction((tx) => findMoved(tx, resources))).toEqual(moved);
  });

  test('a commit that changes what another has pinned waits, and then sees whether it went through', async () => {
    const results = await overlap(
      store,
      (tx) => takeVersions(tx, [{ ...article('tea', 3), pinned: true }]),
      (tx) => takeVersions(tx, [article('tea', 3)]),
    );
    expect(results.map(valueOf)).toEqual([undefined, undefined]);
    expect(await version('tea')).toBe(4);
  });

  test('a type that no table holds is an error, not a resource that is unchanged', async () => {
    expect(isResourceType('article')).toBe(true);
    for (const type of ['invoice', 'plans', 'constructor', '__proto__']) expect(isResourceType(type)).toBe(false);
    await expect(take([{ type: 'invoice', id: 'tea', version: 3 }])).rejects.toThrow('invoice');
  });

  test('of two commits that race to update one article exactly one wins', async () => {
    const results = await overlap(
      store,
      (tx) => takeVersions(tx, [article('tea', 3)]),
      (tx) => takeVersions(tx, [article('tea', 3)]),
    );
    expect(results.map(valueOf)).toEqual([undefined, { resource: article('tea', 3), now: 4 }]);
    expect(await version('tea')).toBe(4);
  });

  test('a commit that waited for one that failed wins in its place', async () => {
    const [, second] = await overlap(
      store,
      (tx) => takeVersions(tx, [article('tea', 3)]),
      (tx) => takeVersions(tx, [article('tea', 3)]),
      'rollback',
    );
    expect(valueOf(second)).toBeUndefined();
    expect(await version('tea')).toBe(4);
  });

  test('of two commits that race to create one article exactly one wins', async () => {
    const [first, second] = await overlap(
      store,
      (tx) => create(tx, 'first'),
      (tx) => create(tx, 'second'),
    );
    expect(valueOf(first)).toBe('created');
    expect(second.status).toBe('rejected');
    const reason: unknown = second.status === 'rejected' ? second.reason : undefined;
    expect(isUniqueViolation(reason) || String(reason) === 'Error: exists already').toBe(true);
    expect((await findArticle(store.db, 'coffee'))?.title).toBe('first');
  });

  test('commits that touch the same articles in opposite order do not wait for each other in a circle', async () => {
    const both = [article('tea', 3), article('water', 3)];
    let runs = 0;
    const results = await atOnce(store, 10, (tx, index) => {
      runs++;
      return takeVersions(tx, index % 2 ? both : both.toReversed());
    });
    // A transaction that was given up to end a circle would have run twice.
    expect(runs).toBe(10);
    expect(results.filter((moved) => moved === undefined)).toHaveLength(1);
    expect([await version('tea'), await version('water')]).toEqual([4, 4]);
  });
}
