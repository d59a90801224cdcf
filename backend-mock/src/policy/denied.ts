import { randomUUID } from 'node:crypto';
import type { Contract, JsonObject } from '@narrow-deputies/contracts';
import type { DenialAdvice } from '@narrow-deputies/policy';
import { Refusal } from '../common/refusal.ts';
import type { Tx } from '../database/database.ts';
import { suspendedDetail } from '../suspensions/suspension.ts';
import { insertSuspension } from '../suspensions/suspensions-repository.ts';
import type { PolicyDecision } from './decision.ts';

/** Stands in place of a person where policy itself pressed the button. */
export const BY_POLICY = 'policy';

/** What to say of each kind of thing that would help. */
const WORDS: Readonly<Record<DenialAdvice['conditions'][number], string>> = {
  other_role: 'another kind of agent',
  other_owner: 'another person to act for',
  task: 'a task that a person approved for exactly this',
  other_arguments: 'other arguments',
  hours: 'another time of day',
  recent_actions: 'other actions shortly before',
  content: 'a text without suspicious places',
  lower_risk: 'less at stake',
  fewer_calls: 'fewer calls',
  smaller_amount: 'a smaller amount',
};

/**
 * The refusal of a call that policy denied: what kind of thing would satisfy, whether waiting helps, never a threshold.
 *
 * @param details further facts for the entry.
 */
export function deniedByPolicy(
  { name }: Contract,
  { rules }: PolicyDecision,
  { conditions, retryAt, taskMissing }: DenialAdvice,
  now: number,
  details: JsonObject = {},
): Refusal {
  const what = conditions.map((condition) => WORDS[condition]).join(', or ');
  const would = what === '' ? 'Nothing that you can change would help; tell the user.' : `What would help: ${what}.`;
  const retryAfter = retryAt === null ? undefined : Math.max(1, Math.ceil((retryAt - now) / 1000));
  const when =
    retryAfter === undefined ? 'Do not simply try again.' : `Do not try again before ${retryAfter} s have passed.`;
  return new Refusal(
    taskMissing ? 'task_required' : 'denied_by_policy',
    {
      detail: `Policy does not allow ${name} here. ${would} ${when}`,
      conditions: [...conditions],
      ...(retryAfter !== undefined && { retryable: true, retryAfter }),
    },
    { rules, details },
  );
}

/** Why a commit was denied, for an entry that is not its own: that of the plan for it, or of the person who applies it. */
export const whyDenied = ({ input, risk }: PolicyDecision): JsonObject => ({
  commit: { decisionInput: input, risk: { ...risk, parts: risk.parts.map((part) => ({ ...part })) } },
});

/** A credential whose calls look like abuse: stopped until an administrator has looked, and told no more than that. */
export function suspendForAbuse(keyid: string, now: number, signs: readonly string[]): Refusal {
  const id = randomUUID();
  return new Refusal(
    'suspended',
    { detail: suspendedDetail('token'), conditions: ['resumed_by_administrator'] },
    {
      rules: ['abuse'],
      details: { suspensionId: id, signs: [...signs] },
      persist: (tx) => stopToken(tx, { id, keyid, now, signs }),
    },
  );
}

/** @returns the id of the stop that stands now: this one, or the one before. */
export async function stopToken(
  tx: Tx,
  { id, keyid, now, signs }: { id: string; keyid: string; now: number; signs: readonly string[] },
): Promise<string> {
  const standing = await insertSuspension(tx, {
    id,
    kind: 'token',
    target: keyid,
    reason: `Policy saw signs of abuse: ${signs.join(', ')}.`,
    suspendedBy: BY_POLICY,
    suspendedAt: now,
  });
  return standing.id;
}
