import { performance } from 'node:perf_hooks';
import { Inject, Injectable } from '@nestjs/common';
import { PERSON_PROFILE, parseSignature } from '@narrow-deputies/signing';
import { sql } from 'kysely';
import { ApprovalsService } from '../approvals/approvals.service.ts';
import { AuditService } from '../audit/audit.service.ts';
import { currentTime } from '../common/clock.ts';
import { Refusal } from '../common/refusal.ts';
import { Settings } from '../common/settings.ts';
import { Database, type Tx } from '../database/database.ts';
import { NONCE_MEMORY_MS, rememberNonce } from '../nonces/nonces-repository.ts';
import { OperationRegistry } from '../operations/registry.ts';
import { admit, type Admitted } from '../pipeline/admit.ts';
import { requireContentDigest } from '../pipeline/canonical-body.ts';
import type { Answer, IncomingRequest } from '../pipeline/call.ts';
import { parseArguments } from '../pipeline/parse-arguments.ts';
import { problemAnswer } from '../pipeline/problem-answer.ts';
import { requireSignature } from '../pipeline/require-signature.ts';
import type { PeopleAction } from './action.ts';
import { findPerson, findPersonKey, type Person, type PersonKey } from './people-repository.ts';

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
    @Inject(AuditService) private readonly audit: AuditService,
    @Inject(ApprovalsService) private readonly approvals: ApprovalsService,
    @Inject(OperationRegistry) private readonly operations: OperationRegistry,
  ) {}

  /** @throws Refusal before the signature has verified; afterwards a refusal is an answer, with its entry. */
  async run(request: IncomingRequest, action: PeopleAction): Promise<Answer> {
    const identified = await this.#identify(request, admit(request, PERSON_PROFILE, LIMITS));
    return this.database.transaction((tx) => this.#within(tx, request, action, identified));
  }

  async #identify(request: IncomingRequest, admitted: Admitted): Promise<Identified> {
    const keyid = claimedKey(admitted.headers);
    const key = await this.database.transaction((tx) => findPersonKey(tx, keyid));
    if (!key) throw new Refusal('unauthenticated', { detail: 'This key belongs to nobody who is enrolled here.' });
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

  async #within(tx: Tx, request: IncomingRequest, action: PeopleAction, caller: Identified): Promise<Answer> {
    const now = await currentTime(this.database, tx);
    const person = await findPerson(tx, caller.key.personId);
    const common = {
      tool: `people.${action.name}`,
      kind: 'person',
      traceId: caller.traceId,
      requestId: caller.requestId,
      keyid: caller.keyid,
      person: caller.key.personId,
      arguments: caller.body,
    } as const;
    const latencyMs = (): number => Math.round((performance.now() - request.startedAt) * 10) / 10;
    let effects = false;
    try {
      if (!(await rememberNonce(tx, caller.keyid, caller.nonce, caller.expires * 1000 + NONCE_MEMORY_MS))) {
        throw new Refusal('replayed', { detail: 'A request with this nonce was seen before. Sign it anew.' });
      }
      requireRole(person, caller.key, action);
      await sql`savepoint effects`.execute(tx);
      effects = true;
      const { body, entry } = await this.#act(tx, now, request, action, caller, person);
      await this.audit.record(tx, now, {
        ...common,
        ...entry,
        outcome: 'succeeded',
        decision: 'allow',
        rules: ['role'],
        latencyMs: latencyMs(),
      });
      await sql`release savepoint effects`.execute(tx);
      return { status: 200, headers: {}, body };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (effects) await sql`rollback to savepoint effects`.execute(tx);
      const plan = typeof caller.body['planId'] === 'string' ? caller.body['planId'] : null;
      const auditId = await this.audit.record(tx, now, {
        ...common,
        outcome: 'refused',
        decision: 'deny',
        code: error.code,
        plan,
        latencyMs: latencyMs(),
        details: { detail: error.problem.detail },
      });
      return problemAnswer({ ...error.problem, auditId });
    }
  }

  async #act(
    tx: Tx,
    now: number,
    request: IncomingRequest,
    action: PeopleAction,
    caller: Identified,
    person: Person,
  ): ReturnType<PeopleAction['run']> {
    const args = parseArguments(action.name, action.arguments, caller.body);
    return action.run(args, {
      tx,
      now,
      person,
      key: caller.key,
      evidence: {
        method: request.method,
        targetUri: `${this.settings.backendUrl}${request.path}`,
        headers: caller.headers,
        body: request.body.toString('utf8'),
      },
      settings: this.settings,
      approvals: this.approvals,
      operations: this.operations,
    });
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

function requireRole(person: Person | undefined, key: PersonKey, action: PeopleAction): asserts person is Person {
  if (person?.state !== 'active' || key.state !== 'active') {
    throw new Refusal('unauthenticated', { detail: 'This person or key is no longer enrolled.' });
  }
  if (!action.roles.some((role) => person.roles.includes(role))) {
    throw new Refusal('insufficient_scope', {
      detail: `This takes one of the roles: ${action.roles.join(', ')}.`,
      conditions: ['other_role'],
    });
  }
}
