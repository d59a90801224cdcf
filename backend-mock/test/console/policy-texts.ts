import { readPolicy, type PolicyRead, type PolicyText } from '@narrow-deputies/policy';

/** A policy that says one thing of each sort. */
export const POLICY = `version: 1
name: house-rules
environment: development
time_zone: Etc/UTC
risk:
  packs: [risk/crm.yaml]
  suspend_at: 60
rules:
  - id: reads-and-plans
    effect: allow
    when: { kinds: [read, plan] }
  - id: refunds-ask
    why: Money is looked at.
    effect: require_approval
    approval: two_reviewers
    reviewer_role: support-lead
    when:
      tools: [commit_refund]
      arguments:
        - { pointer: /amount, maximum: 1000 }
        - { pointer: /currency, enum: [EUR] }
      hours: { days: [mon, tue], from: '08:00', to: '18:00' }
  - id: no-take-downs
    effect: deny
    when: { actions: [unpublish], recent: { outside_text: true, within: 10m } }
limits:
  - id: a-day
    when: { tools: [commit_refund] }
    per: owner
    window: 24h
    sum: /amount
    maximum: 20000
    exceeded: deny
  - id: in-a-run
    when: { kinds: [plan] }
    max_calls_per_run: 5
    exceeded: require_approval
    approval: owner
`;

export const PACK = `version: 1
domain: crm
factors:
  - id: records-today
    measure: records
    within: 24h
    abuse: true
    bands:
      - { from: 100, score: 5 }
      - { from: 400, score: 15 }
  - id: export
    score: 30
    when: { actions: [export] }
`;

export const textOf = (policy = POLICY, pack = PACK): PolicyText => ({
  file: 'development.yaml',
  policy,
  packs: { 'risk/crm.yaml': pack },
});

/** @throws Error for a text that cannot be read: then the test is wrong. */
export function readOf(policy = POLICY, pack = PACK): PolicyRead {
  const outcome = readPolicy(textOf(policy, pack));
  if (!outcome.ok) throw new Error(outcome.faults.map(({ line, message }) => `${line}: ${message}`).join('\n'));
  return outcome.read;
}
