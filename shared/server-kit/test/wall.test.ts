import { describe, expect, test } from '@jest/globals';
import { problem } from '@narrow-deputies/contracts';
import * as fc from 'fast-check';
import * as z from 'zod';
import { pointerTo } from '../src/argument-errors.ts';
import { traceparentFrom } from '../src/traceparent.ts';
import { defineTool, runTool, type Call, type ObservedRefusal } from '../src/index.ts';

const CALL: Call = {
  traceparent: traceparentFrom(undefined),
  client: undefined,
  protocolVersion: undefined,
  signal: new AbortController().signal,
};

const tool = defineTool({
  name: 'get_thing',
  title: 'Get a thing',
  description: 'Gets a thing.',
  kind: 'read',
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  input: z.strictObject({ id: z.string().regex(/^[a-z]{3}$/) }),
  output: z.strictObject({ id: z.string() }),
  handler: async ({ id }) => ({ id }),
});

describe('the wall', () => {
  test('never throws and reports each refusal, whatever the arguments are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (given) => {
        const refusals: ObservedRefusal[] = [];
        const observers = { onRefusal: (refusal: ObservedRefusal) => refusals.push(refusal), onError: () => undefined };
        const { result } = await runTool(tool, given, CALL, observers);
        expect(result.isError).toBe(true);
        expect(result.structuredContent).toMatchObject({ code: 'invalid_arguments' });
        expect(refusals).toEqual([expect.objectContaining({ tool: 'get_thing', code: 'invalid_arguments' })]);
      }),
      { numRuns: 200 },
    );
  });

  test('never gives the value of an argument or an odd property name back', async () => {
    const given = { id: 'SECRET1', 'SECRET2 \u202E': 'SECRET3', nested: { SECRET4: 1 } };
    const { result } = await runTool(tool, given, CALL, { onRefusal: () => undefined, onError: () => undefined });
    expect(JSON.stringify(result)).not.toContain('SECRET');
    expect(result.structuredContent).toMatchObject({
      errors: expect.arrayContaining([expect.objectContaining({ pointer: '/id' })]),
    });
  });

  test('bounds how many errors it names', async () => {
    const given = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`key${n}`, n]));
    const { result } = await runTool(tool, given, CALL, { onRefusal: () => undefined, onError: () => undefined });
    expect(problem.parse(result.structuredContent).errors).toHaveLength(16);
  });
});

test('pointers are written as RFC 6901 section 5 shows', () => {
  expect(pointerTo([])).toBe('');
  expect(pointerTo(['a/b', 0, 'm~n'])).toBe('/a~1b/0/m~0n');
});

describe('traceparentFrom', () => {
  test('keeps what is valid and replaces what is not', () => {
    const valid = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00';
    expect(traceparentFrom(valid)).toBe(valid);
    const zeros = [
      '00-00000000000000000000000000000000-00f067aa0ba902b7-00',
      '00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-00',
    ];
    for (const bad of [
      undefined,
      1,
      '',
      valid.toUpperCase(),
      `${valid}-x`,
      `${valid}\n`,
      valid.replace('00-', '01-'),
      ...zeros,
    ]) {
      const fresh = traceparentFrom(bad);
      expect(fresh).not.toBe(bad);
      expect(traceparentFrom(fresh)).toBe(fresh);
    }
  });
});
