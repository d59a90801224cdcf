import { showText } from '@narrow-deputies/contracts/outside';
import { checkPolicy, compilePolicy, readPolicy, type Catalogue, type Finding } from '@narrow-deputies/policy';
import type { Settings } from '../../common/settings.ts';
import type { Database } from '../../database/database.ts';
import { peopleWhoSign } from '../../policy/approving-people.ts';
import { digestOfPolicy, type StoredPolicy } from '../../policy/policies-repository.ts';
import { findReadable } from './policy-activations.ts';
import { changesOf, type Change } from './policy-changes.ts';
import { matchChosen, type Chosen } from './policy-chosen.ts';
import { replayNewest, type Replayed } from './policy-replay.ts';

/** What a person sees of a policy before they sign for it. */
export interface Preview {
  /** Which of the chosen files stands for each pack that the policy names: the act carries its text under that name. */
  readonly packs: Readonly<Record<string, string>>;
  /** Sentences. With one of them, or with a finding that is an error, it cannot be activated. */
  readonly problems: readonly string[];
  readonly hints: readonly string[];
  readonly findings: readonly Finding[];
  /** Null where one of the two cannot be read. */
  readonly changes: readonly Change[] | null;
  /** Null where it cannot decide. */
  readonly replay: Replayed | null;
}

export interface Previewing {
  readonly database: Database;
  readonly settings: Settings;
  readonly catalogue: Catalogue;
}

/** Looks at chosen files as the act would, and at what they would change. Nothing is written. */
export async function previewPolicy(chosen: Chosen, { database, settings, catalogue }: Previewing): Promise<Preview> {
  const { text, packs, problems, unused } = matchChosen(chosen);
  const { environment } = settings;
  const [active, people] = await database.transaction(async (tx) => [
    await findReadable(tx, environment),
    await peopleWhoSign(tx, settings),
  ]);
  const compiled = compilePolicy(text, catalogue);
  const repeated = active && active.digest === digestOfPolicy(text);
  return {
    packs,
    ...visible({
      problems,
      hints: [
        ...unused.map((name) => `${name} was chosen, but the policy does not name it: it is left out.`),
        ...(repeated ? ['This very policy is active already.'] : []),
      ],
      findings: checkPolicy(text, catalogue, { environment, people }),
      changes: changesFrom(active, text),
      replay: compiled.ok ? await replayNewest(database, compiled.policy) : null,
    }),
  };
}

/** The same, without characters that nobody could see. */
const visible = <T>(said: T): T =>
  JSON.parse(JSON.stringify(said), (_key, value: unknown) =>
    typeof value === 'string' ? showText(value, Number.MAX_SAFE_INTEGER).text : value,
  ) as T;

function changesFrom(active: StoredPolicy | undefined, text: StoredPolicy['text']): Change[] | null {
  const [before, after] = [active && readPolicy(active.text), readPolicy(text)];
  return before?.ok === true && after.ok ? changesOf(before.read, after.read) : null;
}
