import { makeVisible } from '@narrow-deputies/contracts/text';
import type { Explained } from '@narrow-deputies/policy';
import { paint } from './paint.ts';

const WORDS = {
  rule: { yes: 'matched', no: 'did not match' },
  limit: { yes: 'exceeded', no: 'not exceeded' },
  factor: { yes: 'added', no: 'added nothing' },
} as const;

/** One line for each part of a policy: whether it had its say, and why or why not. */
export function explanationLines(parts: readonly Explained[]): string[] {
  const cells = parts.map((part) => ({
    ...part,
    head: [part.what, part.id, part.effect ?? '-'].map(makeVisible),
    word: WORDS[part.what][part.matched ? 'yes' : 'no'],
  }));
  const widthOf = (at: number): number => Math.max(0, ...cells.map(({ head }) => head[at]?.length ?? 0));
  const widths = [widthOf(0), widthOf(1), widthOf(2)];
  const wordWidth = Math.max(0, ...cells.map(({ word }) => word.length));
  return cells.map(({ head, word, matched, because }) => {
    const columns = head.map((text, at) => text.padEnd(widths[at] ?? 0)).join('  ');
    const said = word.padEnd(wordWidth);
    const reason = makeVisible(because.join('; '));
    return `${columns}  ${matched ? paint('yellow', said) : said}  ${reason}`.trimEnd();
  });
}
