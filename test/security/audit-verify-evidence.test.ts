import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import {
  canonicalize,
  contentDigest,
  generateSeed,
  keyThumbprint,
  PERSON_PROFILE,
  privateKeyFromSeed,
  publicJwk,
  sha256Hex,
  signRequest,
} from '@narrow-deputies/signing';
import type { AssertionResponse } from '../../backend-mock/src/people/passkeys/passkey-evidence.ts';
import { verifyExport } from '../../backend-mock/src/verifier/verify-export.ts';
import type { Lies } from '../../backend-mock/test/support/soft-authenticator.ts';
import { startHistory, type AuditedHistory } from '../support/audited-history.ts';
import { expectCaught } from '../support/broken.ts';
import { breakVerifier } from '../support/broken-verifier.ts';
import { changeLine, copyOf, entriesIn, linesOf, type Line } from '../support/forged-export.ts';

type Verify = typeof verifyExport;
type Fields = Record<string, JsonObject>;

let history: AuditedHistory;
let exported: string;
let place: string;
let entries: JsonObject[];

beforeAll(async () => {
  history = await startHistory();
  exported = await history.export();
  place = await history.folder();
  entries = (await entriesIn(exported)).map((text) => JSON.parse(text) as JsonObject);
}, 120_000);
afterAll(() => history?.stop());

/** Index of the effect of a plan. */
const effectOf = (name: keyof AuditedHistory['plans']): number =>
  entries.findIndex(
    (entry) =>
      entry['plan'] === history.plans[name] &&
      entry['kind'] === 'commit' &&
      entry['outcome'] === 'succeeded' &&
      entry['repeated'] === false,
  );
const indexOf = (tool: string): number => entries.findIndex((entry) => entry['tool'] === tool);

/** What a verification says of an export that somebody changed. */
async function after(change: (folder: string) => Promise<unknown>, verify: Verify = verifyExport) {
  const folder = await copyOf(exported, join(place, 'copy'));
  await change(folder);
  return verify({ folder });
}

const evidence =
  (index: number, change: (line: Line) => JsonObject | undefined) =>
  (folder: string): Promise<void> =>
    changeLine(folder, 'evidence.jsonl', index, change);

const changePlan = (line: Line, change: (plan: JsonObject) => JsonObject): JsonObject => {
  const plan = line['plan'] as JsonObject;
  return { ...line, plan: { ...plan, ...change(plan) } };
};
const changeApproval = (line: Line, change: (approval: JsonObject) => JsonObject): JsonObject => {
  const [first = {}, ...rest] = line['approvals'] as JsonObject[];
  return { ...line, approvals: [{ ...first, ...change(first) }, ...rest] };
};

/** A request like the one that was signed, signed by another key under a name of its owner's choice. */
function signedBy(seed: Uint8Array, approval: JsonObject, keyid?: string): JsonObject {
  const key = privateKeyFromSeed(seed);
  const { headers, targetUri, body } = approval['evidence'] as Fields & { targetUri: string; body: string };
  const { 'signature-input': _input, signature: _signature, ...covered } = headers as Record<string, string>;
  const created = Math.floor(Date.now() / 1000);
  const name = keyid ?? keyThumbprint(publicJwk(key));
  const signature = signRequest(
    PERSON_PROFILE,
    { method: 'POST', targetUri, headers: covered },
    { created, expires: created + 30, nonce: 'n'.repeat(24), keyid: name },
    key,
  );
  return { keyid: name, evidence: { method: 'POST', targetUri, headers: { ...covered, ...signature }, body } };
}

/** The approvals that stand beside an effect. */
async function approvalsOf(index: number): Promise<JsonObject[]> {
  const line = (await linesOf(exported, 'evidence.jsonl')).find((each) => each.index === index);
  return (line?.['approvals'] ?? []) as JsonObject[];
}

/** What of an authenticator's answer is kept. */
const signatureIn = ({ clientDataJSON, authenticatorData, signature }: AssertionResponse['response']): JsonObject => ({
  clientDataJSON,
  authenticatorData,
  signature,
});

