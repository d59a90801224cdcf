import * as fc from 'fast-check';
import type { Random } from './random.ts';

/** Fixed, so that a failure comes again; fast-check prints it, and the choices of the smallest case that fails. */
const SEED = 20_261_123;

/** Holds for whatever is chosen; where it does not, fast-check chooses less until nothing is left out. */
export function forAll(runs: number, holds: (random: Random) => void): void {
  // A bias to small numbers would choose the first of every list, and so the same policies again and again.
  const property = fc.property(fc.noBias(fc.gen()), (choose) => {
    holds({ below: (limit) => (limit < 2 ? 0 : choose(fc.nat, { max: limit - 1 })) });
  });
  fc.assert(property, { seed: SEED, numRuns: runs });
}
