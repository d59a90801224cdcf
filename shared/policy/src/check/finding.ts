/** An error must not be activated; a warning is safe, and probably not what was meant. */
export type Severity = 'error' | 'warning';

/** Every kind of finding, and how much it weighs. The codes are stable: scripts and pages name them. */
export const FINDING_CODES = {
  /** The file is no YAML that is accepted, or not in the shape of a policy or risk pack. */
  invalid: 'error',
  /** A constraint on text that the log does not keep. */
  unreadable_argument: 'error',
  /** More rules and limits about one tool than can be held against each other; it is said alone. */
  crowded: 'error',
  /** The whole policy is for another environment. */
  wrong_environment: 'error',
  /** A rule or limit for environments that this policy is never active in. */
  other_environment: 'error',
  /** A tool, action, context or role that does not exist. */
  unknown_name: 'error',
  /** A rule, limit or factor that concerns no tool. */
  no_tool: 'error',
  /** A tool that a rule or limit names and that another of its fields excludes. */
  tool_left_out: 'warning',
  /** Bounds that nothing lies between. */
  empty_interval: 'error',
  /** Conditions that exclude each other. */
  contradiction: 'error',
  /** A score that the risk packs never add up to. */
  unreachable_threshold: 'error',
  /** "suspend_at" without a factor that is a sign of abuse. */
  suspend_without_abuse: 'error',
  /** An agent that a rule or limit names beside others, and that may hold none of its tools. */
  agent_left_out: 'warning',
  /** A rule that another one always overrides. */
  shadowed: 'warning',
  /** A rule or limit that says nothing that another does not say. */
  duplicate: 'warning',
  /** A tool that no rule speaks of. */
  tool_uncovered: 'warning',
  /** Approval of what cannot wait for a person, which denies it. */
  approval_denies: 'warning',
  /** Approval that too few of the enrolled people could give. */
  nobody_approves: 'warning',
  /** Money is allowed without a sum over a day that bounds it. */
  money_without_limit: 'error',
  /** Money is allowed in whichever currency. */
  currency_open: 'error',
  /** Several small amounts pass where the same amount at once would not. */
  splittable: 'error',
  /** An allow of what brings text before the public or a customer. */
  releases_ships: 'error',
  /** An allow of what its contract asks a person for. */
  floor_applies: 'warning',
} as const satisfies Readonly<Record<string, Severity>>;

export type FindingCode = keyof typeof FINDING_CODES;

/** Something about a policy that is wrong, or hardly meant. Lines and columns are counted from 1. */
export interface Finding {
  /** Name of the policy's file, or of a risk pack as the policy names it. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly severity: Severity;
  readonly code: FindingCode;
  readonly message: string;
}