describe('the plan of an effect', () => {
  test('is the one that was committed, and no other [verify.plan]', async () => {
    const index = effectOf('byPolicy');
    const other = (await linesOf(exported, 'evidence.jsonl')).find((line) => line.index === effectOf('byTask'));
    const swapped = evidence(index, (line) => ({ ...line, plan: other?.['plan'] ?? null }));
    expect(await after(swapped)).toMatchObject({ code: 'plan_mismatch', firstBad: index });
    // Somebody with the whole store makes every digest fit: the entry still names the plan that was committed.
    const raised = evidence(index, (line) =>
      changePlan(line, ({ digestInput }) => {
        const input = JSON.parse(String(digestInput)) as Fields;
        const forged = canonicalize({ ...input, arguments: { ...input['arguments'], amount: 99 } });
        return { digestInput: forged, digest: `sha-256:${sha256Hex(forged)}` };
      }),
    );
    const isFound = async (verify: Verify): Promise<void> =>
      expect(await after(raised, verify)).toMatchObject({ code: 'plan_mismatch', firstBad: index });
    await isFound(verifyExport);
    const credulous = await breakVerifier({
      module: 'commits.ts',
      instead: ({ Commits }) => ({
        Commits: class extends (Commits as new (...given: unknown[]) => object) {
          check(): void {}
        },
      }),
    });
    await expectCaught(() => isFound(credulous));
  });

  test('has to be there, with what people saw [verify.plan]', async () => {
    const index = effectOf('published');
    expect(await after(evidence(index, (line) => ({ ...line, plan: null })))).toMatchObject({
      code: 'plan_missing',
      firstBad: index,
    });
    expect(await after(evidence(index, () => undefined))).toMatchObject({ code: 'evidence_missing', firstBad: index });
    const unseen = evidence(index, (line) => changePlan(line, () => ({ preview: null, shownDigest: null })));
    expect(await after(unseen)).toMatchObject({ code: 'plan_mismatch', firstBad: index });
    const other = evidence(index, (line) => changePlan(line, () => ({ preview: { title: 'Coffee' } })));
    expect(await after(other)).toMatchObject({ code: 'plan_mismatch', firstBad: index });
  });
});

describe('the approval of an effect', () => {
  const seed = generateSeed();
  const isFound = async (change: (line: Line) => JsonObject, code: string, verify: Verify = verifyExport) => {
    const index = effectOf('published');
    expect(await after(evidence(index, change), verify)).toMatchObject({ ok: false, code, firstBad: index });
  };
  const forged = (line: Line): JsonObject =>
    changeApproval(line, (approval) => signedBy(seed, approval, String(approval['keyid'])));

  test('is signed with the key that it names, over this very plan [verify.approval]', async () => {
    await isFound(forged, 'approval_invalid');
    const [other] = await approvalsOf(effectOf('sealed'));
    await isFound(
      (line) => changeApproval(line, () => ({ keyid: other?.['keyid'] ?? '', evidence: other?.['evidence'] ?? {} })),
      'approval_invalid',
    );
    await isFound((line) => ({ ...line, approvals: [] }), 'approval_missing');
    await isFound((line) => changeApproval(line, () => ({ id: 'another' })), 'approval_missing');
  });

  test('is not found out where signatures are not verified [verify.approval, check.twins]', async () => {
    const credulous = await breakVerifier({
      module: 'signed-act.ts',
      instead: () => ({
        verifySignedAct: ({ body, act }: { body?: string; act?: string }) => {
          const signed = JSON.parse(act ?? '{}') as JsonObject;
          return { action: 'approve', arguments: JSON.parse(body ?? 'null') ?? signed['arguments'], requestId: '' };
        },
      }),
    });
    await expectCaught(() => isFound(forged, 'approval_invalid', credulous));
  });

  test('comes from somebody whom an earlier entry enrolled, whatever stands in people.jsonl [verify.enrolment]', async () => {
    await isFound((line) => changeApproval(line, (approval) => signedBy(seed, approval)), 'approver_not_enrolled');
    const enrolled = indexOf('people.enrol_first');
    const mine = publicJwk(privateKeyFromSeed(seed)).x;
    const replaced = (folder: string) =>
      changeLine(folder, 'people.jsonl', enrolled, (line) => ({ ...line, publicKey: mine }));
    expect(await after(replaced)).toMatchObject({ code: 'enrolment_unfounded', firstBad: enrolled });
    const added = (folder: string) =>
      appendFile(
        join(folder, 'people.jsonl'),
        `${canonicalize({ index: entries.length - 1, keyid: 'k', kind: 'key', publicKey: mine })}\n`,
      );
    expect(await after(added)).toMatchObject({ code: 'evidence_unexpected', firstBad: entries.length - 1 });
  });

  test('by passkey is one for this relying party, with its person verified, over this act [verify.passkey]', async () => {
    const index = effectOf('replied');
    const [approval] = await approvalsOf(index);
    const { act = '' } = (approval?.['evidence'] ?? {}) as { act?: string };
    const challenge = Buffer.from(sha256Hex(act), 'hex').toString('base64url');
    const answered = (lies: Lies, said = challenge) =>
      evidence(index, (each) =>
        changeApproval(each, (old) => {
          const { response } = history.people.owner.passkey.get(said, lies);
          return { evidence: { ...(old['evidence'] as JsonObject), ...signatureIn(response) } };
        }),
      );
    expect(await after(answered({}))).toMatchObject({ ok: true });
    const refused = { ok: false, code: 'approval_invalid', firstBad: index };
    for (const lies of [
      { userVerified: false },
      { userPresent: false },
      { rpId: 'evil.example' },
      { origin: 'https://evil.example' },
      { origin: 'no origin' },
      { type: 'webauthn.create' },
    ]) {
      expect(await after(answered(lies))).toMatchObject(refused);
    }
    expect(await after(answered({}, Buffer.from('another').toString('base64url')))).toMatchObject(refused);
  });
});

