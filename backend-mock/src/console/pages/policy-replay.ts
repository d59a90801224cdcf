import { setImmediate as breathe } from 'node:timers/promises';
import {
  LONGEST_WINDOW,
  Replay,
  type ChangeGroup,
  type CompiledPolicy,
  type RecordedVerdict,
} from '@narrow-deputies/policy';
import type { Database } from '../../database/database.ts';
import { recordedCalls, type Stretch } from '../../policy/recorded-calls.ts';
import { effectWords } from './policy-words.ts';

/** How far back is decided again, in milliseconds. */
export const REPLAYED_MS = 7 * 86_400_000;
/** Entries that one look goes through; the command line goes through all. */
export const ENTRIES_MAX = 20_000;
/** Groups that are told; the largest ones. */
const GROUPS_MAX = 20;
/** After so many entries others have their turn. */
const STRETCH = 250;

/** Calls that would be decided alike, and otherwise than they were, in words. */
export interface ReplayedGroup {
  readonly tool: string;
  readonly before: string;
  readonly after: string;
  readonly count: number;
  /** Ids of entries, the newest. */
  readonly examples: readonly string[];
}

/** What a policy would have done to what was asked lately. */
export interface Replayed {
  readonly calls: number;
  readonly changed: number;
  readonly groups: readonly ReplayedGroup[];
  /** Set where there were more entries than were looked at. */
  readonly cut: boolean;
}

/**
 * Decides the newest entries of the last days again; nothing is written.
 *
 * @param most entries, those that only make history included.
 */
export async function replayNewest(database: Database, policy: CompiledPolicy, most = ENTRIES_MAX): Promise<Replayed> {
  const to = (await database.now(database.db)) + 1;
  const from = to - REPLAYED_MS;
  // Further back than any rule looks, so that the first call that counts has its whole past.
  const stretch = { from: from - LONGEST_WINDOW, to };
  const after = await positionBefore(database, stretch, most);
  const replay = new Replay(policy);
  let done = 0;
  for await (const recorded of recordedCalls(database, { ...stretch, after })) {
    if (recorded) replay.add(recorded, recorded.call.time >= from);
    done += 1;
    if (done % STRETCH === 0) await breathe();
  }
  const { calls, changed, groups } = replay.result();
  return { calls, changed, groups: groups.slice(0, GROUPS_MAX).map(inWords), cut: after > 0 };
}

/** Where the newest entries begin: the position of the last one that is too many, or 0. */
async function positionBefore(database: Database, { from, to }: Stretch, most: number): Promise<number> {
  const row = await database.db
    .selectFrom('audit_entries')
    .select('position')
    .where('time', '>=', from)
    .where('time', '<', to)
    .orderBy('position', 'desc')
    .offset(most)
    .limit(1)
    .executeTakeFirst();
  return row?.position ?? 0;
}

const inWords = ({ tool, before, after, count, examples }: ChangeGroup): ReplayedGroup => ({
  tool,
  before: verdictWords(before),
  after: verdictWords(after),
  count,
  examples,
});

const verdictWords = ({ effect, approval, rules }: RecordedVerdict): string =>
  `${effectWords(effect, approval)}, by ${rules.length === 0 ? 'no rule' : rules.join(', ')}`;
