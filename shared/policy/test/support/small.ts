import type { PackSource, PolicyCall, PolicyEvent, PolicySource, PolicyVerdict } from '../../src/index.ts';
import type { Factor, Limit, Rule, When } from './random-policy.ts';
import { decided, ready, type Ready, type Situation } from './triples.ts';

/** Noon in Berlin, on a Wednesday. */
export const NOON = Date.parse('2026-01-14T11:00:00Z');
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

interface Parts {
  readonly rules?: readonly Rule[];
  readonly limits?: readonly Limit[];
  readonly factors?: readonly Factor[];
  readonly suspendAt?: number;
  readonly timeZone?: string;
}

export const policyOf = ({ rules = [], limits = [], factors, suspendAt, timeZone = 'Europe/Berlin' }: Parts): Ready => {
  const head = { version: 1, name: 'small', environment: 'production', time_zone: timeZone } as const;
  const suspend = suspendAt === undefined ? {} : { suspend_at: suspendAt };
  const risk: Partial<PolicySource> = factors ? { risk: { packs: ['pack.yaml'], ...suspend } } : {};
  const pack: PackSource = { version: 1, domain: 'trial', factors: [...(factors ?? [])] };
  const packs = factors ? { 'pack.yaml': pack } : {};
  return ready({ policy: { ...head, ...risk, rules: [...rules], limits: [...limits] }, packs });
};

export const allow = (when: When = {}, id = 'give'): Rule => ({ id, effect: 'allow', when });
export const deny = (when: When = {}, id = 'take'): Rule => ({ id, effect: 'deny', when });
export const ask = (when: When = {}, id = 'ask', approval: Rule['approval'] = 'owner'): Rule => ({
  id,
  effect: 'require_approval',
  approval,
  when,
});

export const callOf = (tool: string, fields: Partial<PolicyCall> = {}): PolicyCall => ({
  time: NOON,
  tool,
  client: 'c1',
  agent: 'tickets-agent',
  owner: 'p_1',
  ownerRoles: [],
  run: 'r1',
  task: false,
  arguments: {},
  contentFlags: 0,
  sameness: tool,
  ...fields,
});

export const refundOf = (amount: number, fields: Partial<PolicyCall> = {}): PolicyCall =>
  callOf('commit_refund', { arguments: { amount, currency: 'EUR' }, ...fields });

/** What was served, so long before a call. */
export const ago = (before: number, { time, ...call }: PolicyCall, fields: Partial<PolicyEvent> = {}): PolicyEvent => ({
  ...call,
  time: time - before,
  outcome: 'served',
  records: 0,
  risk: 0,
  outside: false,
  ...fields,
});

export const after = (call: PolicyCall, ...past: PolicyEvent[]): Situation => ({
  call,
  past: past.toSorted((a, b) => a.time - b.time),
});

export const verdictOn = (parts: Parts, call: PolicyCall, ...past: PolicyEvent[]): PolicyVerdict =>
  decided(policyOf(parts), after(call, ...past));
