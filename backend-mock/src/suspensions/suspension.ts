/** What can be stopped: one credential, one role of agents, one tool, or all agents at once. */
export type SuspensionKind = 'token' | 'agent' | 'tool' | 'everything';
export const SUSPENSION_KINDS = ['token', 'agent', 'tool', 'everything'] as const satisfies readonly SuspensionKind[];

/** A stop that holds until an administrator takes it back. */
export interface Suspension {
  readonly id: string;
  readonly kind: SuspensionKind;
  /** Keyid, role or tool; empty for everything. */
  readonly target: string;
  readonly reason: string | null;
  /** Person who pressed the button. */
  readonly suspendedBy: string;
  /** Milliseconds since the epoch. */
  readonly suspendedAt: number;
}

const WHAT: Readonly<Record<SuspensionKind, string>> = {
  token: 'This credential is',
  agent: 'This kind of agent is',
  tool: 'This tool is',
  everything: 'All agents are',
};

/** What an agent that meets a stop is told: never why, and never whom else it concerns. */
export const suspendedDetail = (kind: SuspensionKind): string =>
  `${WHAT[kind]} suspended. Tell the user; an administrator can resume. Do not try again.`;
