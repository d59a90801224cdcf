import { describe, expect, test } from '@jest/globals';
import { Refusal } from '../../src/common/refusal.ts';
import type { AuthorizationDetail } from '../../src/grants/grant.ts';
import { taskCovers, taskCoversResources } from '../../src/grants/task-details.ts';

const UNPUBLISH: AuthorizationDetail = {
  type: 'article',
  identifier: 'tea',
  actions: ['plan_unpublish', 'commit_unpublish'],
};
const PUBLISH: AuthorizationDetail = { type: 'article', identifier: 'water', actions: ['plan_publish'] };
const tea = { type: 'article', id: 'tea' };
const water = { type: 'article', id: 'water' };

const verdict = (check: () => void): string => {
  try {
    check();
    return 'covered';
  } catch (error) {
    return error instanceof Refusal ? error.code : String(error);
  }
};
const covers = (details: readonly AuthorizationDetail[] | null, tool: string): string =>
  verdict(() => taskCovers(details, tool));
const coversResources = (
  details: readonly AuthorizationDetail[] | null,
  tool: string,
  resources: readonly { type: string; id: string }[],
): string => verdict(() => taskCoversResources(details, { name: tool, resourceType: 'article' }, resources));

describe('a grant that is not narrowed', () => {
  test('covers every tool and resource', () => {
    expect(covers(null, 'anything')).toBe('covered');
    expect(coversResources(null, 'anything', [tea, water])).toBe('covered');
    expect(coversResources(null, 'anything', [])).toBe('covered');
  });
});

describe('a grant that is narrowed to a task [grant.task]', () => {
  test('covers the tools that any of its details names, and no other', () => {
    expect(covers([UNPUBLISH, PUBLISH], 'plan_unpublish')).toBe('covered');
    expect(covers([UNPUBLISH, PUBLISH], 'plan_publish')).toBe('covered');
    expect(covers([UNPUBLISH, PUBLISH], 'commit_publish')).toBe('task_mismatch');
    expect(covers([UNPUBLISH], 'plan_unpublish ')).toBe('task_mismatch');
  });

  test('without any detail covers nothing', () => {
    expect(covers([], 'plan_publish')).toBe('task_mismatch');
    expect(coversResources([], 'plan_publish', [tea])).toBe('task_mismatch');
  });

  test('covers the resource that a detail naming the tool identifies', () => {
    expect(coversResources([UNPUBLISH, PUBLISH], 'plan_unpublish', [tea])).toBe('covered');
    expect(coversResources([UNPUBLISH, PUBLISH], 'plan_publish', [water])).toBe('covered');
  });

  test('covers what follows from that resource along with it, never by itself', () => {
    const picture = { type: 'picture', id: 'cup' };
    expect(coversResources([UNPUBLISH], 'plan_unpublish', [tea, picture])).toBe('covered');
    const named = { type: 'picture', identifier: 'cup', actions: ['plan_unpublish'] };
    expect(coversResources([named], 'plan_unpublish', [water, picture])).toBe('task_mismatch');
  });

  test.each([
    ['another id', 'plan_unpublish', [{ type: 'article', id: 'coffee' }]],
    ['another type', 'plan_unpublish', [{ type: 'ticket', id: 'tea' }]],
    ['a resource of another tool of the same task', 'plan_unpublish', [water]],
    ['one resource too many', 'plan_unpublish', [tea, water]],
    ['no resource at all', 'plan_unpublish', []],
    ['only what follows from a resource', 'plan_unpublish', [{ type: 'picture', id: 'tea' }]],
  ])('does not cover %s', (_what, tool, resources) => {
    expect(coversResources([UNPUBLISH, PUBLISH], tool, resources)).toBe('task_mismatch');
  });
});
