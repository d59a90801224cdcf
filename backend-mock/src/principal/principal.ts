/**
 * Who acts: a registered client, for one person. What somebody has (plans, receipts, keys of repeated calls, cursors,
 * limits, tasks, exports) is the pair's. Neither half stands for it: one client may come to act for many people, and one
 * person has several clients.
 */
export interface Principal {
  readonly clientId: string;
  /** Pseudonymous id of the person. */
  readonly ownerId: string;
}

/** Whether two are one. */
export const isSamePrincipal = (one: Principal, other: Principal): boolean =>
  one.clientId === other.clientId && one.ownerId === other.ownerId;

/** As part of the name of a row; no other principal has the same. */
export const principalKey = ({ clientId, ownerId }: Principal): string => `${clientId}:${ownerId}`;
