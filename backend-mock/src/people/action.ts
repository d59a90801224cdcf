import type { JsonObject } from '@narrow-deputies/contracts';
import type * as z from 'zod';
import type { ApprovalsService } from '../approvals/approvals.service.ts';
import type { EntryDraft } from '../audit/entry.ts';
import type { Settings } from '../common/settings.ts';
import type { Tx } from '../database/database.ts';
import type { OperationRegistry } from '../operations/registry.ts';
import type { PlanReleases } from '../plans/plan-releases.ts';
import type { PolicyDesk } from '../policy/policy-desk.ts';
import type { Credential, Evidence } from './credential.ts';
import type { Person, PersonRole } from './people-repository.ts';

/** What an action may use. */
export interface ActionContext {
  readonly tx: Tx;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly person: Person;
  /** Names the entry that the act will have. */
  readonly auditId: string;
  readonly credential: Credential;
  /** Remote address. */
  readonly source: string;
  /** What was signed, whole, for actions whose signature is kept. */
  readonly evidence: Evidence;
  readonly settings: Settings;
  readonly approvals: ApprovalsService;
  readonly operations: OperationRegistry;
  readonly releases: PlanReleases;
  readonly desk: PolicyDesk;
}

export interface ActionResult {
  readonly body: JsonObject;
  /** What the entry says beyond who and what. */
  readonly entry?: Partial<Pick<EntryDraft, 'plan' | 'approvals' | 'details'>>;
}

/** Something that people do with their own signature: `POST /people/<name>`. */
export interface PeopleAction<S extends z.ZodType = z.ZodType> {
  readonly name: string;
  /** Roles that may do it; any one of them. */
  readonly roles: readonly PersonRole[];
  readonly arguments: S;
  /** Set where it changes nothing: then a session of the console is proof enough. */
  readonly reads?: true;
  /** Largest body, in bytes, where it is not the usual 64 KiB. */
  readonly bodyBytes?: number;
  run(args: z.infer<S>, context: ActionContext): Promise<ActionResult>;
}

/** Keeps the types of one action together while it stands in a list with others. */
export const defineAction = <S extends z.ZodType>(action: PeopleAction<S>): PeopleAction => action;
