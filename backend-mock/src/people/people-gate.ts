import { performance } from 'node:perf_hooks';
import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject } from '@narrow-deputies/contracts';
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
import { readCanonicalBody, requireContentDigest } from '../pipeline/canonical-body.ts';
import type { Answer, IncomingRequest } from '../pipeline/call.ts';
import { headerValues, parseIdempotencyKey, parseTraceId, requireHeaders } from '../pipeline/headers.ts';
import { problemAnswer } from '../pipeline/problem-answer.ts';
import { requireSignature } from '../pipeline/require-signature.ts';
import type { PeopleAction } from './action.ts';
import { findPerson, findPersonKey, type Person, type PersonKey } from './people-repository.ts';

const BODY_MAX = 64 * 1024;
const DEPTH_MAX = 8;
const COVERED = PERSON_PROFILE.components.filter((component) => !component.startsWith('@'));

/** A person's request whose form is right; who signed it is not known yet. */
interface PersonRequest {
  readonly headers: Record<string, string>;
  readonly body: JsonObject;
  readonly keyid: string;
  readonly traceId: string;
  readonly requestId: string;
}

interface Identified extends PersonRequest {
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
    const identified = await this.#identify(request, readRequest(request));
    return this.database.transaction((tx) => this.#within(tx, request, action, identified));
  }

  async #identify(request: IncomingRequest, read: PersonRequest): Promise<Identified> {
    const key = await this.database.transaction((tx) => findPersonKey(tx, read.keyid));
    if (!key) throw new Refusal('unauthenticated', { detail: 'This key belongs to nobody who is enrolled here.' });
    const { nonce, expires } = requireSignature({
      profile: PERSON_PROFILE,
      method: request.method,
      targetUri: `${this.settings.backendUrl}${request.path}`,
      headers: read.headers,
      keyid: read.keyid,
      publicX: key.publicX,
      now: Date.now(),
    });
    requireContentDigest(read.headers['content-digest'] ?? '', request.body);
    return { ...read, key, nonce, expires };
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
    const args = action.arguments.safeParse(caller.body);
    if (!args.success) {
      throw new Refusal('invalid_arguments', {
        detail: `The arguments of ${action.name} do not match its schema.`,
        errors: args.error.issues
          .slice(0, 10)
          .map((issue) => ({ pointer: `/${issue.path.join('/')}`, message: issue.message })),
      });
    }
    return action.run(args.data, {
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

function readRequest(request: IncomingRequest): PersonRequest {
  if (request.body.byteLength > BODY_MAX) {
    throw new Refusal('request_too_large', { detail: `The body has at most ${BODY_MAX} bytes.` });
  }
  const types = headerValues(request.rawHeaders, 'content-type');
  if (types.length === 1 && types[0] !== 'application/json') {
    throw new Refusal('unsupported_media_type', { detail: 'The content type is exactly "application/json".' });
  }
  const headers = requireHeaders(request.rawHeaders, [...COVERED, 'signature-input', 'signature']);
  const body = readCanonicalBody(request.body, DEPTH_MAX);
  const parsed = parseSignature(PERSON_PROFILE, {
    signatureInput: headers['signature-input'] ?? '',
    signature: headers['signature'] ?? '',
  });
  if (!parsed) {
    throw new Refusal('signature_invalid', {
      detail: `A person's request is signed with tag="${PERSON_PROFILE.tag}", over exactly (${PERSON_PROFILE.components.join(' ')}).`,
    });
  }
  return {
    headers,
    body,
    keyid: parsed.parameters.keyid,
    requestId: parseIdempotencyKey(headers['idempotency-key'] ?? ''),
    traceId: parseTraceId(headers['traceparent'] ?? ''),
  };
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
