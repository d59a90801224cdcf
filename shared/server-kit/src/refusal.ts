import { makeProblem, type Code, type Problem, type ProblemParts } from '@narrow-deputies/contracts';

/** Who decided: this server's own wall, or somebody behind it whose answer is only passed on. */
export type RefusalOrigin = 'wall' | 'backend';

/**
 * The one kind of error whose text reaches the model. Anything else that is thrown becomes the code `internal` with fixed
 * words. A refusal of the wall is observed (see `serve`), one of the backend is already on record there.
 */
export class Refusal extends Error {
  readonly problem: Problem;
  readonly origin: RefusalOrigin;

  constructor(problem: Problem, origin: RefusalOrigin) {
    super(problem.code);
    this.name = 'Refusal';
    this.problem = problem;
    this.origin = origin;
  }
}

/** A refusal by this server itself. */
export const refuse = (code: Code, parts: ProblemParts = {}): Refusal => new Refusal(makeProblem(code, parts), 'wall');
