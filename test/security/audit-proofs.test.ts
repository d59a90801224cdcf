import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { canonicalize } from '@narrow-deputies/signing';
import { formatVerifierKey, leafHash, parseTlogProof, verifierOf } from '@narrow-deputies/transparency-log';
import * as fc from 'fast-check';
import { verifyProofFile, type ProofFile } from '../../backend-mock/src/verifier/verify-proof.ts';
import { startHistory, type AuditedHistory } from '../support/audited-history.ts';
import { expectCaught } from '../support/broken.ts';
import { breakModule } from '../support/broken-verifier.ts';
import type { WirePerson } from '../support/lab.ts';
import { enrol } from '../support/plans-and-people.ts';

let history: AuditedHistory;
let auditor: WirePerson;
/** Of the commit that published, by its receipt. */
let auditId: string;
let proof: ProofFile;

beforeAll(async () => {
  history = await startHistory();
  auditor = await enrol(history.lab, 'aud', ['auditor']);
  await history.sequence();
  const { receipt } = await history.lab.backend.database.db
    .selectFrom('plans')
    .select('receipt')
    .where('id', '=', history.plans.published)
    .executeTakeFirstOrThrow();
  auditId = String((JSON.parse(receipt ?? '{}') as JsonObject)['auditId']);
  proof = (await history.lab.people.owner.call('prove_entry', { auditId })).json as ProofFile;
}, 120_000);
afterAll(() => history?.stop());

const asText = (file: object): string => JSON.stringify(file);

describe('the proof of an entry', () => {
  test('takes the id on a receipt, and nothing but itself to be verified [verify.proof]', () => {
    expect(verifyProofFile(asText(proof))).toMatchObject({
      ok: true,
      entry: { auditId, plan: history.plans.published, tool: 'commit_publish_draft', outcome: 'succeeded' },
    });
    expect(verifyProofFile(asText(proof), `${proof.vkey}\n`)).toMatchObject({ ok: true });
  });

  test('proves nothing once any byte of it is another one, in any of its parts [verify.proof]', () => {
    for (const part of ['entry', 'proof', 'vkey'] as const) {
      const bytes = Buffer.from(proof[part]);
      fc.assert(
        fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 127 }), (position, mask) => {
          const other = Buffer.from(bytes);
          other[position] = (other[position] ?? 0) ^ mask;
          expect(verifyProofFile(asText({ ...proof, [part]: other.toString('utf8') })).ok).toBe(false);
        }),
        { numRuns: 300 },
      );
    }
  });

  const isRefused = (verify: typeof verifyProofFile): void => {
    const entry = canonicalize({ ...(JSON.parse(proof.entry) as JsonObject), outcome: 'refused' });
    expect(verify(asText({ ...proof, entry }))).toMatchObject({ ok: false, code: 'not_included' });
  };

  test('is of one entry, under one key, in one form [verify.proof]', () => {
    isRefused(verifyProofFile);
    const [name = ''] = proof.vkey.split('+');
    const { privateKey } = generateKeyPairSync('ed25519');
    const foreign = formatVerifierKey(verifierOf({ name, privateKey }));
    expect(verifyProofFile(asText(proof), foreign)).toMatchObject({ code: 'key_mismatch' });
    expect(verifyProofFile(asText({ ...proof, vkey: foreign }))).toMatchObject({ code: 'unsigned' });
    expect(verifyProofFile(asText(proof), 'no key')).toMatchObject({ code: 'key_unusable' });
    for (const text of ['', '{}', '[]', asText({ ...proof, more: 1 }), asText({ ...proof, proof: 'x' })]) {
      expect(verifyProofFile(text)).toMatchObject({ ok: false, code: 'proof_malformed' });
    }
  });

  test('is not refused where inclusion is not verified [verify.proof, check.twins]', async () => {
    const credulous = await breakModule<{ verifyProofFile: typeof verifyProofFile }>('verify-proof.ts', {
      module: '@narrow-deputies/transparency-log',
      instead: () => ({ verifyTlogProof: () => ({ ok: true, index: 0, checkpoint: { size: 1, origin: '' } }) }),
    });
    await expectCaught(() => isRefused(credulous.verifyProofFile));
  });
});

describe('entries of the log, over the wire', () => {
  test('are read by administrators and auditors, word for word as the public hashes have them [verify.readers]', async () => {
    for (const person of [auditor, history.lab.people.owner]) {
      const { status, json } = await person.call('read_log_entries', { bundle: 0 });
      expect(status).toBe(200);
      const { entries, first, checkpoint } = json as { entries: string[]; first: number; checkpoint: string };
      expect(first).toBe(0);
      expect(Number(checkpoint.split('\n')[1])).toBe(entries.length);
      const hashes = Buffer.concat(entries.map((entry) => leafHash(Buffer.from(entry))));
      const tile = await fetch(`${history.lab.backend.backendUrl}/log/tile/0/000.p/${entries.length}`);
      expect(Buffer.from(await tile.arrayBuffer()).equals(hashes)).toBe(true);
      const own = (await person.call('prove_entry', { auditId })).json as ProofFile;
      expect(own.entry).toBe(entries[parseTlogProof(own.proof)?.index ?? -1]);
    }
  });

  test("are nobody else's, and what is not there is not found [verify.readers]", async () => {
    const { reviewer, owner } = history.lab.people;
    for (const [action, args] of [
      ['read_log_entries', { bundle: 0 }],
      ['prove_entry', { auditId }],
    ] as const) {
      const refused = await reviewer.call(action, args);
      expect(refused.json).toMatchObject({ status: 403, code: 'insufficient_scope' });
      expect(refused.text).not.toContain(proof.vkey);
      expect((await history.lab.entries()).at(-1)).toMatchObject({
        auditId: refused.json['auditId'],
        tool: `people.${action}`,
        outcome: 'refused',
      });
    }
    expect((await owner.call('read_log_entries', { bundle: 7 })).json).toMatchObject({ code: 'not_found' });
    expect((await owner.call('read_log_entries', { bundle: -1 })).json).toMatchObject({ code: 'invalid_arguments' });
    const unknown = await owner.call('prove_entry', { auditId: history.plans.published });
    expect(unknown.json).toMatchObject({ code: 'not_found' });
    // Its own entry is a moment old.
    const late = await owner.call('prove_entry', { auditId: String(unknown.json['auditId']) });
    expect([200, 404]).toContain(late.status);
  });
});
