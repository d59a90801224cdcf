/** What happens to a call; where several say something, the first in this order wins: deny, require_approval, allow. */
export type Effect = 'deny' | 'require_approval' | 'allow';

export type Kind = 'read' | 'plan' | 'commit';

/** Who has to release a plan, from the least to the most. */
export type ApprovalLevel = 'none' | 'owner' | 'reviewer' | 'two_reviewers';
export const APPROVAL_LEVELS = ['none', 'owner', 'reviewer', 'two_reviewers'] as const;

/** The stricter of two levels. */
export const stricter = (a: ApprovalLevel, b: ApprovalLevel): ApprovalLevel =>
  APPROVAL_LEVELS.indexOf(a) >= APPROVAL_LEVELS.indexOf(b) ? a : b;

/** What policy may know of one tool: the part of its contract that rules can name. */
export interface ToolFacts {
  readonly name: string;
  readonly kind: Kind;
  readonly context: string;
  readonly action: string;
  /** Agent roles that may hold the tool's scope. */
  readonly roles: readonly string[];
  /** Whether it brings text that a model wrote or a client uploaded before the public or a customer. */
  readonly ships: boolean;
  /** The least approval that any policy has to ask for. */
  readonly leastApproval: ApprovalLevel;
  /** JSON pointer to the amount of money that it moves, in minor units; null where it moves none. */
  readonly money: string | null;
  /** JSON pointer to the argument that names one record, so that going through them one by one is seen. */
  readonly record: string | null;
  /** Whether its answer holds text that people outside wrote. */
  readonly showsOutside: boolean;
  /**
   * What rules may read of its arguments, by JSON pointer: of text that is not kept in the log only the length. For a
   * commit these are the arguments of its plan.
   */
  readonly readable: Readonly<Record<string, 'value' | 'length'>>;
  /**
   * Every pointer that leads somewhere in these arguments, `*` in place of an item's number; left out where nobody said
   * what lies below the first level.
   */
  readonly pointers?: readonly string[];
}

/** Whether a pointer (RFC 6901, here its tokens) leads to something that rules may read of a tool's arguments. */
export function reaches({ readable, pointers }: ToolFacts, tokens: readonly string[]): boolean {
  const [top] = tokens;
  if (top === undefined || !Object.hasOwn(readable, top)) return false;
  if (pointers === undefined || tokens.length === 1) return true;
  return readable[top] === 'value' && pointers.some((pointer) => leadsAlong(pointer.split('/').slice(1), tokens));
}

const ITEM = /^(0|[1-9]\d*)$/;

const leadsAlong = (pattern: readonly string[], tokens: readonly string[]): boolean =>
  pattern.length === tokens.length &&
  tokens.every((token, at) => {
    const wanted = pattern[at];
    return wanted === '*' ? ITEM.test(token) : wanted?.replaceAll('~1', '/').replaceAll('~0', '~') === token;
  });

/** Every tool there is, by name. */
export type Catalogue = ReadonlyMap<string, ToolFacts>;

export const createCatalogue = (tools: readonly ToolFacts[]): Catalogue =>
  new Map(tools.map((tool) => [tool.name, tool]));
