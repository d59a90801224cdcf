/** The promises of `requirements.ts` that are about a store and replicas as they really are: slow, broken off, restarted, behind. */
export const FLEET_REQUIREMENTS = {
  'house.beside-calls':
    'Keeping house waits for no call and is part of no deadlock; one kind that fails keeps no other.',
  'house.backlog': 'Keeping house works off what is due in batches, however much it is, one replica at a time.',
  'commit.lost-answer':
    'A call whose commit had no answer is answered by what became of it, or says that it is not known and what is safe.',
  'repeat.unknown': 'A server repeats a call that the backend could not take once, with the same idempotency key.',
  'store.places': 'Calls wait for connections in their order, within bounds, and leave some to others.',
  'store.health':
    'Health answers within two seconds, to any name, without a trace, and is bad where calls would fail, in named conditions.',
  'store.end':
    'A process that ends says so first, then refuses further calls as a problem, and finishes those that run.',
  'store.newer': 'A store that a newer version made is refused in words that say so.',
} as const;
