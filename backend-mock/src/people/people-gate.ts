import { Inject, Injectable } from '@nestjs/common';
import { PERSON_PROFILE, parseSignature } from '@narrow-deputies/signing';
import { Refusal } from '../common/refusal.ts';
import { Settings } from '../common/settings.ts';
import { Database } from '../database/database.ts';
import { NONCE_MEMORY_MS, rememberNonce } from '../nonces/nonces-repository.ts';
import { admit, type Admitted } from '../pipeline/admit.ts';
import { requireContentDigest } from '../pipeline/canonical-body.ts';
import type { Answer, IncomingRequest } from '../pipeline/call.ts';
import { requireSignature } from '../pipeline/require-signature.ts';
import { ActRunner } from './act-runner.ts';
import type { PeopleAction } from './action.ts';
import { findPersonKey, type PersonKey } from './people-repository.ts';

const LIMITS = { bodyBytes: 64 * 1024, depth: 8 };

interface Identified extends Admitted {
  readonly keyid: string;
  readonly key: PersonKey;
  readonly nonce: string;
  readonly expires: number;
}

/** The way of a person's request: same form and signature as an agent's, another profile, other keys, no grant. */
@Injectable()
export class PeopleGate {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(ActRunner) private readonly runner: ActRunner,
  ) {}

  /** @throws Refusal before the signature has verified; afterwards a refusal is an answer, with its entry. */
  async run(request: IncomingRequest, action: PeopleAction): Promise<Answer> {
    const caller = await this.#identify(
      request,
      admit(request, PERSON_PROFILE, { ...LIMITS, bodyBytes: action.bodyBytes ?? LIMITS.bodyBytes }),
    );
    return this.runner.run(action, {
      credential: caller.key,
      publicKey: caller.key.publicX,
      evidence: {
        method: request.method,
        targetUri: `${this.settings.backendUrl}${request.path}`,
        headers: caller.headers,
        body: request.body.toString('utf8'),
      },
      arguments: caller.body,
      traceId: caller.traceId,
      requestId: caller.requestId,
      startedAt: request.startedAt,
      source: request.source,
      consume: async (tx) => {
        if (await rememberNonce(tx, caller.keyid, caller.nonce, caller.expires * 1000 + NONCE_MEMORY_MS)) return;
        throw new Refusal('replayed', { detail: 'A request with this nonce was seen before. Sign it anew.' });
      },
    });
  }

  async #identify(request: IncomingRequest, admitted: Admitted): Promise<Identified> {
    const keyid = claimedKey(admitted.headers);
    const key = await findPersonKey(this.database.db, keyid);
    if (!key) throw new Refusal('unauthenticated', { detail: 'This key belongs to nobody who is enrolled here.' });
    if (!this.settings.acceptsKeyFiles) {
      throw new Refusal('unauthenticated', { detail: 'In this environment people use passkeys, in the console.' });
    }
    const { nonce, expires } = requireSignature({
      profile: PERSON_PROFILE,
      method: request.method,
      targetUri: `${this.settings.backendUrl}${request.path}`,
      headers: admitted.headers,
      keyid,
      publicX: key.publicX,
      now: Date.now(),
    });
    requireContentDigest(admitted.headers['content-digest'] ?? '', request.body);
    return { ...admitted, keyid, key, nonce, expires };
  }
}

/** Which key claims to have signed. @throws Refusal `signature_invalid` for anything but the exact profile. */
function claimedKey(headers: Readonly<Record<string, string>>): string {
  const parsed = parseSignature(PERSON_PROFILE, {
    signatureInput: headers['signature-input'] ?? '',
    signature: headers['signature'] ?? '',
  });
  if (parsed) return parsed.parameters.keyid;
  throw new Refusal('signature_invalid', {
    detail: `A person's request is signed with tag="${PERSON_PROFILE.tag}", over exactly (${PERSON_PROFILE.components.join(' ')}).`,
  });
}
