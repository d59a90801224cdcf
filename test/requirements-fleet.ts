/** The promises of `requirements.ts` that are about a store and replicas as they really are: slow, broken off, restarted, behind. */
export const FLEET_REQUIREMENTS = {
  'house.beside-calls':
    'Keeping house waits for no call and is part of no deadlock; one kind that fails keeps no other.',
  'house.backlog': 'Keeping house works off what is due in batches, however much it is, one replica at a time.',
} as const;
