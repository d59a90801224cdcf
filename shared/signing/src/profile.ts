/** One fixed use of RFC 9421: which components are covered, in which order, under which tag. */
export interface Profile {
  components: readonly string[];
  tag: string;
}

/** Requests of servers to operations: the grant in `authorization` is covered. */
export const OPERATION_PROFILE: Profile = Object.freeze({
  components: Object.freeze([
    '@method',
    '@target-uri',
    'content-type',
    'content-digest',
    'authorization',
    'idempotency-key',
    'traceparent',
  ]),
  tag: 'narrow-deputies',
});

/** Requests of people, who have no grant; the other tag keeps one kind of signature from passing as the other. */
export const PERSON_PROFILE: Profile = Object.freeze({
  components: Object.freeze(OPERATION_PROFILE.components.filter((name) => name !== 'authorization')),
  tag: 'narrow-deputies-person',
});
