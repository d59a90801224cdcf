import { text } from './details.ts';
import { isEffect } from './entry-kinds.ts';
import { ensure } from './fault.ts';
import type { LoggedEntry } from './logged-entry.ts';
import { wasOver } from './patience.ts';

const ACTIVATIONS: ReadonlySet<string> = new Set(['policy.activate', 'people.activate_policy']);
const DIGEST_PREFIX = 'sha-256:';
const VERSION_DIGITS = 12;
/** Memory does not grow with the log. */
const SHOWN_MAX = 1_000;

/** Which policy decided at each place of the log, as the entries of its activations say. */
export class Policies {
  #active: string | undefined;
  /** When each policy that was active before was replaced the last time, by version. */
  readonly #replaced = new Map<string, number>();

  /** Indexes of activations that nobody signed for, where that is possible. */
  readonly unsigned: number[] = [];

  /**
   * Takes an activation. Nobody signs for the policy that a store begins with; a later one takes a person's signature, but
   * in development, where a changed file does.
   *
   * @throws Fault for one that somebody had to sign for.
   */
  read(index: number, { tool, details, time, environment, kind }: LoggedEntry): void {
    if (!ACTIVATIONS.has(tool)) return;
    if (kind === 'system') {
      const mayBe = environment === 'development' || this.#active === undefined;
      ensure(mayBe, 'policy_unsigned', 'It makes a policy the active one, and nobody signed for it.');
      if (environment === 'development' && this.unsigned.length < SHOWN_MAX) this.unsigned.push(index);
    }
    const digest = text(details, 'digest') ?? '';
    const version = `${text(details, 'policy') ?? ''}@${digest.slice(DIGEST_PREFIX.length, DIGEST_PREFIX.length + VERSION_DIGITS)}`;
    if (this.#active !== undefined && this.#active !== version) this.#replaced.set(this.#active, time);
    this.#active = version;
  }

  /** @throws Fault for a decision by a policy that was not the active one. */
  check(entry: LoggedEntry): void {
    const { decisionInput, time } = entry;
    const version = text(decisionInput, 'policy');
    if (version === undefined && !isEffect(entry)) return;
    const isActive = version !== undefined && version === this.#active;
    const replacedAt = version === undefined ? undefined : this.#replaced.get(version);
    // A call that runs beside an activation was decided by the policy before.
    ensure(
      isActive || (replacedAt !== undefined && !wasOver(replacedAt, time)),
      'policy_not_activated',
      'It was decided by a policy that no earlier entry made the active one.',
    );
  }
}
