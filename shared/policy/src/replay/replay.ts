import type { PolicyCall, PolicyEvent } from '../engine/call.ts';
import type { ApprovalLevel, Effect } from '../engine/catalogue.ts';
import { decide, type PolicyVerdict } from '../engine/decide.ts';
import { measuresOf } from '../engine/measures-of.ts';
import type { CompiledPolicy } from '../engine/program.ts';
import { RecordedHistory } from './recorded-history.ts';

/** What was decided about a call when it happened. */
export interface RecordedVerdict {
  readonly effect: Effect;
  readonly approval: ApprovalLevel;
  readonly rules: readonly string[];
}

/** One entry of the log. */
export interface RecordedCall {
  /** Names the entry. */
  readonly id: string;
  readonly call: PolicyCall;
  /** Null where policy was not asked: then the call counts for others, and is not decided again. */
  readonly verdict: RecordedVerdict | null;
  /** What history remembers of it; null where it counts for nothing. */
  readonly event: Omit<PolicyEvent, keyof PolicyCall | 'risk'> | null;
}

/** Calls that would be decided alike, and otherwise than they were. */
export interface ChangeGroup {
  readonly tool: string;
  readonly before: RecordedVerdict;
  readonly after: RecordedVerdict;
  readonly count: number;
  /** Ids of entries, the newest. */
  readonly examples: readonly string[];
}

export interface ReplayResult {
  /** Calls that were decided again. */
  readonly calls: number;
  readonly changed: number;
  /** The largest first. */
  readonly groups: readonly ChangeGroup[];
}

const EXAMPLES = 3;

/** Decides recorded calls again, in the order of their times, as if another policy had been active. */
export class Replay {
  readonly #policy: CompiledPolicy;
  readonly #history: RecordedHistory;
  readonly #groups = new Map<string, ChangeGroup>();
  #calls = 0;
  #changed = 0;

  constructor(policy: CompiledPolicy) {
    this.#policy = policy;
    this.#history = new RecordedHistory(measuresOf(policy, [...policy.programs.keys()]));
  }

  /** @param counts false for calls before the time that is asked about: they only make history. */
  add(recorded: RecordedCall, counts = true): void {
    const { call, verdict, event } = recorded;
    const after = decide(this.#policy, call, this.#history.reading(call));
    if (verdict && counts) this.#compare(recorded.id, call.tool, verdict, after);
    // What happened has happened; how much it weighed is for the policy to say.
    if (event) this.#history.add({ ...call, ...event, risk: after.risk.score });
  }

  #compare(id: string, tool: string, before: RecordedVerdict, { effect, approval, rules }: PolicyVerdict): void {
    this.#calls += 1;
    if (before.effect === effect && before.approval === approval) return;
    this.#changed += 1;
    const after = { effect, approval, rules };
    const key = JSON.stringify([tool, before.effect, before.approval, after]);
    const group = this.#groups.get(key) ?? { tool, before, after, count: 0, examples: [] };
    const examples = [id, ...group.examples].slice(0, EXAMPLES);
    this.#groups.set(key, { ...group, count: group.count + 1, examples });
  }

  result(): ReplayResult {
    const groups = [...this.#groups.values()].toSorted((a, b) => b.count - a.count || (a.tool < b.tool ? -1 : 1));
    return { calls: this.#calls, changed: this.#changed, groups };
  }
}
