import { describe, expect, test } from '@jest/globals';
import { makeProblem, type JsonValue } from '@narrow-deputies/contracts';
import { makeVisible, scanText } from '@narrow-deputies/contracts/text';
import * as fc from 'fast-check';
import * as z from 'zod';
import { defineTool, Refusal, runTool, type Call, type Outcome, type Tool } from '../src/index.ts';
import { visibleJson } from '../src/visible.ts';

const CALL: Call = {
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
  client: undefined,
  protocolVersion: undefined,
  signal: new AbortController().signal,
};
const HIDDEN = [
  '\u202E',
  '\u200B',
  '\u200D',
  '\u001B[31m',
  '\u0000',
  '\u0085',
  '\uFEFF',
  '\u{E0041}',
  '\uD800',
  '\uFE0F',
];
/** What hides, what real text needs in its place, and what only looks as if it were one of them. */
const fragment = fc.oneof(
  fc.constantFrom(...HIDDEN, '👩‍💻', 'می‌خواهم', '❤️', '⟦U+202E⟧', '\\u202E', '"', '\r\n', '__proto__', 'toJSON'),
  fc.string({ unit: 'binary', maxLength: 8 }),
);
const text = fc.array(fragment, { maxLength: 6 }).map((parts) => parts.join(''));
const anything = fc.letrec<{ value: JsonValue; object: { [key: string]: JsonValue } }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    text,
    fc.oneof(fc.integer(), fc.boolean(), fc.constant(null)),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('object'),
  ),
  object: fc.dictionary(text, tie('value'), { maxKeys: 4, noNullPrototype: true }),
}));

/** Answers with anything at all, as a tool would whose backend is under somebody's command. */
const answering = (answer: () => Promise<Record<string, unknown>>, kind: 'read' | 'commit' = 'read'): Tool =>
  defineTool({
    name: 'get_thing',
    title: 'Get a thing',
    description: 'Gets a thing.',
    kind,
    annotations: {
      readOnlyHint: kind === 'read',
      destructiveHint: kind === 'commit',
      idempotentHint: true,
      openWorldHint: false,
    },
    input: z.strictObject({}),
    output: z.looseObject({}),
    handler: answer,
  });

const run = (tool: Tool): Promise<Outcome> =>
  runTool(tool, {}, CALL, { onRefusal: () => undefined, onError: () => undefined });

function* strings(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null) for (const pair of Object.entries(value)) yield* pairOf(pair);
}
function* pairOf([key, value]: readonly [string, unknown]): Generator<string> {
  yield key;
  yield* strings(value);
}

const hiddenIn = (value: unknown): string[] => [...strings(value)].filter((one) => scanText(one, 1).length > 0);

describe('the last wall of every answer [text.labelled]', () => {
  test('whatever a tool answers, no string and no key that leaves hides a character, in text or structure', async () => {
    await fc.assert(
      fc.asyncProperty(anything.object, async (answer) => {
        const { result } = await run(answering(async () => answer));
        expect(hiddenIn(result)).toEqual([]);
        expect(JSON.parse(result.content[0]?.type === 'text' ? result.content[0].text : '')).toEqual(
          result.structuredContent,
        );
      }),
      { numRuns: 500 },
    );
  });

  test('whatever a problem says, nothing in it hides', async () => {
    await fc.assert(
      fc.asyncProperty(text, text, async (one, other) => {
        const errors = [{ pointer: one, message: other }];
        const problem = makeProblem('denied_by_policy', { detail: one, auditId: other, conditions: [one], errors });
        const refusing = answering(() => Promise.reject(new Refusal(problem, 'backend')));
        const { result } = await run(refusing);
        expect(result).toMatchObject({ isError: true, structuredContent: { code: 'denied_by_policy' } });
        expect(hiddenIn(result)).toEqual([]);
      }),
    );
  });

  test('nor does the link of a plan that waits for a person, which is offered outside of the answer too', async () => {
    const problem = makeProblem('approval_required', {
      planId: 'c3b6ad1a-5b6d-4e6e-8a0c-3d3f0f7a5e11',
      approvalUrl: 'http://localhost:4181/plans/\u202E1',
      expiresAt: '2030-01-01T00:00:00.000Z',
    });
    const { pending, result } = await run(answering(() => Promise.reject(new Refusal(problem, 'backend')), 'commit'));
    expect(pending?.approvalUrl).toBe('http://localhost:4181/plans/⟦U+202E⟧1');
    expect(result.structuredContent).toEqual(pending);
  });

  test('what hides nothing leaves as it came', () => {
    fc.assert(
      fc.property(anything.object, (answer) => {
        fc.pre(hiddenIn(answer).length === 0);
        expect(visibleJson(answer)).toBe(JSON.stringify(answer));
      }),
    );
  });

  test('text, keys and what turns itself into JSON are made visible', () => {
    const answer = { 'a\u200Bb': [{ c: 'd\u202E' }], at: { toJSON: () => 'e\u001B' }, n: 1, none: null };
    expect(JSON.parse(visibleJson(answer))).toEqual({
      'a⟦U+200B⟧b': [{ c: 'd⟦U+202E⟧' }],
      at: 'e⟦U+001B⟧',
      n: 1,
      none: null,
    });
  });

  test('a wall that forgets keys, or looks no deeper than the first level, is caught [check.twins]', () => {
    const shallow = (answer: object): string =>
      JSON.stringify(answer, (key, value: unknown) =>
        typeof value === 'string' && key !== '' && Object.hasOwn(answer, key) ? makeVisible(value) : value,
      );
    const withoutKeys = (answer: object): string =>
      JSON.stringify(answer, (_key, value: unknown) => (typeof value === 'string' ? makeVisible(value) : value));
    for (const wall of [shallow, withoutKeys]) {
      const property = fc.property(anything.object, (answer) => hiddenIn(JSON.parse(wall(answer))).length === 0);
      expect(fc.check(property, { numRuns: 1000 }).failed).toBe(true);
    }
  });
});
