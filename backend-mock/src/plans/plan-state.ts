import type { PlanState } from '../database/schema.ts';

export type PlanEvent = 'release' | 'ask' | 'commit' | 'reject' | 'expire' | 'revoke' | 'find_stale';

/** The whole life of a plan. What is not listed cannot happen. */
const TRANSITIONS: Readonly<Record<PlanState, Partial<Record<PlanEvent, PlanState>>>> = {
  planned: { release: 'released', ask: 'pending_approval' },
  pending_approval: {
    release: 'released',
    reject: 'rejected',
    expire: 'expired',
    revoke: 'revoked',
    find_stale: 'stale',
  },
  released: {
    commit: 'committed',
    // A second decision at commit may raise what is required; a person may also take a release back.
    ask: 'pending_approval',
    reject: 'rejected',
    expire: 'expired',
    revoke: 'revoked',
    find_stale: 'stale',
  },
  committed: {},
  rejected: {},
  expired: {},
  revoked: {},
  stale: {},
};

/** @returns the state after the event, or undefined when the event cannot happen in this state. */
export const nextState = (state: PlanState, event: PlanEvent): PlanState | undefined => TRANSITIONS[state][event];

/** The states in which an event can happen; what a guarded update puts into its WHERE. */
export const statesBefore = (event: PlanEvent): PlanState[] =>
  (Object.keys(TRANSITIONS) as PlanState[]).filter((state) => nextState(state, event) !== undefined);

/** Plans that may still be committed one day count against their client's and owner's allowance. */
export const OPEN_STATES: readonly PlanState[] = ['pending_approval', 'released'];
