import type { PolicyCall, PolicyEvent } from '../engine/call.ts';
import { durationMs } from '../language/duration.ts';
import type { CallDefaults, PastCallSource } from './cases-schema.ts';
import { samenessOf } from './sameness.ts';

/** A Monday at noon, UTC: what a call has that nobody gave a time. */
export const DEFAULT_TIME = Date.UTC(2026, 2, 2, 12);

/** What a call is made of where neither it nor the defaults say otherwise. */
const PLAIN = { client: 'client-1', agent: 'agent', owner: 'owner-1', ownerRoles: ['owner'] };

/** The call that a case describes. */
export function callOf(source: CallDefaults & { readonly tool: string }, defaults: CallDefaults = {}): PolicyCall {
  const all = { ...defaults, ...source };
  const args = all.arguments ?? {};
  return {
    time: all.time === undefined ? DEFAULT_TIME : Date.parse(all.time),
    tool: all.tool,
    client: all.client ?? PLAIN.client,
    agent: all.agent ?? PLAIN.agent,
    owner: all.owner ?? PLAIN.owner,
    ownerRoles: all.owner_roles ?? PLAIN.ownerRoles,
    run: all.run ?? null,
    task: all.task === 'bound',
    arguments: args,
    contentFlags: all.content_flags ?? 0,
    sameness: samenessOf(all.tool, args),
  };
}

/** The past that a case describes, the oldest first; whoever is not named is the one who makes the call. */
export const pastOf = (sources: readonly PastCallSource[], call: PolicyCall): PolicyEvent[] =>
  sources.flatMap((source) => eventsOf(source, call)).toSorted((a, b) => a.time - b.time);

function eventsOf(source: PastCallSource, call: PolicyCall): PolicyEvent[] {
  const { tool, ago, times = 1, every, arguments: args = {} } = source;
  const newest = call.time - durationMs(ago);
  const apart = every === undefined ? 0 : durationMs(every);
  const event: Omit<PolicyEvent, 'time'> = {
    tool,
    client: source.client ?? call.client,
    agent: source.agent ?? call.agent,
    owner: source.owner ?? call.owner,
    run: source.run ?? call.run,
    arguments: args,
    sameness: samenessOf(tool, args),
    outcome: source.outcome ?? 'served',
    records: source.records ?? 0,
    risk: source.risk ?? 0,
    outside: source.outside === true,
  };
  return Array.from({ length: times }, (_, at) => ({ ...event, time: newest - at * apart }));
}
