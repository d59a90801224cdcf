import type { PolicyRead } from '@narrow-deputies/policy';
import { factorLines, limitLines, ruleLines, settingLines, type Line } from './policy-words.ts';

/** One thing that is said differently; null where it is not said at all. */
export interface ChangedLine {
  readonly label: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** One rule, limit or factor that differs between two policies. */
export interface Change {
  readonly kind: 'added' | 'removed' | 'changed';
  /** `rule`, `limit`, `factor`, `settings`. */
  readonly what: string;
  readonly id: string;
  /** Never empty. */
  readonly lines: readonly ChangedLine[];
}

interface Part {
  readonly what: string;
  readonly id: string;
  readonly lines: readonly Line[];
  /** All that was read of it. */
  readonly source: string;
}

/**
 * What another policy says differently, by the ids of its rules, limits and factors: their order never matters, and
 * comments decide nothing. Whatever else differs is a change too, in the words of the file.
 */
export function changesOf(before: PolicyRead, after: PolicyRead): Change[] {
  const [old, young] = [partsOf(before), partsOf(after)];
  return [...new Set([...young.keys(), ...old.keys()])].flatMap((key) => compare(old.get(key), young.get(key)) ?? []);
}

function partsOf({ source, packs }: PolicyRead): Map<string, Part> {
  const { rules, limits = [], ...settings } = source;
  const parts = [
    part('settings', 'of the policy itself', settingLines(source), settings),
    ...rules.map((rule) => part('rule', rule.id, ruleLines(rule), rule)),
    ...limits.map((limit) => part('limit', limit.id, limitLines(limit), limit)),
    ...packs.flatMap(({ source: { domain, factors } }) =>
      factors.map((factor) => part('factor', `${domain}/${factor.id}`, factorLines(factor), factor)),
    ),
  ];
  return new Map(parts.map((each) => [`${each.what} ${each.id}`, each]));
}

const part = (what: string, id: string, lines: readonly Line[], read: unknown): Part => ({
  what,
  id,
  lines,
  source: JSON.stringify(read),
});

function compare(before: Part | undefined, after: Part | undefined): Change | undefined {
  const one = after ?? before;
  if (!one || before?.source === after?.source) return undefined;
  const kind = !before ? 'added' : after ? 'changed' : 'removed';
  const [old, young] = [wordsOf(before), wordsOf(after)];
  const lines = [...new Set([...young.keys(), ...old.keys()])]
    .map((label) => ({ label, before: old.get(label) ?? null, after: young.get(label) ?? null }))
    .filter((line) => line.before !== line.after);
  // What the words do not tell apart is shown as it is: nothing that differs goes unseen.
  const written = { label: 'as written', before: before?.source ?? null, after: after?.source ?? null };
  return { kind, what: one.what, id: one.id, lines: lines.length > 0 ? lines : [written] };
}

/** By label; several lines with one label together. */
function wordsOf(one: Part | undefined): Map<string, string> {
  const said = new Map<string, string>();
  for (const [label, words] of one?.lines ?? []) {
    const known = said.get(label);
    said.set(label, known === undefined ? words : `${known}; ${words}`);
  }
  return said;
}
