import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import type { Code, JsonObject } from '@narrow-deputies/contracts';
import type { Forensic, Scene } from './forensic-cases.ts';
import { RUN } from './forensics.ts';
import { send, type WireReply } from './wire-client.ts';

interface Other extends Forensic {
  readonly code: Code;
}

const asking =
  (fields: Readonly<Record<string, string>>) =>
  async (scene: Scene): Promise<WireReply> =>
    scene.client.send(scene.client.tokenRequest({ run_id: RUN, ...fields }));
const GRANT = { tool: 'oauth.token', kind: 'grant', rules: ['check:grant-request'] } as const;
const SOME: unknown = expect.arrayContaining([expect.any(String)]);

/** What a client is refused at the token endpoint, once it has proved who it is. */
export const GRANTS: readonly Other[] = [
  { ...GRANT, code: 'insufficient_scope', details: { scopes: SOME }, make: asking({ scope: 'crm:get_customer' }) },
  {
    ...GRANT,
    code: 'task_mismatch',
    make: asking({
      authorization_details: JSON.stringify([{ type: 'moon', identifier: 'x', actions: ['list_drafts'] }]),
    }),
  },
  {
    ...GRANT,
    code: 'replayed',
    async make({ client }) {
      const request = client.tokenRequest({ run_id: RUN });
      await send(request);
      return client.send(request);
    },
  },
  {
    ...GRANT,
    code: 'unauthenticated',
    async make(scene) {
      const { db } = scene.lab.backend.database;
      const state = (value: 'active' | 'revoked'): Promise<unknown> =>
        db.updateTable('api_tokens').set({ state: value }).where('keyid', '=', scene.client.keyid).execute();
      await state('revoked');
      const reply = await asking({})(scene);
      await state('active');
      return reply;
    },
  },
  {
    ...GRANT,
    code: 'suspended',
    async make(scene) {
      const { owner } = scene.lab.people;
      const { json } = await owner.call('suspend', { kind: 'agent', target: 'publisher-agent' });
      const reply = await asking({})(scene);
      await owner.call('resume', { suspensionId: String(json['suspensionId']), reason: 'seen' });
      return reply;
    },
  },
  {
    ...GRANT,
    code: 'wrong_environment',
    async make(scene) {
      const { db } = scene.lab.backend.database;
      const set = (environment: string): Promise<unknown> =>
        db.updateTable('api_tokens').set({ environment }).where('keyid', '=', scene.client.keyid).execute();
      await set('staging');
      const reply = await asking({})(scene);
      await set('development');
      return reply;
    },
  },
  {
    ...GRANT,
    code: 'rate_limited',
    async make(scene) {
      for (let used = 0; used < 100; used++) {
        const reply = await asking({})(scene);
        if (reply.status === 429) return reply;
      }
      throw new Error('Nothing limits how many grants are given.');
    },
  },
];

const REPORT = { tool: 'plan_publish_draft', code: 'invalid_arguments', pointers: ['/filename'] };
const report = (differs: JsonObject): JsonObject => ({
  ...REPORT,
  argumentsDigest: `sha-256:${'0'.repeat(64)}`,
  ...differs,
});
const REFUSALS = '/v1/refusals';

/** What a server reports, and what of its reports is refused. */
export const REPORTS: readonly Other[] = [
  {
    kind: 'report',
    code: 'invalid_arguments',
    tool: 'plan_publish_draft',
    rules: ['self-reported'],
    details: { pointers: ['/filename'], argumentsDigest: expect.stringMatching(/^sha-256:/) },
    async make({ lab, client }) {
      const reply = await client.call(REFUSALS, report({}));
      const [entry] = (await lab.entries()).filter(({ auditId }) => auditId === reply.json['auditId']);
      // Its answer is no refusal: the entry says what the server refused.
      return { ...reply, json: { ...reply.json, code: entry?.['code'] ?? null } };
    },
  },
  {
    kind: 'report',
    code: 'invalid_arguments',
    tool: 'refusals',
    rules: [],
    details: { detail: expect.any(String) },
    make: ({ client }) => client.call(REFUSALS, report({ pointers: 'none' })),
  },
  {
    kind: 'report',
    code: 'replayed',
    tool: 'refusals',
    rules: [],
    details: { detail: expect.any(String) },
    async make({ client }) {
      const request = await client.operation(REFUSALS, report({}), { idempotencyKey: randomUUID() });
      await client.send(request);
      return client.send(request);
    },
  },
];
