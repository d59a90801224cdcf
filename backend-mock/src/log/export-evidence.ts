import type { JsonObject, JsonValue } from '@narrow-deputies/contracts';
import type { Reader } from '../database/database.ts';
import { asObject, text } from '../verifier/details.ts';
import { isEffect, isEnrolment, isSignedAct } from '../verifier/entry-kinds.ts';
import type { LoggedEntry } from '../verifier/logged-entry.ts';

/** An entry in its place; undefined where it cannot be read, which is for a verification to say. */
export interface PlacedEntry {
  readonly index: number;
  readonly auditId: string;
  readonly entry: LoggedEntry | undefined;
}

interface Placed {
  readonly index: number;
  readonly entry: LoggedEntry;
}

const matching = (rows: readonly PlacedEntry[], wanted: (entry: LoggedEntry) => boolean): Placed[] =>
  rows.flatMap(({ index, entry }) => (entry && wanted(entry) ? [{ index, entry }] : []));

/** A stored JSON text; null where it was changed by hand and is none. */
function stored(json: string): JsonValue {
  try {
    return JSON.parse(json) as JsonValue;
  } catch {
    return null;
  }
}

/** Salts, arguments and results, verbatim; those that were erased are left out. */
export async function payloadLines(tx: Reader, rows: readonly PlacedEntry[]): Promise<JsonObject[]> {
  const found = await tx
    .selectFrom('audit_payloads')
    .select(['audit_id', 'salt', 'arguments', 'result'])
    .where(
      'audit_id',
      'in',
      rows.map(({ auditId }) => auditId),
    )
    .execute();
  const byId = new Map(found.map((row) => [row.audit_id, row]));
  return rows.flatMap(({ index, auditId }) => {
    const row = byId.get(auditId);
    return row ? [{ index, auditId, salt: row.salt, arguments: row.arguments, result: row.result }] : [];
  });
}

/** For each effect its plan, and the approvals or the task that it rests on. */
export async function evidenceLines(tx: Reader, rows: readonly PlacedEntry[]): Promise<JsonObject[]> {
  const effects = matching(rows, isEffect);
  if (effects.length === 0) return [];
  const plans = new Map((await plansOf(tx, effects)).map((plan) => [plan.id, plan]));
  const approvals = new Map((await approvalsOf(tx, effects)).map((approval) => [approval.id, approval]));
  const tasks = new Map((await tasksOf(tx, effects)).map((task) => [task.id, task]));
  return effects.map(({ index, entry }) => {
    const plan = plans.get(entry.plan ?? '');
    const seen = entry.approvals.length > 0;
    const task = restsOnTask(entry) ? tasks.get(entry.task ?? '') : undefined;
    return {
      index,
      plan: plan
        ? {
            id: plan.id,
            digest: plan.digest,
            digestInput: plan.digest_input,
            shownDigest: seen ? plan.shown_digest : null,
            preview: seen ? stored(plan.preview) : null,
          }
        : null,
      approvals: entry.approvals.flatMap((id) => {
        const approval = approvals.get(id);
        return approval ? [{ id, keyid: approval.keyid, evidence: stored(approval.evidence) }] : [];
      }),
      task: task ? { id: task.id, keyid: task.keyid, evidence: stored(task.evidence) } : null,
    };
  });
}

const restsOnTask = ({ task, approvals }: LoggedEntry): boolean => task !== null && approvals.length === 0;

const plansOf = (tx: Reader, effects: readonly Placed[]) =>
  tx
    .selectFrom('plans')
    .select(['id', 'digest', 'digest_input', 'shown_digest', 'preview'])
    .where(
      'id',
      'in',
      effects.map(({ entry }) => entry.plan ?? ''),
    )
    .execute();

async function approvalsOf(tx: Reader, effects: readonly Placed[]) {
  const ids = effects.flatMap(({ entry }) => entry.approvals);
  if (ids.length === 0) return [];
  return tx.selectFrom('approvals').select(['id', 'keyid', 'evidence']).where('id', 'in', ids).execute();
}

async function tasksOf(tx: Reader, effects: readonly Placed[]) {
  const ids = effects.filter(({ entry }) => restsOnTask(entry)).map(({ entry }) => entry.task ?? '');
  if (ids.length === 0) return [];
  return tx.selectFrom('tasks').select(['id', 'keyid', 'evidence']).where('id', 'in', ids).execute();
}

/** The public half of each key that was enrolled. */
export async function keyLines(tx: Reader, rows: readonly PlacedEntry[]): Promise<JsonObject[]> {
  const enrolments = matching(rows, isEnrolment);
  const lines: JsonObject[] = [];
  for (const { index, entry } of enrolments) {
    const keyid = entry.keyid ?? text(entry.details, 'keyid') ?? '';
    const key = await tx.selectFrom('person_keys').select('public_x').where('keyid', '=', keyid).executeTakeFirst();
    const passkey = await tx.selectFrom('passkeys').select('public_key').where('id', '=', keyid).executeTakeFirst();
    if (key) lines.push({ index, keyid, kind: 'key', publicKey: key.public_x });
    else if (passkey) lines.push({ index, keyid, kind: 'passkey', publicKey: passkey.public_key });
  }
  return lines;
}

/** What people signed: kept under the id of its entry, or, by earlier versions, found by who did what, when and how numbered. */
export async function actLines(tx: Reader, rows: readonly PlacedEntry[]): Promise<JsonObject[]> {
  const acts = matching(rows, isSignedAct);
  if (acts.length === 0) return [];
  const times = acts.map(({ entry }) => entry.time);
  const found = await tx
    .selectFrom('person_acts')
    .select(['id', 'person_id', 'action', 'evidence', 'created_at'])
    .where('created_at', '>=', Math.min(...times))
    .where('created_at', '<=', Math.max(...times))
    .execute();
  const byEntry = new Map(
    found.map((row) => {
      const evidence = stored(row.evidence);
      return [nameOf(row.created_at, row.person_id, `people.${row.action}`, requestOf(evidence)), evidence];
    }),
  );
  const byId = new Map(found.map((row) => [row.id, stored(row.evidence)]));
  return acts.flatMap(({ index, entry }) => {
    const evidence =
      byId.get(entry.auditId) ?? byEntry.get(nameOf(entry.time, entry.person, entry.tool, entry.requestId));
    return evidence === undefined ? [] : [{ index, evidence }];
  });
}

const nameOf = (...parts: readonly (string | number | null)[]): string => JSON.stringify(parts);

/** Idempotency key of a signed request, or the nonce of an act. */
function requestOf(evidence: JsonValue): string | null {
  const { act, headers } = asObject(evidence);
  const key = text(asObject(headers), 'idempotency-key');
  if (key !== undefined) return key.replaceAll('"', '').toLowerCase();
  return typeof act === 'string' ? (text(asObject(stored(act)), 'nonce') ?? null) : null;
}
