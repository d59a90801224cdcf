import { decisionBody, type JsonObject } from '@narrow-deputies/contracts';
import { digestOfJson, sha256Hex } from '@narrow-deputies/signing';
import * as z from 'zod';
import { isFor, mayUse } from './acts.ts';
import { asObject, sameSet, text } from './details.ts';
import { ensure } from './fault.ts';
import type { LoggedEntry } from './logged-entry.ts';
import { wasOver } from './patience.ts';
import type { Payload } from './payloads.ts';
import type { People } from './people.ts';
import { evidence, verifySignedAct } from './signed-act.ts';
import { taskLine, type Tasks } from './tasks.ts';

const planLine = z.strictObject({
  id: z.string(),
  digest: z.string(),
  digestInput: z.string(),
  /** What people saw, and its digest; null where nobody was asked. */
  shownDigest: z.string().nullable(),
  preview: z.record(z.string(), z.json()).nullable(),
});
const approvalLine = z.strictObject({ id: z.string(), keyid: z.string(), evidence });
const commitLine = z.strictObject({
  index: z.number(),
  plan: planLine.nullable(),
  approvals: z.array(approvalLine),
  task: taskLine.nullable(),
});
type PlanLine = z.infer<typeof planLine>;

/** What a plan's digest covers, as far as it is read here. */
const covered = z.object({
  tool: z.string(),
  arguments: z.record(z.string(), z.json()),
  resources: z.array(z.record(z.string(), z.json())),
  client: z.string(),
  owner: z.string(),
  environment: z.string(),
  expiresAt: z.iso.datetime({ precision: 3 }),
});
type Covered = z.infer<typeof covered>;

const LEVELS = ['none', 'owner', 'reviewer', 'two_reviewers'] as const;
const level = z.enum(LEVELS);
/** Who had to approve, as a commit's entry says: what policy asked, and what it came to together with the plan. */
const verdict = z.object({ effect: z.enum(['allow', 'require_approval', 'deny']), approval: level });
const release = z.object({ approval: level, reviewerRoles: z.array(z.string()) });
type Release = z.infer<typeof release>;

const DECISIONS: ReadonlySet<string> = new Set(['approve', 'approve_and_apply']);

export interface ReleaseCounts {
  approval: number;
  task: number;
  policy: number;
}

/** Holds each effect against its plan, and against what released it. Memory grows with the plans of one day at most. */
export class Commits {
  readonly #people: People;
  readonly #tasks: Tasks;
  /** Plans that were committed and have not expired, by id. */
  readonly #committed = new Map<string, number>();
  readonly released: ReleaseCounts = { approval: 0, task: 0, policy: 0 };

  constructor(people: People, tasks: Tasks) {
    this.#people = people;
    this.#tasks = tasks;
  }

