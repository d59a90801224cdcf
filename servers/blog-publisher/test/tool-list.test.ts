import { describe, expect, test } from '@jest/globals';
import { TOOL_LIST } from '../src/tool-list.ts';
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

  test.each(TOOL_LIST)('shows $name as it was reviewed', (tool) => {
    const { name, title, description, annotations, inputSchema } = tool;
    expect({ name, title, description, annotations, inputSchema }).toMatchSnapshot();
  });

  test('costs a model no more than 4 KB', () => {
    const shown = TOOL_LIST.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
    expect(Buffer.byteLength(JSON.stringify(shown))).toBeLessThan(4096);
  });

  test('says of each commit that it writes and that the user must confirm', () => {
    for (const { kind, description } of tools) {
      if (kind === 'commit') expect(description).toMatch(/WRITES.*user must confirm/);
    }
  });
});
