import { describe, expect, test } from '@jest/globals';
import { FINDING_CODES, type CheckOptions } from '../src/index.ts';
import { check, checkText, codesOf, policyText, type Parts } from './check-support.ts';

const PEOPLE = [
  { id: 'p_1', roles: ['owner', 'administrator'] },
  { id: 'p_2', roles: ['reviewer'] },
  { id: 'p_3', roles: ['reviewer', 'support-lead'] },
];
const rule = (fields: string, effect = 'deny'): Parts => ({ rules: `{ id: extra, effect: ${effect}, ${fields} }` });
const denyRefunds = (when: string): Parts => rule(`when: { tools: [commit_refund], ${when} }`);
const allowRefunds = (constraints: string, more = ''): string =>
  `{ id: refunds, effect: allow, when: { tools: [commit_refund], arguments: [${constraints}]${more} } }`;
const EUR = '{ pointer: /currency, enum: [EUR] }';
const reviewed = (approval: string, role?: string): Parts =>
  rule(
    `approval: ${approval}, ${role === undefined ? '' : `reviewer_role: ${role}, `}when: { tools: [commit_export], hours: { from: '08:00', to: '09:00' } }`,
    'require_approval',
  );
const day = (fields: string, when = 'tools: [commit_refund]'): string =>
  `{ id: day, when: { ${when} }, exceeded: deny, sum: /amount, ${fields} }`;

type Case = readonly [code: keyof typeof FINDING_CODES, has: Parts, nearly: Parts, options?: CheckOptions];

