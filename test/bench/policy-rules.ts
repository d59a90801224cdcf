import { createCatalogue, type Catalogue, type PolicyCall, type ToolFacts } from '@narrow-deputies/policy';

/**
 * The same rules twice, in this product's language and in Cedar: who may do what, up to which amount, in which currency,
 * on what priority. What only one of the two can say (limits, hours, risk) is left out.
 */

const tool = (name: string, kind: ToolFacts['kind']): ToolFacts => ({
  name,
  kind,
  context: 'tickets',
  action: 'refund',
  roles: ['support-agent'],
  ships: false,
  leastApproval: 'none',
  money: '/amount',
  record: null,
  showsOutside: false,
  readable: { amount: 'value', currency: 'value', priority: 'value' },
});

export const CATALOGUE: Catalogue = createCatalogue([
  tool('commit_refund', 'commit'),
  tool('plan_refund', 'plan'),
  ...Array.from({ length: 20 }, (_, at) => tool(`commit_other_${at}`, 'commit')),
]);

const HEADER = `version: 1
name: bench
environment: production
time_zone: Etc/UTC
rules:
`;

/** Of the rules, every fourth names the tool that is decided; the last one allows it. */
export function policyText(rules: number): string {
  const parts = Array.from({ length: rules - 1 }, (_, at) => {
    const named = at % 4 === 0 && at < 20 ? 'commit_refund' : `commit_other_${at % 20}`;
    return `  - id: rule-${at}
    effect: deny
    when:
      tools: [${named}]
      agents: [support-agent]
      arguments:
        - { pointer: /amount, minimum: ${100_000 + at} }
        - { pointer: /currency, enum: [EUR, USD] }
`;
  });
  return `${HEADER}${parts.join('')}  - id: allow
    effect: allow
    when:
      tools: [commit_refund]
      agents: [support-agent]
      arguments: [{ pointer: /priority, enum: [low, normal] }]
`;
}

export function cedarText(rules: number): string {
  const parts = Array.from({ length: rules - 1 }, (_, at) => {
    const named = at % 4 === 0 && at < 20 ? 'commit_refund' : `commit_other_${at % 20}`;
    return `forbid(principal, action == Action::"${named}", resource) when {
  context.agent == "support-agent" && context.amount >= ${100_000 + at} && ["EUR", "USD"].contains(context.currency)
};`;
  });
  return `${parts.join('\n')}
permit(principal, action == Action::"commit_refund", resource) when {
  context.agent == "support-agent" && ["low", "normal"].contains(context.priority)
};`;
}

export const CALL: PolicyCall = {
  time: Date.UTC(2026, 10, 20, 12),
  tool: 'commit_refund',
  client: 'ticket-handler',
  agent: 'support-agent',
  owner: 'p_owner',
  ownerRoles: ['owner'],
  run: 'run',
  task: false,
  arguments: { amount: 1250, currency: 'EUR', priority: 'normal' },
  contentFlags: 0,
  sameness: 'same',
};
