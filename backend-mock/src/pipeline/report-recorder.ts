import { performance } from 'node:perf_hooks';
import { Inject, Injectable } from '@nestjs/common';
import { refusalReport, type JsonObject, type RefusalReport } from '@narrow-deputies/contracts';
import { canonicalize, digestOfBytes } from '@narrow-deputies/signing';
import { AuditService } from '../audit/audit.service.ts';
import type { EntryDraft } from '../audit/entry.ts';
import { SELF_REPORTED } from '../audit/self-reported.ts';
import { Refusal } from '../common/refusal.ts';
import type { Tx } from '../database/database.ts';
import type { Grant } from '../grants/grant.ts';
import { principalOf } from '../grants/principal-of.ts';
import { findToken, tokenFault, type TokenRecord } from '../grants/tokens-repository.ts';
import { claimKey, completeKey } from '../idempotency/idempotency-repository.ts';
import { AbuseWatch } from '../policy/abuse-watch.ts';
import type { Principal } from '../principal/principal.ts';
import { suspendedDetail } from '../suspensions/suspension.ts';
import { findSuspension } from '../suspensions/suspensions-repository.ts';
import type { Admitted } from './admit.ts';
import type { Answer } from './call.ts';
import { parseArguments } from './parse-arguments.ts';
import { problemAnswer } from './problem-answer.ts';

/** A report whose signature has verified and that is within its limit. */
export interface SentReport extends Admitted {
  readonly grant: Grant;
  readonly source: string;
  /** `performance.now()` at arrival. */
  readonly startedAt: number;
  /** Whether its nonce was never seen before. */
  readonly fresh: boolean;
}

type Common = Pick<EntryDraft, 'kind'> & Partial<EntryDraft>;

/** A report that is written. */
interface Taken {
  readonly common: Common;
  readonly principal: Principal;
  readonly report: RefusalReport;
}

interface Usable {
  readonly record: TokenRecord;
  readonly principal: Principal;
}

/** Writes one entry for a report: the server's word, or why it is not taken. */
@Injectable()
export class ReportRecorder {
  constructor(
    @Inject(AuditService) private readonly audit: AuditService,
    @Inject(AbuseWatch) private readonly watch: AbuseWatch,
  ) {}

  async record(tx: Tx, now: number, sent: SentReport, headers: Readonly<Record<string, string>>): Promise<Answer> {
    const common = commonOf(sent);
    try {
      const token = await usableToken(tx, now, sent);
      const report = parseArguments('refusals', refusalReport, sent.body);
      await mayReport(tx, token.record, report);
      const { principal } = token;
      const body = await this.#once(tx, now, sent, principal, () =>
        this.#write(tx, now, sent, { common, principal, report }),
      );
      return { status: 202, headers, body };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { detail } = error.problem;
      const entry = { ...common, tool: 'refusals', outcome: 'refused', decision: 'deny', code: error.code } as const;
      const auditId = await this.audit.record(tx, now, {
        ...entry,
        details: { detail, ...claimOf(sent.body), ...error.notes.details },
      });
      return problemAnswer({ ...error.problem, auditId }, headers);
    }
  }

  /** The same report again, whose answer got lost, is answered again: it counts once. */
  async #once(
    tx: Tx,
    now: number,
    sent: SentReport,
    principal: Principal,
    write: () => Promise<string>,
  ): Promise<JsonObject> {
    const key = { principal, tool: 'refusals', key: sent.requestId };
    const digest = digestOfBytes(Buffer.from(canonicalize(sent.body)));
    const claim = await claimKey(tx, key, digest, now);
    if (claim.state === 'first') {
      const body = { auditId: await write() };
      await completeKey(tx, key, JSON.stringify(body));
      return body;
    }
    if (claim.argumentsDigest !== digest) {
      throw new Refusal('idempotency_conflict', {
        detail: 'This idempotency key was used for another report. Send a new report under a new key.',
      });
    }
    const known = JSON.parse(claim.outcome) as { auditId: string };
    await this.audit.record(tx, now, {
      ...commonOf(sent),
      tool: 'refusals',
      outcome: 'succeeded',
      decision: 'allow',
      rules: ['check:repeat'],
      repeated: true,
      details: { first: known.auditId },
    });
    return { auditId: known.auditId };
  }

  async #write(tx: Tx, now: number, { grant }: SentReport, { common, principal, report }: Taken): Promise<string> {
    const { tool, code, pointers, argumentsDigest, count } = report;
    const { keyid, agent, runId } = grant;
    const stopped = await this.watch.look(tx, now, { ...principal, keyid, agent, runId, tool });
    return this.audit.record(tx, now, {
      ...common,
      tool,
      code,
      outcome: 'refused',
      decision: 'deny',
      rules: [SELF_REPORTED],
      details: { pointers, argumentsDigest, ...(count !== undefined && { count }), ...stopped },
    });
  }
}

const commonOf = ({ grant, traceId, requestId, source, startedAt }: SentReport): Common => ({
  traceId,
  requestId,
  run: grant.runId,
  client: grant.clientId,
  keyid: grant.keyid,
  agent: grant.agent,
  owner: grant.sub,
  host: grant.host,
  source,
  kind: 'report',
  latencyMs: Math.round((performance.now() - startedAt) * 10) / 10,
});

/** @throws Refusal `replayed` or `unauthenticated`. */
async function usableToken(tx: Tx, now: number, { fresh, grant }: SentReport): Promise<Usable> {
  if (!fresh) throw new Refusal('replayed', { detail: 'A request with this nonce was seen before.' });
  const record = await findToken(tx, grant.keyid);
  const principal = record && principalOf(grant, record);
  if (!principal || tokenFault(record, now) !== undefined) {
    throw new Refusal('unauthenticated', { detail: 'The API token behind this grant cannot be used any more.' });
  }
  return { record, principal };
}

/**
 * What is stopped reports nothing, and nobody reports about a tool of somebody else.
 *
 * @throws Refusal `suspended` or `insufficient_scope`.
 */
async function mayReport(tx: Tx, { keyid, agent, scopes }: TokenRecord, { tool }: RefusalReport): Promise<void> {
  const stop = await findSuspension(tx, { keyid, agent, tool });
  if (stop) {
    const conditions = ['resumed_by_administrator'];
    const problem = { detail: suspendedDetail(stop.kind), conditions };
    throw new Refusal('suspended', problem, { details: { suspensionId: stop.id } });
  }
  if (scopes.some((scope) => scope.slice(scope.indexOf(':') + 1) === tool)) return;
  throw new Refusal('insufficient_scope', {
    detail: 'A server reports about the tools that its own token covers, and about no others.',
    conditions: ['other_credential'],
  });
}

/** What a report that is not taken said, as far as it can be read: in its entry, and counted by nobody. */
function claimOf(body: JsonObject): JsonObject {
  const { success, data } = refusalReport.safeParse(body);
  return success ? { claimed: { tool: data.tool, code: data.code, count: data.count ?? 1 } } : {};
}
