/** A server with one tool for each way that a call can end; the tests start it as a child process. */
import { setTimeout } from 'node:timers/promises';
import { makeProblem } from '@narrow-deputies/contracts';
import * as z from 'zod';
import { createToolService, defineTool, listTools, Refusal, refuse, serve } from '../src/index.ts';

const READ = { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false };
const COMMIT = { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false };

const echo = defineTool({
  name: 'echo_word',
  title: 'Echo a word',
  description: 'Says a word again.',
  kind: 'read',
  annotations: READ,
  input: z.strictObject({ word: z.string().max(20), times: z.int().min(1).max(3).optional() }),
  output: z.strictObject({
    words: z.array(z.string()),
    traceparent: z.string(),
    client: z.string(),
    revision: z.string(),
  }),
  handler: async ({ word, times }, call) => ({
    words: Array.from({ length: times ?? 1 }, () => word),
    traceparent: call.traceparent,
    client: call.client?.name ?? '',
    revision: call.protocolVersion ?? '',
  }),
});

const list = defineTool({
  name: 'list_nothing',
  title: 'List nothing',
  description: 'Takes no arguments.',
  kind: 'read',
  annotations: READ,
  input: z.strictObject({}),
  output: z.strictObject({ items: z.array(z.string()) }),
  handler: async () => ({ items: [] }),
});

const slow = defineTool({
  name: 'get_slowly',
  title: 'Answer later',
  description: 'Answers after a while.',
  kind: 'read',
  annotations: READ,
  input: z.strictObject({ milliseconds: z.int() }),
  output: z.strictObject({ done: z.literal(true) }),
  handler: async ({ milliseconds }) => {
    await setTimeout(milliseconds);
    return { done: true as const };
  },
});

const fail = defineTool({
  name: 'get_failure',
  title: 'Fail',
  description: 'Fails in the named way.',
  kind: 'read',
  annotations: READ,
  input: z.strictObject({ way: z.enum(['throw', 'refuse', 'relay', 'misfit']) }),
  output: z.strictObject({ word: z.string().max(3) }),
  handler: async ({ way }) => {
    if (way === 'refuse')
      throw refuse('not_found', { detail: 'No such word.', errors: [{ pointer: '/way', message: 'Unknown.' }] });
    if (way === 'relay') throw new Refusal(makeProblem('denied_by_policy', { auditId: 'a-1' }), 'backend');
    if (way === 'misfit') return { word: 'far too long' };
    throw new Error('secret at /home/somebody/.token');
  },
});

const PENDING = '7b0d2c62-6c0e-4b51-9a55-0c7c1f5d9a01';
const commit = defineTool({
  name: 'commit_word',
  title: 'Commit a word',
  description: 'Writes. Confirm with the user first.',
  kind: 'commit',
  annotations: COMMIT,
  input: z.strictObject({ planId: z.uuid() }),
  output: z.strictObject({ receipt: z.string() }),
  handler: async ({ planId }) => {
    if (planId !== PENDING) return { receipt: planId };
    const expiresAt = '2030-01-01T00:00:00.000Z';
    const parts = { planId, approvalUrl: 'http://localhost:4181/plans/1', expiresAt };
    throw new Refusal(makeProblem('approval_required', parts), 'backend');
  },
});

const tools = [echo, list, slow, fail, commit];
serve({
  name: 'fixture',
  version: '1.2.3',
  instructions: 'Only for tests.',
  list: listTools(tools),
  load: async () => {
    process.stderr.write('loaded\n');
    if (process.argv[2] === 'unloadable') throw new Error('secret at /home/somebody/.token');
    return createToolService(tools, {
      onRefusal: ({ tool, code, pointers, arguments: given }) => {
        process.stderr.write(`refused ${JSON.stringify({ tool, code, pointers, given })}\n`);
      },
    });
  },
  onError: (error, { tool, traceId }) => process.stderr.write(`failed ${tool} ${String(error)} of ${traceId}\n`),
  stop: async () => {
    process.stderr.write('stopped\n');
  },
});
