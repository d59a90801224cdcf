import { describe, expect, test } from '@jest/globals';
import {
  canonicalize,
  contentDigest,
  PERSON_PROFILE,
  type SignatureParameters,
  signRequest,
} from '@narrow-deputies/signing';
import { verifyEvidence, type ApprovalEvidence } from '../../src/approvals/approval-evidence.ts';
import { decisionOn, makeSigner, signEvidence } from '../support/evidence.ts';
import { makePlan, OWNER } from '../support/rows.ts';

const PLAN = makePlan();
const SIGNER = makeSigner(OWNER.id);
const { publicX } = SIGNER.key;
const DECISION = { ...decisionOn(PLAN), reason: 'Read it.' };
const EVIDENCE = signEvidence(SIGNER, DECISION);
const OTHER_DIGEST = `sha-256:${'0'.repeat(64)}`;

/** Changes the last character that carries whole bits of a header's value, or of any text. */
const altered = (text: string): string => {
  const at = Math.floor(text.length / 2);
  return `${text.slice(0, at)}${text[at] === 'a' ? 'b' : 'a'}${text.slice(at + 1)}`;
};
const withHeader = (name: string, value: string | undefined): ApprovalEvidence => {
  const { [name]: _old, ...rest } = EVIDENCE.headers;
  return { ...EVIDENCE, headers: value === undefined ? rest : { ...rest, [name]: value } };
};

describe('verifyEvidence [approval.bound, approval.reverified]', () => {
  test.each(['approve', 'reject'] as const)('answers what the person signed: %s', (decision) => {
    const body = decisionOn(PLAN, decision);
    expect(verifyEvidence(signEvidence(SIGNER, body), PLAN, publicX)).toEqual(body);
    expect(verifyEvidence(EVIDENCE, PLAN, publicX)).toEqual(DECISION);
  });

  test('evidence read back from the store verifies as it did', () => {
    const stored = JSON.parse(JSON.stringify(EVIDENCE)) as ApprovalEvidence;
    expect(verifyEvidence(stored, PLAN, publicX)).toEqual(DECISION);
  });

  test('another method or address fails', () => {
    expect(verifyEvidence({ ...EVIDENCE, method: 'PUT' }, PLAN, publicX)).toBeUndefined();
    expect(verifyEvidence({ ...EVIDENCE, targetUri: altered(EVIDENCE.targetUri) }, PLAN, publicX)).toBeUndefined();
  });

  const headers = Object.keys(EVIDENCE.headers);
  test('every covered header and the signature itself are among those altered below', () => {
    const covered = PERSON_PROFILE.components.filter((name) => !name.startsWith('@'));
    expect(headers.toSorted()).toEqual([...covered, 'signature', 'signature-input'].toSorted());
  });

  test.each(headers)('an altered or missing %s fails', (name) => {
    expect(verifyEvidence(withHeader(name, altered(EVIDENCE.headers[name] ?? '')), PLAN, publicX)).toBeUndefined();
    expect(verifyEvidence(withHeader(name, undefined), PLAN, publicX)).toBeUndefined();
  });

  test.each([
    ['decision', { ...DECISION, decision: 'reject' as const }],
    ['plan id', { ...DECISION, planId: makePlan().id }],
    ['plan digest', { ...DECISION, planDigest: OTHER_DIGEST }],
    ['shown digest', { ...DECISION, shownDigest: OTHER_DIGEST }],
    ['reason', { ...DECISION, reason: 'Did not read it.' }],
  ])('a body with another %s fails, also with a content digest that fits it', (_what, differs) => {
    const body = canonicalize(differs);
    expect(verifyEvidence({ ...EVIDENCE, body }, PLAN, publicX)).toBeUndefined();
    const fitting = withHeader('content-digest', contentDigest(Buffer.from(body)));
    expect(verifyEvidence({ ...fitting, body }, PLAN, publicX)).toBeUndefined();
  });

  test.each([
    ['id', { id: makePlan().id }],
    ['digest', { digest: OTHER_DIGEST }],
    ['shown digest', { shownDigest: OTHER_DIGEST }],
  ])('a plan with another %s than the one decided on fails', (_what, differs) => {
    expect(verifyEvidence(EVIDENCE, { ...PLAN, ...differs }, publicX)).toBeUndefined();
  });

  test("another person's key fails", () => {
    expect(verifyEvidence(EVIDENCE, PLAN, makeSigner(OWNER.id).key.publicX)).toBeUndefined();
  });

  /** Correctly signed by the right person, over a body or under a profile of the caller's choice. */
  const signed = (body: string, profile = PERSON_PROFILE): ApprovalEvidence => {
    const { 'signature-input': _input, signature: _signature, ...covered } = EVIDENCE.headers;
    const message = {
      method: 'POST',
      targetUri: EVIDENCE.targetUri,
      headers: { ...covered, 'content-digest': contentDigest(Buffer.from(body)) },
    };
    const parameters: SignatureParameters = { created: 1, expires: 2, nonce: 'n'.repeat(24), keyid: SIGNER.key.keyid };
    const fields = signRequest(profile, message, parameters, SIGNER.privateKey);
    return { ...message, headers: { ...message.headers, ...fields }, body };
  };

  test('a signature of the same person under another tag is no decision', () => {
    const body = canonicalize(DECISION);
    expect(verifyEvidence(signed(body), PLAN, publicX)).toEqual(DECISION);
    const other = signed(body, { ...PERSON_PROFILE, tag: 'narrow-deputies' });
    expect(verifyEvidence(other, PLAN, publicX)).toBeUndefined();
  });

  test.each([
    ['no JSON', 'approve'],
    ['not canonical', JSON.stringify(DECISION, null, 1)],
    ['of a decision with a field too many', canonicalize({ ...DECISION, force: true })],
    ['of a decision without its plan', canonicalize({ decision: 'approve' })],
    ['of another decision', canonicalize({ ...DECISION, decision: 'maybe' })],
  ])('a signed body that is %s is no decision', (_what, body) => {
    expect(verifyEvidence(signed(body), PLAN, publicX)).toBeUndefined();
  });
});
