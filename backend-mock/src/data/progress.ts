/** One step of an import under way. */
export interface Step {
  /** How much of it is done: bytes of a file, rows of a write. */
  readonly at: (done: number) => void;
  /** @param count of rows; undefined where it did not get to its end. */
  readonly end: (count: number | undefined) => void;
}

/** Who is told how far an import has come. */
export interface ImportProgress {
  readonly beginFile: (file: string) => Promise<Step>;
  readonly beginWrite: (rows: number) => Step;
}

const QUIET: Step = { at: () => undefined, end: () => undefined };

/** Tells nobody. */
export const NO_PROGRESS: ImportProgress = { beginFile: () => Promise.resolve(QUIET), beginWrite: () => QUIET };