describe('a task, and what people did', () => {
  test('the task that an effect rests on is what its person signed [verify.task]', async () => {
    const index = effectOf('byTask');
    const altered = evidence(index, (line) => {
      const task = line['task'] as Fields;
      const given = task['evidence'] ?? {};
      const body = String(given['body']).replace('"8.00"', '"9.00"');
      const headers = { ...(given['headers'] as JsonObject), 'content-digest': contentDigest(Buffer.from(body)) };
      return { ...line, task: { ...task, evidence: { ...given, body, headers } } };
    });
    expect(await after(altered)).toMatchObject({ code: 'task_invalid', firstBad: index });
    expect(await after(evidence(index, (line) => ({ ...line, task: null })))).toMatchObject({
      code: 'task_missing',
      firstBad: index,
    });
  });

  test('every act of a person that changes anything has its signature beside it [verify.acts]', async () => {
    const [minted, stopped] = [indexOf('people.mint_token'), indexOf('people.suspend')];
    const gone = (folder: string) => changeLine(folder, 'acts.jsonl', minted, () => undefined);
    expect(await after(gone)).toMatchObject({ code: 'act_missing', firstBad: minted });
    const lines = await linesOf(exported, 'acts.jsonl');
    const other = lines.find(({ index }) => index === indexOf('people.activate_policy'));
    const foreign = (index: number) => (folder: string) =>
      changeLine(folder, 'acts.jsonl', index, (line) => ({ ...line, evidence: other?.['evidence'] ?? null }));
    expect(await after(foreign(minted))).toMatchObject({ code: 'act_invalid', firstBad: minted });
    expect(await after(foreign(stopped))).toMatchObject({ code: 'act_invalid', firstBad: stopped });
    // A passkey asks anew: the same act, but not the one that was done.
    const again = (folder: string) =>
      changeLine(folder, 'acts.jsonl', stopped, (line) => {
        const given = line['evidence'] as JsonObject;
        const act = String(given['act']).replace('commit_refund', 'commit_reply_to_customer');
        const challenge = Buffer.from(sha256Hex(act), 'hex').toString('base64url');
        return {
          ...line,
          evidence: { ...given, act, ...signatureIn(history.people.lead.passkey.get(challenge).response) },
        };
      });
    expect(await after(again)).toMatchObject({ code: 'act_invalid', firstBad: stopped });
  });
});

describe('a fault', () => {
  const two = async (folder: string): Promise<void> => {
    await changeLine(folder, 'acts.jsonl', indexOf('people.mint_token'), (line) => ({ ...line, evidence: null }));
    await changeLine(folder, 'evidence.jsonl', effectOf('byTask'), (line) => ({ ...line, plan: null }));
  };
  const isFound = async (verify: Verify): Promise<void> => {
    const verdict = await after(two, verify);
    expect(verdict).toMatchObject({ ok: false, furtherFaults: {} });
    const found = verdict.ok ? [] : verdict.faults.map(({ index, code }) => `${code} ${index}`);
    const made = [`act_invalid ${indexOf('people.mint_token')}`, `plan_missing ${effectOf('byTask')}`];
    expect(found.toSorted()).toEqual(made.toSorted());
  };

  test('hides none that comes after it, in whichever file [verify.every-fault]', () => isFound(verifyExport));

  test('is not the last one that is told, however many there are [verify.every-fault]', async () => {
    const lines = Array.from({ length: entries.length + 10 }, (_each, at) => `{"index":${at},"no":1}\n`).join('');
    const files = ['acts.jsonl', 'evidence.jsonl', 'people.jsonl'];
    const verdict = await after((folder) => Promise.all(files.map((file) => writeFile(join(folder, file), lines))));
    if (verdict.ok) throw new Error('It holds.');
    const further = Object.values(verdict.furtherFaults).reduce((sum, count) => sum + count, 0);
    expect(verdict.faults).toHaveLength(100);
    expect(100 + further).toBeGreaterThanOrEqual(files.length * (entries.length + 1));
    expect(verdict.firstBad).toBe(0);
  });

  test('is the only one that a verifier sees which stops there [verify.every-fault]', async () => {
    const hasty = await breakVerifier({
      module: 'fault-list.ts',
      instead: ({ FaultList }) => ({
        FaultList: class extends (FaultList as new () => { listed: object[]; put(fault: object): void }) {
          override put(fault: object): void {
            if (this.listed.length === 0) super.put(fault);
          }
        },
      }),
    });
    await expectCaught(() => isFound(hasty));
  });
});
