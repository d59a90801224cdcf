/** How entries differ from what was logged, from the first entry that does. */
export type EntryChange = 'entry_edited' | 'entry_deleted' | 'entry_inserted' | 'entry_reordered';

/** Leaf hashes from the first difference on, and whether the log ends with the last of them. */
export interface HashWindow {
  hashes: readonly string[];
  toTheEnd: boolean;
}

/**
 * Tells what was done to a log from the leaf hashes around the first difference. It sees as far as its windows: what was
 * moved from farther away looks like an edit, a deletion or an insertion, which it also is.
 *
 * @param found leaf hashes of the entries that are there.
 * @param logged leaf hashes that the log committed to at the same places.
 */
export function classifyChange(found: HashWindow, logged: HashWindow): EntryChange {
  const [foundFirst = '', ...foundRest] = found.hashes;
  const [loggedFirst = '', ...loggedRest] = logged.hashes;
  const foundAt = loggedRest.indexOf(foundFirst) + 1;
  const loggedAt = foundRest.indexOf(loggedFirst) + 1;
  const bothEnd = found.toTheEnd && logged.toTheEnd;
  // How many entries there are more than logged ones. Windows that are cut off do not tell; there, more than one hash has
  // to agree after a shift.
  const surplus = found.hashes.length - logged.hashes.length;
  const least = bothEnd ? 0 : 2;
  if (loggedAt > 0 && agree(foundRest.slice(loggedAt - 1), logged.hashes, least) && !(bothEnd && surplus < loggedAt)) {
    return 'entry_inserted';
  }
  if (foundAt > 0 && agree(found.hashes, loggedRest.slice(foundAt - 1), least) && !(bothEnd && surplus > -foundAt)) {
    return 'entry_deleted';
  }
  return foundAt > 0 && loggedAt > 0 ? 'entry_reordered' : 'entry_edited';
}

/** Whether two runs of hashes agree as far as both go, over at least so many. */
function agree(one: readonly string[], other: readonly string[], least: number): boolean {
  const overlap = Math.min(one.length, other.length);
  return overlap >= least && one.slice(0, overlap).every((hash, at) => hash === other[at]);
}
