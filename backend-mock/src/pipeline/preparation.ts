/** What an operation prepared outside the transaction, or why it did not. */
export type Prepared = { readonly value: unknown } | { readonly error: unknown };

/**
 * Ends a transaction in which every check has let a call pass whose operation has to prepare something first. Nothing of it
 * stays; the call is decided in another one, with what was prepared.
 */
export class Unprepared extends Error {
  readonly #work: () => Promise<unknown>;

  constructor(work: () => Promise<unknown>) {
    super('The call has to be prepared outside its transaction.');
    this.#work = work;
  }

  /** Never throws: a refusal is one of the call, and is recorded as such. */
  async prepare(): Promise<Prepared> {
    try {
      return { value: await this.#work() };
    } catch (error) {
      return { error };
    }
  }
}
