import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { canonicalize, sha256Hex } from '@narrow-deputies/signing';
import type { JsonObject } from '@narrow-deputies/contracts';
import { createLogger } from '../../backend-mock/src/common/logger.ts';
import { CheckpointCopies } from '../../backend-mock/src/log/checkpoint-copies.ts';
import { exportLog } from '../../backend-mock/src/log/export-log.ts';
import { Sequencer } from '../../backend-mock/src/log/sequencer.ts';
import { inviteFirst } from '../../backend-mock/src/people/invitations/first-invitation.ts';
import { verifyExport } from '../../backend-mock/src/verifier/verify-export.ts';
import { expectCaught } from '../support/broken.ts';
import { breakVerifier } from '../support/broken-verifier.ts';
import { copyOf, entriesIn, renumbered, writeEntries } from '../support/forged-export.ts';
import { draft, startLab, type Lab } from '../support/lab.ts';
import { PasskeyPerson } from '../support/passkey-person.ts';
import { TEST_LOG_KEY } from '../../backend-mock/test/support/log-key.ts';

const KEY = TEST_LOG_KEY;

let lab: Lab;
let root: string;
let exported: string;
let entries: JsonObject[];

/** A store of production, from its first link to an approved publication. */
beforeAll(async () => {
  lab = await startLab({ environment: 'production' });
  root = await mkdtemp(join(tmpdir(), 'deputies-production-'));
  const { database, environment } = lab.backend;
  const secret = randomBytes(32).toString('base64url');
  await inviteFirst(database, environment, 'owner', sha256Hex(secret));
  const owner = await PasskeyPerson.accept(lab, 'owner', secret);
  const { json } = await lab.wire.call('/v1/blog/plan_publish_draft', { filename: 'a.md', content: draft('A') });
  expect((await owner.decide('approve', String(json['planId']))).status).toBe(200);
  const done = await lab.wire.call('/v1/blog/commit_publish_draft', { planId: String(json['planId']) });
  expect({ status: done.status, text: done.text }).toMatchObject({ status: 200 });

  const copies = new CheckpointCopies(join(root, 'copies'));
  const sequencer = new Sequencer({ database, environment, key: TEST_LOG_KEY, copies, logger: createLogger('silent') });
  await sequencer.start();
  await sequencer.stop();
  exported = join(root, 'export');
  await exportLog(database, exported, { payloads: true });
  entries = (await entriesIn(exported)).map((text) => JSON.parse(text) as JsonObject);
}, 60_000);
afterAll(async () => {
  await lab?.stop();
  await rm(root, { recursive: true, force: true });
});

/** The same log with other entries, signed anew. */
async function signed(other: readonly JsonObject[], verify = verifyExport, number = renumbered) {
  const folder = await copyOf(exported, join(root, 'copy'));
  const texts = number(other).map((entry) => canonicalize(entry));
  await writeEntries(folder, texts, { key: KEY });
  return verify({ folder });
}

test('a log of production holds from its first person on [verify.enrolment, verify.export]', async () => {
  expect(await verifyExport({ folder: exported })).toMatchObject({
    ok: true,
    counts: { released: { approval: 1, task: 0, policy: 0 }, acts: 1, keys: 1 },
  });
});

test('no key file counts in it, and no link that nobody signed where somebody could sign one [verify.enrolment]', async () => {
  const template = entries.find(({ tool }) => tool === 'people.add_first');
  const owner = entries.find(({ tool }) => tool === 'people.enrol_passkey')?.['person'] ?? null;
  const made = (tool: string, details: JsonObject): JsonObject[] => [
    ...entries,
    { ...template, auditId: 'forged', time: entries.at(-1)?.['time'] ?? null, tool, person: owner, details },
  ];
  const unfounded = { ok: false, code: 'enrolment_unfounded', firstBad: entries.length };
  expect(await signed(made('people.enrol_first', { keyid: 'k'.repeat(43), assurance: 'simulated' }))).toMatchObject(
    unfounded,
  );
  const link = { invitationId: 'forged', roles: ['administrator', 'owner'] };
  expect(await signed(made('people.invite_first', link))).toMatchObject(unfounded);
});

test('a policy that nobody signed for is the first of its log, and no later one [verify.unsigned]', async () => {
  const template = entries.find(({ tool }) => tool === 'policy.activate');
  const details = { ...(template?.['details'] as JsonObject), digest: `sha-256:${'0'.repeat(64)}` };
  const time = entries.at(-1)?.['time'] ?? null;
  const later = [...entries, { ...template, auditId: 'forged', time, details }];
  expect(await signed(later)).toMatchObject({ ok: false, code: 'policy_unsigned', firstBad: entries.length });
  expect(await signed(entries)).toMatchObject({ ok: true, counts: { unsignedPolicies: [] } });
});

describe('the numbers of a writer', () => {
  const asTheyAre = (given: readonly JsonObject[]): JsonObject[] => [...given];

  test('have no gap, come once, and stand in every entry once they stand in one [verify.writers]', async () => {
    const at = entries.findIndex(({ tool }) => tool === 'self_check');
    const isFound = async (verify: typeof verifyExport): Promise<void> =>
      expect(await signed(entries.toSpliced(at, 1), verify, asTheyAre)).toMatchObject({
        ok: false,
        code: 'entries_lost',
        firstBad: at,
      });
    await isFound(verifyExport);
    const blind = await breakVerifier({
      module: 'writers.ts',
      instead: ({ Writers }) => ({
        Writers: class extends (Writers as new () => object) {
          check(): void {}
        },
      }),
    });
    await expectCaught(() => isFound(blind));
    const again = entries.toSpliced(at + 1, 0, entries[at] as JsonObject);
    expect(await signed(again, verifyExport, asTheyAre)).toMatchObject({ code: 'entry_repeated', firstBad: at + 1 });
    const { writer: _writer, ...old } = entries[at] as JsonObject;
    const unsaid = entries.with(at, { ...old, v: 1 });
    expect(await signed(unsaid, verifyExport, asTheyAre)).toMatchObject({ code: 'entry_unproven', firstBad: at });
  });
});
