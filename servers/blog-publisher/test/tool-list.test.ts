import { describe, expect, test } from '@jest/globals';
import { createTools } from '../src/tools/index.ts';
import { newBackend } from './support.ts';

const tools = createTools('/nowhere', newBackend());

describe('the list of tools [host.surface]', () => {
  test('is exactly this one', () => {
    expect(tools.map(({ name, kind }) => `${kind} ${name}`)).toEqual([
      'read list_drafts',
      'plan plan_publish_draft',
      'commit commit_publish_draft',
      'plan plan_unpublish_article',
      'commit commit_unpublish_article',
    ]);
  });

  test('says of each commit that it writes and that the user must confirm', () => {
    for (const { kind, description } of tools) {
      if (kind === 'commit') expect(description).toMatch(/WRITES.*user must confirm/);
    }
  });
});
