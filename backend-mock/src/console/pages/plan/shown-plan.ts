import type { JsonObject } from '@narrow-deputies/contracts';
import type { Approval } from '../../../approvals/approvals-repository.ts';
import type { Person } from '../../../people/people-repository.ts';
import type { Plan } from '../../../plans/plan.ts';

/** All that the page of one plan is made of. */
export interface ShownPlan {
  readonly plan: Plan;
  /** Exact texts by name. */
  readonly contents: Readonly<Record<string, string>>;
  /** Whether the stored plan is what its digests say. */
  readonly intact: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly environment: string;
  /** The home that commands have to be given; undefined where they find it by themselves. */
  readonly namedHome?: string | undefined;
  /** Who looks; undefined for somebody who is not signed in, to whom nobody is named. */
  readonly viewer: Person | undefined;
  /** People by their pseudonymous ids. */
  readonly names: ReadonlyMap<string, string>;
  readonly approvals: readonly Approval[];
  /** What the client said about its machine; nothing rests on it. */
  readonly host: JsonObject | null;
}