  /** @throws Fault for an effect that does not go back to its plan and to who released it. */
  check(entry: LoggedEntry, line: JsonObject, payload: Payload | undefined): void {
    const parsed = commitLine.safeParse(line);
    ensure(parsed.success, 'evidence_malformed', 'Its line in evidence.jsonl is not of the form.');
    const { plan, approvals, task } = parsed.data;
    ensure(plan !== null, 'plan_missing', 'Its plan is not there.');
    const planned = readPlan(entry, plan, payload);
    this.#requireOnce(entry, Date.parse(planned.expiresAt));
    ensure(
      sameSet(
        approvals.map(({ id }) => id),
        entry.approvals,
      ),
      'approval_missing',
      'An approval that it rests on is not there.',
    );
    ensure((plan.preview === null) === (approvals.length === 0), 'plan_mismatch', 'What people saw is not there.');
    const asked = releaseOf(entry);
    const ships = entry.decisionInput['ships'] === true;
    ensure(!ships || approvals.length > 0, 'release_missing', 'Its text was public, and nobody had seen it before.');
    const approvers = approvals.map((approval) => this.#approver(entry, plan, approval));
    if (approvers.length > 0) {
      this.#requirePeople(entry, asked, approvers);
      this.released.approval += 1;
    } else if (entry.task !== null) {
      ensure(task?.id === entry.task, 'task_missing', 'The task that it rests on is not there.');
      this.#tasks.use(entry, task, planned, this.#people);
      this.released.task += 1;
    } else {
      ensure(asked?.approval === 'none', 'release_missing', 'Somebody had to approve it, and nobody did.');
      this.released.policy += 1;
    }
    ensure(
      (task !== null) === (approvers.length === 0 && entry.task !== null),
      'evidence_malformed',
      'Its line in evidence.jsonl names a task that it does not rest on.',
    );
  }

  #requireOnce({ plan, time }: LoggedEntry, expiresAt: number): void {
    for (const [id, until] of this.#committed) if (wasOver(until, time)) this.#committed.delete(id);
    ensure(time < expiresAt, 'plan_expired', 'Its plan had expired.');
    ensure(!this.#committed.has(plan ?? ''), 'plan_repeated', 'Its plan had been committed before.');
    this.#committed.set(plan ?? '', expiresAt);
  }

  /** @returns the person whose approval holds. */
  #approver(entry: LoggedEntry, plan: PlanLine, approval: z.infer<typeof approvalLine>): string {
    const holder = this.#people.holderOf(approval.keyid, entry.time);
    const signed = verifySignedAct(approval.evidence, holder);
    const body = decisionBody.safeParse(signed?.arguments);
    const holds =
      signed !== undefined &&
      DECISIONS.has(signed.action) &&
      isFor(signed, entry.environment, holder.person) &&
      mayUse(holder, entry) &&
      body.success &&
      body.data.decision === 'approve' &&
      body.data.planId === plan.id &&
      body.data.planDigest === plan.digest &&
      body.data.shownDigest === plan.shownDigest;
    ensure(holds, 'approval_invalid', 'The signature of an approval that it rests on does not hold for this plan.');
    return holder.person;
  }

  #requirePeople({ owner, time }: LoggedEntry, asked: Release | undefined, approvers: readonly string[]): void {
    const distinct = new Set(approvers).size === approvers.length;
    ensure(distinct, 'approvals_too_few', 'One person approved it more than once.');
    if (!asked) return;
    const { approval, reviewerRoles } = asked;
    const isReview = approval === 'reviewer' || approval === 'two_reviewers';
    const roles = reviewerRoles.length > 0 ? reviewerRoles : ['reviewer'];
    for (const person of approvers) {
      const entitled = isReview
        ? person !== owner && this.#people.holds(person, roles, time)
        : person === owner && this.#people.holds(person, ['owner'], time);
      ensure(entitled, 'approver_not_entitled', 'It was approved by somebody who could not.');
    }
    const needed = approval === 'two_reviewers' ? 2 : 1;
    ensure(approvers.length >= needed, 'approvals_too_few', 'Fewer people approved it than had to.');
  }
}

/** @throws Fault for a plan that is not the one that was committed. */
function readPlan(entry: LoggedEntry, plan: PlanLine, payload: Payload | undefined): Covered {
  const input = covered.safeParse(readJson(plan.digestInput));
  const shown = plan.preview === null ? null : digestOfJson(plan.preview);
  const holds =
    input.success &&
    plan.id === entry.plan &&
    plan.digest === `sha-256:${sha256Hex(plan.digestInput)}` &&
    plan.digest === loggedDigest(entry, payload) &&
    plan.shownDigest === shown &&
    input.data.tool === entry.tool &&
    input.data.client === entry.client &&
    input.data.owner === entry.owner &&
    input.data.environment === entry.environment;
  ensure(holds, 'plan_mismatch', 'Its plan is not the one that was committed.');
  return input.data;
}

/** The digest of the plan as the entry says it, or, where it is older, the receipt that was logged with it. */
function loggedDigest({ details }: LoggedEntry, payload: Payload | undefined): string | undefined {
  const receipt = asObject(asObject(readJson(payload?.result ?? 'null'))['receipt']);
  return text(details, 'planDigest') ?? text(receipt, 'planDigest');
}

function readJson(given: string): JsonObject[string] {
  try {
    return JSON.parse(given) as JsonObject[string];
  } catch {
    return null;
  }
}

/**
 * Who had to approve; undefined in an entry of an earlier version, which does not say it: then somebody has to have.
 *
 * @throws Fault where the entry contradicts itself.
 */
function releaseOf({ details }: LoggedEntry): Release | undefined {
  if (details['release'] === undefined) return undefined;
  const said = verdict.safeParse(details['verdict']);
  const came = release.safeParse(details['release']);
  ensure(said.success && came.success, 'release_missing', 'It does not say who had to approve it.');
  const isLower = LEVELS.indexOf(came.data.approval) < LEVELS.indexOf(said.data.approval);
  const isReleased = said.data.effect === 'allow' || came.data.approval !== 'none';
  const holds = said.data.effect !== 'deny' && !isLower && isReleased;
  ensure(holds, 'release_lowered', 'Less was asked for than policy demanded.');
  return came.data;
}
