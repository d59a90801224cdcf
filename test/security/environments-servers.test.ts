import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { decodeJwt } from 'jose';
import { serverEntries } from '../../scripts/server-entries.ts';
import { expectCaught, startBrokenLab } from '../support/broken.ts';
import { callEntries, ENVIRONMENTS, PAIRS, type Environment } from '../support/environments.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { secretsIn } from '../support/secrets.ts';
import { StdioServer, type CallResult } from '../support/stdio-server.ts';

/** What a user would ask each server first. */
const FIRST: readonly (readonly [string, string, JsonObject])[] = [
  ['blog-publisher', 'list_drafts', {}],
  ['crm-reader', 'search_customers', { query: 'tee' }],
  ['ticket-handler', 'list_tickets', {}],
];

let drafts: string;
const labs = new Map<Environment, Lab>();
beforeAll(async () => {
  drafts = await realpath(await mkdtemp(join(tmpdir(), 'deputies-drafts-')));
  for (const environment of ENVIRONMENTS) labs.set(environment, await startLab({ environment }));
}, 60_000);
afterAll(async () => {
  for (const lab of labs.values()) await lab.stop();
  await rm(drafts, { recursive: true, force: true });
});

function labOf(environment: Environment): Lab {
  const lab = labs.get(environment);
  if (!lab) throw new Error(`There is no ${environment}.`);
  return lab;
}

/** Starts a server with the token of one lab against the backend of another, and makes its first call. */
async function firstCall(from: Lab, to: Lab, [server, tool, args]: (typeof FIRST)[number]): Promise<CallResult> {
  const { backendUrl } = to.backend;
  const entry = serverEntries({ backendUrl, tokens: from.tokens, draftsFolder: drafts })[server];
  if (!entry) throw new Error(`There is no ${server}.`);
  const started = new StdioServer(entry);
  try {
    return await started.call(tool, args);
  } finally {
    const { code, stdout, stderr } = await started.end();
    expect([server, code]).toEqual([server, 0]);
    expect(secretsIn(stdout + stderr, [{ name: 'token', value: from.tokens[server] ?? '' }])).toEqual([]);
  }
}

/** The user is told in words what is wrong, and that the same call again will not help. */
async function expectTold(from: Lab, to: Lab, first: (typeof FIRST)[number]): Promise<void> {
  const before = await callEntries(to);
  const { isError, data } = await firstCall(from, to, first);
  expect({ isError, code: data['code'], retryable: data['retryable'] }).toEqual({
    isError: true,
    code: 'wrong_environment',
    retryable: false,
  });
  expect(data['title']).toBe('The credential belongs to another environment');
  expect(data['detail']).toMatch(/A person has to look at its token; do not try again\.$/);
  expect(JSON.stringify(data)).not.toMatch(/Error:|\.js:|\.ts:|127\.0\.0\.1/);
  expect(await callEntries(to)).toEqual(before);
}

describe.each(PAIRS)('a server with a token of %s, at the backend of %s', (a, b) => {
  test.each(FIRST)('%s says so at its first call, %s [env.server]', (...first) =>
    expectTold(labOf(a), labOf(b), first),
  );
});

test.each(ENVIRONMENTS)('at its own backend, %s, each works [env.server]', async (environment) => {
  const lab = labOf(environment);
  for (const first of FIRST) expect(await firstCall(lab, lab, first)).toMatchObject({ isError: false });
});

type Verify = (assertion: string, issuer: string, ...rest: unknown[]) => Promise<unknown>;

test('a backend that takes assertions for any issuer is caught [check.twins, env.server]', async () => {
  const broken = await startBrokenLab(
    {
      module: 'backend-mock/src/grants/client-assertion.ts',
      instead: ({ verifyAssertion }) => ({
        verifyAssertion: (assertion: string, _issuer: string, ...rest: unknown[]) =>
          (verifyAssertion as Verify)(assertion, String(decodeJwt(assertion).aud), ...rest),
      }),
    },
    { environment: 'production' },
  );
  try {
    for (const first of FIRST) await expectCaught(() => expectTold(labOf('staging'), broken, first));
  } finally {
    await broken.stop();
  }
});
