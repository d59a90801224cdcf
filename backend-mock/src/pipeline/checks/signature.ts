import { randomUUID } from 'node:crypto';
import { keyThumbprint, OPERATION_PROFILE } from '@narrow-deputies/signing';
import { Refusal } from '../../common/refusal.ts';
import type { Settings } from '../../common/settings.ts';
import type { TokenRecord } from '../../grants/tokens-repository.ts';
import { requireContentDigest } from '../canonical-body.ts';
import type { Check } from '../check.ts';
import { requireSignature } from '../require-signature.ts';

const KEYS_MAX = 1_000;

/**
 * Public keys by their thumbprints, each asked for once: a thumbprint names one key for ever (RFC 7638). Whether its token
 * may still be used is read by row in the call's transaction.
 */
function keyFinder(findToken: FindToken): (keyid: string) => Promise<string | undefined> {
  const known = new Map<string, string>();
  return async (keyid) => {
    const kept = known.get(keyid);
    if (kept !== undefined) return kept;
    const publicX = (await findToken(keyid))?.publicX;
    if (publicX === undefined || keyThumbprint({ kty: 'OKP', crv: 'Ed25519', x: publicX }) !== keyid) return publicX;
    if (known.size >= KEYS_MAX) known.clear();
    known.set(keyid, publicX);
    return publicX;
  };
}

type FindToken = (keyid: string) => Promise<TokenRecord | undefined>;

/** RFC 9421, one fixed profile, by the key that the grant is bound to and by no other. */
export const signature = (settings: Settings, findToken: FindToken, findKey = keyFinder(findToken)): Check => ({
  name: 'signature',
  stage: 'identify',
  proofs: [
    {
      code: 'signature_invalid',
      attempt: (probe) => probe.send({ headers: { 'idempotency-key': `"${randomUUID()}"` } }),
    },
    { code: 'signature_expired', attempt: (probe) => probe.send({ signature: past() }) },
  ],
  async run(call) {
    const headers = call.get('headers');
    const { keyid } = call.get('grant');
    const publicX = await findKey(keyid);
    if (publicX === undefined)
      throw new Refusal('unauthenticated', { detail: 'The key that this grant is bound to is not known.' });
    const parameters = requireSignature({
      profile: OPERATION_PROFILE,
      method: call.request.method,
      targetUri: `${settings.backendUrl}${call.request.path}`,
      headers,
      keyid,
      publicX,
      now: Date.now(),
    });
    requireContentDigest(headers['content-digest'] ?? '', call.request.body);
    call.establish({ signature: parameters });
  },
});

/** A window that ended a minute ago, in seconds since the epoch. */
function past(): { created: number; expires: number } {
  const now = Math.floor(Date.now() / 1000);
  return { created: now - 90, expires: now - 60 };
}
