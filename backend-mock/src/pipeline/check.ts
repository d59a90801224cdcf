import type { Answer, Call } from './call.ts';

/** Where a check stands in the way of a call. */
export type Stage = 'admit' | 'identify' | 'limit' | 'validate' | 'entitle' | 'repeat' | 'decide';

/**
 * One control. It throws a Refusal to deny, establishes facts on the call, and returns an answer only where an earlier
 * outcome is given again.
 */
export interface Check {
  readonly name: string;
  readonly stage: Stage;
  run(call: Call): Promise<Answer | undefined> | Answer | undefined | void;
}
