import { describe, expect, test } from '@jest/globals';
import type { PlanState } from '../../src/database/schema.ts';
import { nextState, OPEN_STATES, statesBefore, type PlanEvent } from '../../src/plans/plan-state.ts';

const EVENTS: readonly PlanEvent[] = ['release', 'ask', 'commit', 'reject', 'expire', 'revoke', 'find_stale'];

/** The whole life of a plan as people know it: a row per state, a column per event in the order above. */
const LIFE: Readonly<Record<PlanState, readonly (PlanState | '-')[]>> = {
  planned: ['released', 'pending_approval', '-', '-', '-', '-', '-'],
  pending_approval: ['released', '-', '-', 'rejected', 'expired', 'revoked', 'stale'],
  released: ['-', 'pending_approval', 'committed', 'rejected', 'expired', 'revoked', 'stale'],
  committed: ['-', '-', '-', '-', '-', '-', '-'],
  rejected: ['-', '-', '-', '-', '-', '-', '-'],
  expired: ['-', '-', '-', '-', '-', '-', '-'],
  revoked: ['-', '-', '-', '-', '-', '-', '-'],
  stale: ['-', '-', '-', '-', '-', '-', '-'],
};
const STATES = Object.keys(LIFE) as PlanState[];
const PAIRS = STATES.flatMap((state) => EVENTS.map((event, at) => [state, event, LIFE[state][at] ?? '-'] as const));

describe('the life of a plan [plan.states]', () => {
  test.each(PAIRS)('%s, %s: %s', (state, event, expected) => {
    expect(nextState(state, event) ?? '-').toBe(expected);
  });

  test.each(['committed', 'rejected', 'expired', 'revoked', 'stale'] as const)('%s has no way out', (state) => {
    expect(EVENTS.map((event) => nextState(state, event))).toEqual(EVENTS.map(() => undefined));
  });

  test('nothing but a released plan can be committed', () => {
    expect(statesBefore('commit')).toEqual(['released']);
  });

  test.each(EVENTS)('the states before %s are those in which it can happen', (event) => {
    expect(statesBefore(event)).toEqual(STATES.filter((state) => nextState(state, event) !== undefined));
  });

  test('open are the stored states from which a plan may still be committed', () => {
    expect(OPEN_STATES).toEqual(['pending_approval', 'released']);
  });

  test('no name from outside reaches a state through the prototype', () => {
    for (const event of ['constructor', 'toString']) {
      expect(STATES).not.toContain(nextState('planned', event as PlanEvent));
    }
  });
});
