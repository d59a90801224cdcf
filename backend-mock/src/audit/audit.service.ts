import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject, JsonValue } from '@narrow-deputies/contracts';
import { canonicalize, sha256Hex } from '@narrow-deputies/signing';
import { MAX_ENTRY_BYTES } from '@narrow-deputies/transparency-log';
import { rfc3339 } from '../common/clock.ts';
import { Settings } from '../common/settings.ts';
import type { Tx } from '../database/database.ts';
import type { EntryWriter } from '../writers/entry-seal.ts';
import { turnOf } from '../writers/turn.ts';
import { AuditUnavailable } from './audit-unavailable.ts';
import { cutEntry } from './cut-entry.ts';
import { newAuditId } from './audit-id.ts';
import type { AuditEntry, EntryDraft } from './entry.ts';
import { refusalsOf } from './self-reported.ts';
import { insertNames } from './names-repository.ts';
import { namesOf } from './named.ts';
import { noteEntry } from './written-entries.ts';

const SALT_BYTES = 32;

/** What an entry does not get from whoever writes it. */
interface Own {
  readonly auditId: string;
  readonly salt: Buffer;
  readonly writer: EntryWriter;
}

/** Writes audit entries, always inside the transaction of the effect or denial that they record. */
@Injectable()
export class AuditService {
  readonly #settings: Settings;

  constructor(@Inject(Settings) settings: Settings) {
    this.#settings = settings;
  }

  /**
   * Writes one entry, what it is found by, and its payload.
   *
   * @param now milliseconds, from {@link currentTime}.
   * @param auditId given where an answer had to name the entry before it could be written.
   * @returns the entry's id.
   * @throws AuditUnavailable: then the transaction has to be given up.
   */
  async record(tx: Tx, now: number, draft: EntryDraft, auditId: string = newAuditId()): Promise<string> {
    try {
      await this.#write(tx, now, draft, auditId);
    } catch (error) {
      throw new AuditUnavailable(error);
    }
    noteEntry(tx, auditId);
    return auditId;
  }

  async #write(tx: Tx, now: number, draft: EntryDraft, auditId: string): Promise<void> {
    const salt = randomBytes(SALT_BYTES);
    const turn = turnOf(tx);
    const writer = turn.next();
    const { entry, text } = written(this.#complete(draft, now, { auditId, salt, writer }));
    const { position } = await tx
      .insertInto('audit_entries')
      .values({
        audit_id: auditId,
        time: now,
        tool: entry.tool,
        code: entry.code,
        client_id: entry.client,
        owner_id: entry.owner,
        plan_id: entry.plan,
        agent: entry.agent,
        outcome: entry.outcome,
        keyid: entry.keyid,
        trace_id: entry.traceId,
        run_id: entry.run,
        ...historyOf(entry),
        record_number: draft.recordNumber ?? null,
        entry: text,
        mac: turn.take(auditId, writer, Buffer.from(text)),
      })
      .returning('position')
      .executeTakeFirstOrThrow();
    await insertNames(tx, { position, time: now }, namesOf(entry, draft));
    if (draft.arguments !== undefined || draft.result !== undefined) {
      await tx
        .insertInto('audit_payloads')
        .values({
          audit_id: auditId,
          time: now,
          salt: salt.toString('base64url'),
          arguments: draft.arguments === undefined ? null : canonicalize(draft.arguments),
          result: draft.result === undefined ? null : canonicalize(draft.result),
        })
        .execute();
    }
  }

  #complete(draft: EntryDraft, now: number, { auditId, salt, writer }: Own): AuditEntry {
    return {
      v: 2,
      writer,
      auditId,
      time: rfc3339(now),
      environment: this.#settings.environment,
      traceId: draft.traceId ?? null,
      requestId: draft.requestId ?? null,
      run: draft.run ?? null,
      client: draft.client ?? null,
      keyid: draft.keyid ?? null,
      agent: draft.agent ?? null,
      owner: draft.owner ?? null,
      person: draft.person ?? null,
      host: draft.host ?? null,
      source: draft.source ?? null,
      tool: draft.tool,
      kind: draft.kind,
      argumentsDigest: saltedDigest(salt, draft.arguments),
      resultDigest: saltedDigest(salt, draft.result),
      decision: draft.decision ?? null,
      rules: draft.rules ?? [],
      decisionInput: draft.decisionInput ?? {},
      risk: draft.risk ?? null,
      outcome: draft.outcome,
      code: draft.code ?? null,
      repeated: draft.repeated ?? false,
      latencyMs: draft.latencyMs ?? 0,
      plan: draft.plan ?? null,
      approvals: draft.approvals ?? [],
      task: draft.task ?? null,
      details: draft.details ?? {},
    };
  }
}

/**
 * An entry as it is written. A longer one than a log takes could never get its place (C2SP tlog-tiles, "Log entries"): of what
 * had no effect a cut one is written, so that nothing that a caller sends keeps its refusal out of the log.
 */
function written(entry: AuditEntry): { entry: AuditEntry; text: string } {
  const text = textOf(entry);
  if (text !== undefined) return { entry, text };
  const cut = entry.outcome === 'succeeded' ? undefined : cutEntry(entry);
  const cutText = cut && textOf(cut);
  if (cut && cutText !== undefined) return { entry: cut, text: cutText };
  throw new Error(`an entry has at most ${MAX_ENTRY_BYTES} bytes, and well-formed text`);
}

/** Undefined for what no log takes. */
function textOf(entry: AuditEntry): string | undefined {
  try {
    const text = canonicalize(entry as unknown as JsonObject);
    return Buffer.byteLength(text) <= MAX_ENTRY_BYTES ? text : undefined;
  } catch {
    return undefined;
  }
}

const AGENT_KINDS: ReadonlySet<AuditEntry['kind']> = new Set(['read', 'plan', 'commit']);
const SAMENESS_MAX = 64;

/** What policy counts of an entry later; read off the entry itself. */
function historyOf({ kind, outcome, repeated, risk, details, decisionInput }: AuditEntry) {
  const { records, outside } = details;
  const refusals = refusalsOf({ kind, details });
  const { sameness } = decisionInput;
  return {
    served: outcome === 'succeeded' && !repeated && AGENT_KINDS.has(kind) ? 1 : 0,
    sameness: typeof sameness === 'string' ? sameness.slice(0, SAMENESS_MAX) : null,
    records: typeof records === 'number' ? records : 0,
    risk: risk?.score ?? 0,
    outside: outside === true ? 1 : 0,
    refusals,
  };
}

/** `sha-256:<hex>` over the salt followed by the UTF-8 of the canonical text; null for nothing. */
export function saltedDigest(salt: Uint8Array, value: JsonValue | undefined): string | null {
  if (value === undefined) return null;
  return `sha-256:${sha256Hex(Buffer.concat([salt, Buffer.from(canonicalize(value))]))}`;
}
