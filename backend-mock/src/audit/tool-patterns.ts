import { sql } from 'kysely';
import type { Tx } from '../database/database.ts';

/** Distinct tools that a search by pattern looks among; a log has few, whatever a client reports. */
const TOOLS_MAX = 1_000;
const IS_PATTERN = /[*?]/;

/**
 * The tools of a log that any of these patterns means: `*` stands for any text, `?` for one character. Read off an index, a
 * step for each tool.
 */
export async function matchingTools(tx: Tx, patterns: readonly string[]): Promise<string[]> {
  const plain = patterns.filter((pattern) => !IS_PATTERN.test(pattern));
  const globs = patterns.filter((pattern) => IS_PATTERN.test(pattern));
  if (globs.length === 0) return [...new Set(plain)];
  const { rows } = await sql<{ tool: string }>`
    with recursive known (tool) as (
      select min(tool) from audit_entries
      union all
      select (select min(entry.tool) from audit_entries as entry where entry.tool > known.tool)
      from known where known.tool is not null)
    select tool from known where tool is not null limit ${sql.lit(TOOLS_MAX)}`.execute(tx);
  const found = rows.map(({ tool }) => tool).filter((tool) => globs.some((glob) => matchesGlob(glob, tool)));
  return [...new Set([...plain, ...found])];
}

/** Whether a pattern means a text, in steps of at most their lengths multiplied. Pure. */
export function matchesGlob(glob: string, text: string): boolean {
  let at = 0;
  let seen = 0;
  // Where the last `*` stands, and how far it reaches so far.
  let star = -1;
  let reach = 0;
  while (seen < text.length) {
    if (glob[at] === '*') {
      star = at++;
      reach = seen;
    } else if (at < glob.length && (glob[at] === '?' || glob[at] === text[seen])) {
      at++;
      seen++;
    } else if (star === -1) {
      return false;
    } else {
      at = star + 1;
      seen = ++reach;
    }
  }
  return /^\**$/.test(glob.slice(at));
}