const CASES: readonly Case[] = [
  ['invalid', rule('when: { tool: [commit_refund] }'), rule(`when: { tools: [commit_refund], task: bound }`)],
  ['unreadable_argument', denyRefunds('arguments: [{ pointer: /reason, prefix: x }]'), denyRefunds('arguments: [{ pointer: /reason, max_length: 9 }]')],
  ['wrong_environment', { environment: 'staging' }, {}, { environment: 'production' }],
  ['other_environment', denyRefunds('task: bound, environments: [staging]'), denyRefunds('task: bound, environments: [staging, production]')],
  ['unknown_name', denyRefunds('agents: [suport-agent]'), denyRefunds('agents: [support-agent], task: bound')],
  ['unknown_name', rule('when: { tools: [commit_refunds] }'), rule('when: { tools: [commit_refun*], task: bound }')],
  ['unknown_name', denyRefunds('recent: { tools: [gets_*], within: 10m }'), denyRefunds('recent: { tools: [get_*], within: 10m }')],
  ['unknown_name', denyRefunds('owner_roles: [boss]'), denyRefunds('owner_roles: [support-lead]')],
  ['unknown_name', rule('when: { actions: [refunds] }'), rule('when: { actions: [refund], task: bound }')],
  ['unknown_name', rule('when: { contexts: [ticket] }'), rule('when: { contexts: [tickets], task: bound }')],
  ['no_tool', rule('when: { contexts: [crm], kinds: [read] }'), rule('when: { contexts: [crm], kinds: [commit], task: bound }')],
  ['no_tool', rule('when: { arguments: [{ pointer: /total, minimum: 1 }] }'), rule('when: { arguments: [{ pointer: /amount, minimum: 9 }] }')],
  ['no_tool', { factors: '{ id: sums, measure: sum, sum: /total, within: 1d, bands: [{ from: 0, score: 1 }] }' }, { factors: '{ id: sums, measure: sum, sum: /amount, within: 1d, bands: [{ from: 0, score: 1 }] }' }],
  ['tool_left_out', rule('when: { tools: [commit_refund, commit_reply], arguments: [{ pointer: /amount, minimum: 9 }] }'), rule('when: { tools: [commit_*], arguments: [{ pointer: /amount, minimum: 9 }] }')],
  ['empty_interval', denyRefunds('arguments: [{ pointer: /amount, minimum: 2, maximum: 1 }]'), denyRefunds('arguments: [{ pointer: /amount, minimum: 2, maximum: 2 }]')],
  ['empty_interval', denyRefunds('arguments: [{ pointer: /reason, min_length: 2, max_length: 1 }]'), denyRefunds('arguments: [{ pointer: /reason, min_length: 2, max_length: 2 }]')],
  ['empty_interval', denyRefunds('arguments: [{ pointer: /amount, minimum: 5, enum: [1, 4] }]'), denyRefunds('arguments: [{ pointer: /amount, minimum: 4, enum: [1, 4] }]')],
  ['empty_interval', denyRefunds('arguments: [{ pointer: /currency, prefix: U, enum: [EUR] }]'), denyRefunds('arguments: [{ pointer: /currency, prefix: U, enum: [EUR, USD] }]')],
  ['empty_interval', denyRefunds(`hours: { from: '08:00', to: '08:00' }`), denyRefunds(`hours: { from: '08:00', to: '08:01' }`)],
  ['empty_interval', denyRefunds(`outside_hours: { from: '00:00', to: '24:00' }`), denyRefunds(`outside_hours: { from: '00:00', to: '23:59' }`)],
  ['empty_interval', { factors: `{ id: night, when: { hours: { from: '08:00', to: '08:00' } }, score: 5 }` }, { factors: `{ id: night, when: { hours: { from: '22:00', to: '06:00' } }, score: 5 }` }],
  ['contradiction', denyRefunds('arguments: [{ pointer: /amount, minimum: 9 }, { pointer: /amount, maximum: 8 }]'), denyRefunds('arguments: [{ pointer: /amount, minimum: 8 }, { pointer: /amount, maximum: 8 }]')],
  ['contradiction', denyRefunds('arguments: [{ pointer: /amount, minimum: 9, prefix: a }]'), denyRefunds('arguments: [{ pointer: /amount, minimum: 9, maximum: 10 }]')],
  ['contradiction', denyRefunds('arguments: [{ pointer: /currency, prefix: EU }, { pointer: /currency, prefix: US }]'), denyRefunds('arguments: [{ pointer: /currency, prefix: E }, { pointer: /currency, prefix: EU }]')],
  ['contradiction', denyRefunds('agents: [crm-agent]'), denyRefunds('agents: [crm-agent, support-agent], task: bound')],
  ['contradiction', denyRefunds(`hours: { from: '08:00', to: '10:00' }, outside_hours: { from: '07:00', to: '10:00' }`), denyRefunds(`hours: { from: '08:00', to: '10:00' }, outside_hours: { days: [mon], from: '07:00', to: '10:00' }`)],
  ['unreachable_threshold', { ...denyRefunds('risk: { minimum: 31 }'), factors: '{ id: any, score: 30 }' }, { ...denyRefunds('risk: { minimum: 30 }'), factors: '{ id: any, score: 30 }' }],
  ['unreachable_threshold', { ...denyRefunds('risk: { minimum: 30 }'), factors: '{ id: reads, when: { kinds: [read] }, score: 30 }' }, { ...rule('when: { tools: [get_ticket], risk: { minimum: 30 } }'), factors: '{ id: reads, when: { kinds: [read] }, score: 30 }' }],
  ['unreachable_threshold', denyRefunds('cumulative_risk: { minimum: 300, within: 1h }'), { ...denyRefunds('cumulative_risk: { minimum: 300, within: 1h }'), factors: '{ id: any, score: 1 }' }],
  ['unreachable_threshold', { risk: 'risk: { packs: [pack.yaml], suspend_at: 51 }', factors: '{ id: any, score: 50, abuse: true }' }, { risk: 'risk: { packs: [pack.yaml], suspend_at: 50 }', factors: '{ id: any, score: 50, abuse: true }' }],
  ['suspend_without_abuse', { risk: 'risk: { packs: [pack.yaml], suspend_at: 50 }', factors: '{ id: any, score: 50 }' }, { factors: '{ id: any, score: 50 }' }],
  ['shadowed', rule('when: { tools: [commit_export], task: bound }', 'allow'), rule('when: { tools: [commit_export], task: bound }')],
  ['duplicate', denyRefunds('task: bound\n } }').rules === undefined ? {} : { rules: `{ id: extra, effect: deny, when: { tools: [commit_refund], task: bound } }\n{ id: again, effect: deny, when: { tools: [commit_refund], task: bound, risk: { minimum: 0.5 } } }`.replace(', risk: { minimum: 0.5 }', `, hours: { from: '08:00', to: '09:00' }`) }, denyRefunds('task: bound')],
  ['duplicate', { limits: '{ id: again, when: {}, per: owner, window: 1h, maximum: 500, exceeded: deny }' }, { limits: '{ id: again, when: {}, per: owner, window: 1h, maximum: 499, exceeded: deny }', day: day('per: owner, window: 24h, maximum: 2000') }],
];

void policyText;
