import { leaves, type State, type Test } from './conditions.ts';
import { exceedsBound } from './decide.ts';
import type { Bound, Limit, Program, Rule } from './program.ts';

/**
 * The earliest time from another one on at which something has come about, if nothing else happens; null where waiting
 * does not bring it about, or nobody can tell. Milliseconds since the epoch.
 */
type Coming = (from: number) => number | null;

/** Hours that exclude each other never meet: after so many turns it is given up. */
const TURNS = 32;

/** When this call, which is denied, would be let through or wait for a person. The score is taken to stay as it is. */
export function givesWayAt({ rules, limits }: Program, state: State): number | null {
  const stopping = [
    ...rules.filter(({ effect }) => effect === 'deny').map((rule) => misses(rule, state)),
    ...limits.filter(({ effect }) => effect === 'deny').map((limit) => spares(limit, state)),
  ];
  const giving = rules.filter(({ effect }) => effect !== 'deny').map((rule) => matchesFrom(rule, state));
  return together([...stopping, soonest(giving)])(state.call.time);
}

const matchesFrom = ({ tests, effect }: Rule, state: State): Coming =>
  together(tests.map((test) => turning(test, state, effect === 'allow' ? ['yes'] : ['yes', 'unclear'])));

const misses = ({ tests }: Pick<Rule, 'tests'>, state: State): Coming =>
  soonest(tests.map((test) => turning(test, state, ['no'])));

const spares = (limit: Limit, state: State): Coming =>
  soonest([misses(limit, state), together(limit.bounds.map((bound) => passes(bound, state)))]);

const turning =
  (test: Test, state: State, wanted: readonly ReturnType<Test['run']>[]): Coming =>
  (from) => {
    if (test.comes) return test.comes(state, from, wanted.includes('yes'));
    return wanted.includes(test.run(state)) ? from : null;
  };

/** When a bound has room for the call again; one that the call alone exceeds never has. */
function passes(bound: Bound, state: State): Coming {
  const { at, window, maximum, sum } = bound;
  if (!exceedsBound(bound, state)) return (from) => from;
  if (exceedsBound(bound, { ...state, values: [] })) return () => null;
  const value = state.values[at]?.value ?? 0;
  const time = leaves(state, at, window, sum === null && value === maximum);
  return (from) => Math.max(from, time);
}

/** When all of them have come about at the same time. */
const together =
  (parts: readonly Coming[]): Coming =>
  (from) => {
    let at = from;
    for (let turn = 0; turn < TURNS; turn++) {
      let next = at;
      for (const part of parts) {
        const time = part(next);
        if (time === null) return null;
        next = time;
      }
      if (next === at) return at;
      at = next;
    }
    return null;
  };

const soonest =
  (parts: readonly Coming[]): Coming =>
  (from) => {
    const times = parts.map((part) => part(from)).filter((time) => time !== null);
    return times.length > 0 ? Math.min(...times) : null;
  };
