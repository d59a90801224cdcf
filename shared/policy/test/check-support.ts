import {
  checkPolicy,
  createCatalogue,
  type CheckOptions,
  type Finding,
  type FindingCode,
  type ToolFacts,
} from '../src/index.ts';

const tool = (name: string, facts: Partial<ToolFacts> = {}): ToolFacts => ({
  name,
  kind: 'commit',
  context: 'tickets',
  action: name.replace(/^(plan|commit)_/, ''),
  roles: ['support-agent'],
  ships: false,
  leastApproval: 'none',
  money: null,
  record: null,
  showsOutside: false,
  readable: {},
  ...facts,
});

const refund = { money: '/amount', readable: { amount: 'value', currency: 'value', reason: 'length' } } as const;

export const CATALOGUE = createCatalogue([
  tool('get_ticket', { kind: 'read', record: '/ticketId', showsOutside: true, readable: { ticketId: 'value' } }),
  tool('plan_refund', { kind: 'plan', ...refund }),
  tool('commit_refund', refund),
  tool('commit_reply', { ships: true, leastApproval: 'owner', readable: { text: 'length' } }),
  tool('commit_export', {
    context: 'crm',
    roles: ['crm-agent'],
    leastApproval: 'owner',
    readable: { filter: 'value', fields: 'value' },
    pointers: ['/filter', '/filter/country', '/fields', '/fields/*'],
  }),
]);

/** A policy in which nothing is found, and what a test puts in place of its parts. */
export interface Parts {
  readonly environment?: string;
  /** More rules. */
  readonly rules?: string;
  /** Tools that the owner is asked about. */
  readonly asked?: string;
  /** In place of the rule that allows refunds. */
  readonly refunds?: string;
  /** More limits. */
  readonly limits?: string;
  /** In place of the limit that adds refunds up. */
  readonly day?: string;
  readonly risk?: string;
  /** Factors of one risk pack, which the policy then names. */
  readonly factors?: string;
}

const REFUNDS = `{ id: refunds, effect: allow, when: { tools: [commit_refund], arguments: [{ pointer: /amount, maximum: 2000 }, { pointer: /currency, enum: [EUR] }] } }`;
const DAY = `{ id: day, when: { tools: [commit_refund] }, per: owner, window: 24h, maximum: 2000, sum: /amount, exceeded: deny }`;

export function policyText(parts: Parts): string {
  const { environment = 'production', rules = '', refunds = REFUNDS, limits = '', day = DAY, factors } = parts;
  const asked = parts.asked ?? 'commit_reply, commit_export';
  const risk = parts.risk ?? (factors === undefined ? '' : 'risk: { packs: [pack.yaml] }');
  return `version: 1
name: trial
environment: ${environment}
time_zone: Europe/Berlin
${risk}
rules:
  - { id: reads, effect: allow, when: { kinds: [read, plan] } }
  - { id: asked, effect: require_approval, approval: owner, when: { tools: [${asked}] } }
${items(refunds)}${items(rules)}limits:
  - { id: calls, when: {}, per: owner, window: 1h, maximum: 500, exceeded: deny }
${items(day)}${items(limits)}`;
}

const items = (text: string): string =>
  text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => `  - ${line.trim()}\n`)
    .join('');

const packText = (factors: string): string => `version: 1\ndomain: trial\nfactors:\n${items(factors)}`;

export const check = (parts: Parts, options: CheckOptions = {}): Finding[] => {
  const { factors } = parts;
  const packs = factors === undefined ? {} : { 'pack.yaml': packText(factors) };
  return checkPolicy({ file: 'trial.yaml', policy: policyText(parts), packs }, CATALOGUE, options);
};

/** A finding by its code; a policy that has exactly it, and one that nearly has it, in which nothing is found. */
export type CheckCase = readonly [code: FindingCode, has: Parts, nearly: Parts];

export const codesOf = (findings: readonly Finding[]): string[] => findings.map(({ code }) => code);

/** One more rule that denies refunds, or something else. */
export const deny = (when: string, tools = 'commit_refund'): Parts => ({
  rules: `{ id: extra, effect: deny, when: { tools: [${tools}], ${when} } }`,
});

export const rule = (when: string, effect = 'deny'): Parts => ({
  rules: `{ id: extra, effect: ${effect}, when: { ${when} } }`,
});
