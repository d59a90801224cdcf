import type { Contract, JsonObject, JsonValue } from '@narrow-deputies/contracts';
import { recordNumber } from '@narrow-deputies/policy';
import type { EntryDraft } from '../audit/entry.ts';
import type { NamedResource } from '../audit/named.ts';
import type { Refusal } from '../common/refusal.ts';
import { commitDetails } from '../plans/commit-details.ts';
import { redact } from './redact.ts';
import type { Answer, Call } from './call.ts';
import type { NamedPlan } from './named-plan.ts';

/** A call that was served, or answered again. */
export interface Served {
  readonly answer: Answer;
  readonly repeated: boolean;
  readonly approvals: readonly string[];
  /** What the plan rests on that was made or committed. */
  readonly resources?: readonly NamedResource[];
}

/** What every entry about an identified caller says. */
function common(call: Call, latencyMs: number): Omit<EntryDraft, 'outcome'> {
  const grant = call.get('grant');
  const token = call.peek('token');
  const decision = call.peek('decision');
  const args = call.peek('arguments');
  const signed = call.get('body');
  return {
    tool: call.contract.name,
    kind: call.contract.kind,
    traceId: call.get('traceId'),
    requestId: call.get('idempotencyKey'),
    run: grant.runId,
    client: grant.clientId,
    keyid: grant.keyid,
    agent: token?.agent ?? grant.agent,
    owner: call.peek('principal')?.ownerId ?? grant.sub,
    host: grant.host,
    source: call.request.source,
    // Arguments that were never accepted are kept as a digest alone.
    arguments: args ? redact(call.contract, args) : { digest: call.get('argumentsDigest'), keys: keysOf(signed) },
    decisionInput: decision?.input ?? {},
    rules: decision?.rules ?? [],
    risk: decision?.risk ?? null,
    task: call.peek('judgement')?.taskId ?? null,
    recordNumber: args ? recordNumber(at(args, call.contract.record)) : null,
    latencyMs,
    plan: call.peek('plan')?.id ?? null,
    resources: resourcesOf(call.peek('plan')?.resources ?? [], DENIED_RESOURCES_MAX),
  };
}

/** Records of a plan that a denial is found by; an export that waits for a person is asked for again and again. */
const DENIED_RESOURCES_MAX = 16;

const resourcesOf = (resources: readonly NamedResource[], most: number): NamedResource[] =>
  resources.length > most ? [] : resources.map(({ type, id }) => ({ type, id }));

const keysOf = (body: JsonObject): string[] =>
  Object.keys(body)
    .slice(0, 16)
    .map((key) => key.slice(0, 64).toWellFormed());

export function successEntry(call: Call, served: Served, latencyMs: number): EntryDraft {
  const entry = common(call, latencyMs);
  const { body } = served.answer;
  const planned = typeof body['planId'] === 'string' ? body['planId'] : null;
  return {
    ...entry,
    outcome: 'succeeded',
    decision:
      call.peek('decision')?.decision === 'require_approval' ? 'allow' : (call.peek('decision')?.decision ?? 'allow'),
    rules: served.repeated ? ['check:repeat'] : (entry.rules ?? []),
    result: body,
    repeated: served.repeated || body['repeated'] === true,
    approvals: [...served.approvals],
    plan: entry.plan ?? planned,
    ...(served.resources && !served.repeated && { resources: resourcesOf(served.resources, served.resources.length) }),
    ...(!served.repeated && {
      details: { ...shownDetails(call.contract, body), ...verdictDetails(call), ...committedDetails(call) },
    }),
  };
}

/** What policy said of the call, before any person: an approved commit is allowed in the end. */
function verdictDetails(call: Call): JsonObject {
  const decision = call.peek('decision');
  if (!decision) return {};
  return { verdict: { effect: decision.decision, approval: decision.approval, rules: [...decision.rules] } };
}

function committedDetails(call: Call): JsonObject {
  const plan = call.peek('plan');
  const decision = call.peek('decision');
  return plan && decision ? commitDetails(plan, decision) : {};
}

/**
 * How many records the answer showed, and whether there was text from outside among it: what later decisions count. A plan
 * shows again what was read before; counted, it would make every commit follow such text.
 */
function shownDetails({ kind, shows, showsOutside }: Contract, body: JsonObject): JsonObject {
  const shown = shows === null ? undefined : at(body, shows);
  const records = Array.isArray(shown) ? shown.length : shown === undefined ? 0 : 1;
  return { ...(records > 0 && { records }), ...(showsOutside && kind === 'read' && { outside: true }) };
}

/** A top-level field by its JSON pointer; the empty pointer is the whole. */
const at = (value: JsonObject, pointer: string | null): JsonValue | undefined =>
  pointer === '' ? value : pointer === null ? undefined : value[pointer.slice(1)];

/** What a denial's entry says beside the call and the refusal. */
export interface DenialFacts {
  readonly further?: JsonObject | undefined;
  /** Named by a commit that was refused before its plan was looked at. */
  readonly named?: NamedPlan | undefined;
}

/** The entry about a call that was denied. */
export function denialEntry(
  call: Call,
  refusal: Refusal,
  latencyMs: number,
  { further = {}, named }: DenialFacts = {},
): EntryDraft {
  const entry = common(call, latencyMs);
  const pending = refusal.code === 'approval_required';
  const failed = refusal.problem.status >= 500;
  const deniedBy = call.peek('deniedBy');
  return {
    ...entry,
    outcome: pending ? 'pending' : failed ? 'failed' : 'refused',
    decision: pending ? 'require_approval' : 'deny',
    rules: refusal.notes.rules ?? (deniedBy === undefined ? (entry.rules ?? []) : [`check:${deniedBy}`]),
    code: refusal.code,
    plan: entry.plan ?? (named?.own === true ? named.id : null),
    details: {
      detail: refusal.problem.detail,
      ...verdictDetails(call),
      ...refusal.notes.details,
      ...further,
      ...(named && { namedPlan: named.id }),
      ...(refusal.problem.errors && { pointers: refusal.problem.errors.map((error) => error.pointer) }),
    },
  };
}
