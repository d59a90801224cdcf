import { ensure, Fault } from './fault.ts';
import type { LoggedEntry } from './logged-entry.ts';

/** Entries by which the log itself says that its store was changed before they had their place. */
const ROW_REFUSED = 'log.refuse_row';
const ENTRIES_MISSING = 'log.miss_entries';
const RESTORED = 'log.accept_restored';
/** Memory does not grow with the log. */
const SHOWN_MAX = 1_000;

/**
 * Whether all that each writer wrote is there, by its own numbers: from 1, without a gap, in order. Memory grows with the
 * writers, a few for each start of a process.
 */
export class Writers {
  readonly #numbers = new Map<string, number>();
  #refused = 0;
  /** Indexes of entries by which somebody accepted that the log does not go on from what was signed before. */
  readonly breaks: number[] = [];

  /** Rows that got no place in the log, as its entries say. */
  get refused(): number {
    return this.#refused;
  }

  /** @throws Fault for an entry that is not its writer's next, and where the log says that some are missing. */
  check(index: number, { writer, tool, kind }: LoggedEntry): void {
    if (kind === 'system' && tool === RESTORED && this.breaks.length < SHOWN_MAX) this.breaks.push(index);
    if (writer === null) {
      ensure(this.#numbers.size === 0, 'entry_unproven', 'It does not say who wrote it, and entries before it do.');
      return;
    }
    const before = this.#numbers.get(writer.id) ?? 0;
    this.#numbers.set(writer.id, Math.max(before, writer.number));
    if (writer.number <= before) throw new Fault('entry_repeated', 'Its writer has an entry of this number before it.');
    ensure(writer.number === before + 1, 'entries_lost', 'Entries that its writer wrote before it are not in the log.');
    if (kind !== 'system') return;
    if (tool === ROW_REFUSED) this.#refused += 1;
    ensure(tool !== ENTRIES_MISSING, 'entries_lost', 'It says that entries were written and are not in the log.');
  }
}
