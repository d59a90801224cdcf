import type { Code } from '@narrow-deputies/contracts';
import type { Probe, ProbeAnswer } from '../self-check/probe.ts';
import type { Answer, Call } from './call.ts';

/** Where a check stands in the way of a call. */
export type Stage = 'admit' | 'identify' | 'limit' | 'validate' | 'entitle' | 'repeat' | 'decide';

/** How a check shows at boot that it denies: the attempt has to end with exactly this code. */
export interface Proof {
  readonly code: Code;
  attempt(probe: Probe): Promise<ProbeAnswer>;
}

/**
 * One control. It throws a Refusal to deny, establishes facts on the call, and returns an answer only where an earlier
 * outcome is given again. A control that is written and not wired is the worst fault of all: so each comes with its
 * proof, and a process in which one fails does not serve.
 */
export interface Check {
  readonly name: string;
  readonly stage: Stage;
  readonly proofs: readonly [Proof, ...Proof[]];
  run(call: Call): Promise<Answer | undefined> | Answer | undefined | void;
}
