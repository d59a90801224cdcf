import { makeProblem, type Code, type JsonObject, type Problem, type ProblemParts } from '@narrow-deputies/contracts';
import type { Tx } from '../database/database.ts';

/** What a refusal keeps for the people who run the backend, beside what its caller may read. */
export interface RefusalNotes {
  /** Internal detail; goes to the log file, never to the caller. */
  readonly internal?: string;
  /** Names of the rules that decided, for the audit entry. */
  readonly rules?: readonly string[];
  /** Further facts for the audit entry. */
  readonly details?: JsonObject;
  /**
   * State that the denial itself leaves behind (a plan found stale), written in the transaction that denies, after all
   * effects of the call were undone.
   */
  readonly persist?: (tx: Tx) => Promise<unknown>;
}

/** A decision against the call. Everything in `problem` is public; see {@link RefusalNotes} for what is not. */
export class Refusal extends Error {
  readonly code: Code;
  readonly problem: Problem;
  readonly notes: RefusalNotes;

  constructor(code: Code, parts: ProblemParts = {}, notes: RefusalNotes = {}) {
    super(notes.internal ?? code);
    this.name = 'Refusal';
    this.code = code;
    this.problem = makeProblem(code, parts);
    this.notes = notes;
  }
}
