import { describe, expect, test } from '@jest/globals';
import * as z from 'zod';
import { createToolService, defineTool, listTools, serve, type ToolDefinition } from '../src/index.ts';

const empty = z.strictObject({});
const good: ToolDefinition<typeof empty, typeof empty> = {
  name: 'list_things',
  title: 'List things',
  description: 'Lists things.',
  kind: 'read',
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  input: empty,
  output: empty,
  handler: async () => ({}),
};

describe('defineTool', () => {
  test('refuses a name that a host would refuse', () => {
    for (const name of ['', 'ListThings', 'list-things', '1list', 'a'.repeat(65), 'list things', 'list_things\n']) {
      expect(() => defineTool({ ...good, name })).toThrow(TypeError);
    }
    expect(defineTool({ ...good, name: 'a'.repeat(64) }).name).toHaveLength(64);
  });

  test('refuses text that could hide something from its reader', () => {
    expect(() => defineTool({ ...good, description: 'Lists\u202Ethings' })).toThrow(/ASCII/);
    expect(() => defineTool({ ...good, title: '' })).toThrow(/ASCII/);
  });

  test('refuses an input that would drop unknown properties silently', () => {
    expect(() => defineTool({ ...good, input: z.object({}) })).toThrow(/strictObject/);
  });

  test('refuses hints that contradict the kind', () => {
    expect(() => defineTool({ ...good, kind: 'commit' })).toThrow(/hints/);
    expect(() => defineTool({ ...good, kind: 'plan' })).toThrow(/hints/);
    expect(() => defineTool({ ...good, annotations: { ...good.annotations, readOnlyHint: false } })).toThrow(/hints/);
  });
});

test('serve refuses two tools of one name', () => {
  const tools = [defineTool(good), defineTool(good)];
  const load = async () => createToolService(tools);
  expect(() => serve({ name: 'a', version: '1', list: listTools(tools), load })).toThrow(/share a name/);
});

test('a call of a tool that there is not is an error', async () => {
  const origin = { traceparent: 1, client: 'x', protocolVersion: undefined, signal: new AbortController().signal };
  const observers = { onRefusal: () => undefined, onError: () => undefined };
  const { run } = createToolService([defineTool(good)]);
  await expect(run('toString', {}, origin, observers)).rejects.toThrow(TypeError);
  expect((await run('list_things', {}, origin, observers)).result.structuredContent).toEqual({});
});
