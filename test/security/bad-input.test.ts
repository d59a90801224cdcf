import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SERVER_PROFILES } from '@narrow-deputies/backend-mock';
import { isCode, type JsonObject } from '@narrow-deputies/contracts';
import { scanText } from '@narrow-deputies/contracts/text';
import * as fc from 'fast-check';
import * as z from 'zod';
import { serverEntries } from '../../scripts/server-entries.ts';
import { mintToken } from '../support/clients.ts';
import { startLab, type Lab } from '../support/lab.ts';
import { connect, type McpSession } from '../support/mcp-session.ts';
import { around, fitting } from '../support/schema-arbitrary.ts';
import { seedRecords } from '../support/valid-calls.ts';
import { send, WireClient } from '../support/wire-client.ts';

/** Calls of each tool; the seed of a failing run is printed with it. */
const RUNS = 60;
/** A call that takes longer hangs. */
const PATIENCE_MS = 20_000;

let lab: Lab;
let drafts: string;
const sessions = new Map<string, McpSession>();
const wires = new Map<string, WireClient>();
beforeAll(async () => {
  drafts = await realpath(await mkdtemp(join(tmpdir(), 'deputies-drafts-')));
  await writeFile(join(drafts, 'first.md'), '---\ntitle: First\n---\n\nWords.\n');
  lab = await startLab();
  await seedRecords(lab);
  const tokens: Record<string, string> = {};
  for (const { server, agents } of SERVER_PROFILES) {
    // The agent that may do most there.
    const { agent, scopes } = agents.at(-1) ?? agents[0];
    const token = await mintToken(lab, `${server}-tried`, agent, scopes);
    wires.set(server, new WireClient(lab.backend.backendUrl, token));
    tokens[server] = token;
  }
  const entries = serverEntries({ backendUrl: lab.backend.backendUrl, tokens, draftsFolder: drafts });
  for (const [server, entry] of Object.entries(entries)) sessions.set(server, await connect(entry, '2026-07-28'));
}, 120_000);
afterAll(async () => {
  for (const session of sessions.values()) await session.close();
  await lab?.stop();
  await rm(drafts, { recursive: true, force: true });
}, 60_000);

/** Entries about somebody; a minute's count of noise may be written at any time. */
const recorded = async (): Promise<number> => {
  const { count } = await lab.backend.database.db
    .selectFrom('audit_entries')
    .select((of) => of.fn.countAll<number>().as('count'))
    .where('entry', 'not like', '%"kind":"noise"%')
    .executeTakeFirstOrThrow();
  return count;
};
const forgetLimits = (): Promise<unknown> => lab.backend.database.db.deleteFrom('limits').execute();

/** Fails when work does not end. */
async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('The call hangs.')), PATIENCE_MS);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function* strings(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) yield* strings(inner);
}

/** What may never leave: characters that hide, and words from inside. */
function expectClean(data: JsonObject): void {
  for (const text of strings(data)) {
    expect(scanText(text)).toEqual([]);
    expect(text).not.toMatch(/node_modules|SQLITE|at \w+ \(|\.ts:\d/);
  }
}

const argumentsOf = (schema: unknown): fc.Arbitrary<JsonObject> =>
  fc.oneof(fitting(schema as never), around(schema as never)) as fc.Arbitrary<JsonObject>;

describe.each(SERVER_PROFILES.map(({ server }) => server))('whatever a host sends to %s', (server) => {
  // What it refused by itself is reported by its end, and not in the middle of what follows.
  afterAll(() => sessions.get(server)?.close());

  test('is answered in time with an answer or a coded refusal, and is on record [wire.arguments, law.denials-recorded, text.contained]', async () => {
    const { TOOL_LIST } = (await import(`../../servers/${server}/src/tool-list.ts`)) as {
      TOOL_LIST: readonly { name: string; inputSchema: unknown }[];
    };
    const session = sessions.get(server);
    if (!session) throw new Error(`There is no session of ${server}.`);
    for (const { name, inputSchema } of TOOL_LIST) {
      await fc.assert(
        fc.asyncProperty(argumentsOf(inputSchema), async (args) => {
          await forgetLimits();
          const { isError, data } = await inTime(session.call(name, args));
          expectClean(data);
          if (!isError) return;
          expect([name, data['code'], isCode(data['code'])]).toEqual([name, data['code'], true]);
          expect(['internal', 'unavailable', 'audit_unavailable']).not.toContain(data['code']);
          expect(String(data['detail']).length).toBeGreaterThan(10);
        }),
        { numRuns: RUNS },
      );
    }
  }, 300_000);
});

describe.each(SERVER_PROFILES.map(({ server }) => server))('whatever a holder of the token of %s signs', (server) => {
  test('is answered below 500, by a known code, with one entry for each [wire.arguments, law.denials-recorded, law.backend-decides]', async () => {
    const wire = wires.get(server);
    if (!wire) throw new Error(`Nobody holds a token of ${server}.`);
    const grant = await wire.grant();
    const held = SERVER_PROFILES.find((profile) => profile.server === server)?.agents.at(-1)?.scopes ?? [];
    for (const contract of lab.backend.contracts.filter(({ scope }) => held.includes(scope))) {
      const schema = z.toJSONSchema(contract.arguments, { io: 'input', unrepresentable: 'any' });
      await fc.assert(
        fc.asyncProperty(argumentsOf(schema), async (args) => {
          await forgetLimits();
          const before = await recorded();
          const request = await wire
            .operation(`/v1/${contract.context}/${contract.name}`, args, { grant })
            .catch(() => undefined);
          // What has no canonical form cannot be signed.
          if (!request) return;
          const reply = await inTime(send(request));
          expect([contract.name, reply.status, reply.status < 500]).toEqual([contract.name, reply.status, true]);
          // Drafts are listed under the very names that were sent; the server makes them visible.
          if (contract.name !== 'list_drafts') expectClean(reply.json);
          if (reply.status !== 200) expect(isCode(reply.json['code'])).toBe(true);
          // What is refused before anybody is known is counted; what is known to somebody is an entry.
          if (!['not_canonical', 'malformed_request', 'request_too_large'].includes(String(reply.json['code']))) {
            expect(await recorded()).toBe(before + 1);
          }
        }),
        { numRuns: RUNS },
      );
    }
  }, 300_000);
});
