import type { JsonObject } from '@narrow-deputies/contracts';

/** Tells a demonstration on standard output, and counts what was not as it should be. */
export class Story {
  #chapter = 0;
  #failed = 0;
  #passed = 0;

  chapter(title: string): void {
    this.#chapter++;
    process.stdout.write(`\n${this.#chapter}. ${title}\n`);
  }

  say(text: string): void {
    process.stdout.write(`   ${text}\n`);
  }

  /** States what has to hold now. */
  check(what: string, holds: boolean): void {
    if (holds) this.#passed++;
    else this.#failed++;
    process.stdout.write(`   ${holds ? 'ok  ' : 'FAIL'} ${what}\n`);
  }

  /** @returns the exit status: 0 when all was as it should be. */
  end(): number {
    process.stdout.write(`\n${this.#passed} as it should be, ${this.#failed} not.\n`);
    return this.#failed === 0 && this.#passed > 0 ? 0 : 1;
  }
}

/** What a plan tool answered, by its id. */
export const planIdOf = (plan: JsonObject): string => String(plan['planId']);

/** The receipt in what a commit tool answered; empty where there is none. */
export const receiptOf = (data: JsonObject): JsonObject => (data['receipt'] ?? {}) as JsonObject;
