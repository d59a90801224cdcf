/** The promises of `requirements.ts` that are about time, distance and cost between the backend and its store. */
export const STORE_REQUIREMENTS = {
  'store.far': 'The backend starts and serves however long a round trip to its store takes.',
  'store.trips': 'A read, a plan and a commit each take no more round trips to the store than their bound.',
  'check.self-timeless':
    'What the self-check proves does not depend on how long it takes, nor on what other replicas write.',
  'check.self-clock': 'Where proofs fail because a clock is wrong, the message says so first.',
} as const;
