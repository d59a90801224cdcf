import type { Settings } from '../common/settings.ts';
import type { GrantTokens } from '../grants/grant-tokens.ts';
import type { TokenRecord } from '../grants/tokens-repository.ts';
import type { PolicyDesk } from '../policy/policy-desk.ts';
import type { Sameness } from '../policy/sameness.ts';
import type { Check } from './check.ts';
import { validArguments } from './checks/arguments.ts';
import { canonicalBody } from './checks/canonical-body.ts';
import { decision } from './checks/decision.ts';
import { grant } from './checks/grant.ts';
import { headers } from './checks/headers.ts';
import { knownPlan } from './checks/known-plan.ts';
import { limits } from './checks/limits.ts';
import { mediaType } from './checks/media-type.ts';
import { repeatedKey } from './checks/repeated-key.ts';
import { replay } from './checks/replay.ts';
import { scope } from './checks/scope.ts';
import { signature } from './checks/signature.ts';
import { size } from './checks/size.ts';
import { suspension } from './checks/suspension.ts';
import { task } from './checks/task.ts';
import { token } from './checks/token.ts';

export interface ChecksNeed {
  readonly settings: Settings;
  readonly tokens: GrantTokens;
  readonly findToken: (keyid: string) => Promise<TokenRecord | undefined>;
  readonly desk: PolicyDesk;
  readonly sameness: Sameness;
}

export interface PipelineChecks {
  /** No transaction, nothing remembered; a denial here is counted, not recorded. */
  readonly beforeIdentity: readonly Check[];
  /** In the call's transaction: who it is, and that this request is new. What these write stays whatever happens. */
  readonly beforeLimits: readonly Check[];
  /** In the call's transaction; what these write stays when the call is denied. */
  readonly beforeEffects: readonly Check[];
  /** In the transaction, undone when the call is denied. */
  readonly withEffects: readonly Check[];
}

/** Changes to the list of checks. Always none, but where a test breaks one control to see that its loss is noticed. */
export class CheckAlterations {
  readonly apply: (checks: PipelineChecks) => PipelineChecks;

  constructor(apply: (checks: PipelineChecks) => PipelineChecks = (checks) => checks) {
    this.apply = apply;
  }
}

/**
 * The way of a call, in order. Nothing is remembered about a request before its signature verifies, cheap checks come
 * before dear ones, and a known outcome is given again before policy is asked.
 */
export const createChecks = (need: ChecksNeed): PipelineChecks => ({
  beforeIdentity: [
    // admit
    size,
    mediaType,
    headers,
    canonicalBody,
    // identify
    grant(need.tokens),
    signature(need.settings, need.findToken),
  ],
  beforeLimits: [replay, token],
  beforeEffects: [
    // limit
    limits,
    // validate
    validArguments,
    // entitled?
    suspension,
    scope,
    task,
  ],
  withEffects: [
    // repeat?
    repeatedKey,
    knownPlan(need.settings),
    // decide
    decision(need.desk, need.sameness),
  ],
});
