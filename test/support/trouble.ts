import { expect } from '@jest/globals';
import { draft, type Lab } from './lab.ts';
import { rowCounts, storedOf } from './stored.ts';
import { send, type WireReply } from './wire-client.ts';

const PLAN = '/v1/blog/plan_publish_draft';
const COMMIT = '/v1/blog/commit_publish_draft';
/** Larger than any free page that a store happens to have. */
const LARGE = 'Many words. '.repeat(20_000);
/** Within this time, in milliseconds, a call succeeds again when its trouble is over. */
const RECOVERY_MS = 5_000;

/** Something that a store goes through, and that ends. */
export interface Trouble {
  readonly begin: () => Promise<() => Promise<unknown>>;
}

let count = 0;
const planning = (lab: Lab): Promise<WireReply> => {
  count += 1;
  return lab.wire.call(PLAN, { filename: `draft-${count}.md`, content: draft(`Draft ${count}`, LARGE) });
};

/** Every way to come by an entry, as a call that would succeed. */
export const WAYS: Readonly<Record<string, (lab: Lab, planId: string) => Promise<() => Promise<WireReply>>>> = {
  'a read': async (lab) => async () => lab.wire.call('/v1/blog/list_drafts', { drafts: [] }),
  'a plan': async (lab) => async () => planning(lab),
  'a commit': async (lab, planId) => {
    await lab.people.owner.decide('approve', planId);
    return async () => lab.wire.call(COMMIT, { planId });
  },
  "a person's decision": async (lab, planId) => {
    const { json } = await lab.people.owner.call('show_plan', { planId });
    const { planDigest, shownDigest } = json['plan'] as Record<string, string>;
    const decision = { planId, planDigest: planDigest ?? '', shownDigest: shownDigest ?? '', decision: 'reject' };
    return () => lab.people.owner.call('reject', decision);
  },
  'a grant': async (lab) => () => send(lab.wire.tokenRequest()),
};

/** What the denial of an identified caller leaves, and nothing else. */
const OF_A_DENIAL: Readonly<Record<string, number>> = { audit_entries: 1, audit_payloads: 1, nonces: 1 };

const added = (rows: Readonly<Record<string, number>>, more: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(rows).map(([table, rowCount]) => [table, rowCount + (more[table] ?? 0)]));

/** The call is refused as something that may pass, leaves nothing behind, and succeeds when the trouble is over. */
export async function expectWithstood(
  lab: Lab,
  trouble: Trouble,
  way: string,
  codes: readonly string[],
): Promise<void> {
  const { json } = await planning(lab);
  const planId = String(json['planId']);
  const call = await WAYS[way]?.(lab, planId);
  if (!call) throw new Error(`No way: ${way}`);
  const before = { rows: await rowCounts(lab), stored: await storedOf(lab, planId) };
  const end = await trouble.begin();
  let reply: WireReply;
  try {
    reply = await call();
  } finally {
    await end();
  }
  const over = Date.now();
  expect(codes).toContain(reply.json['code']);
  expect(reply.status).toBe(503);
  // RFC 6749 5.2 at the token endpoint, RFC 9457 elsewhere; neither names an entry that is not there.
  expect(reply.json[way === 'a grant' ? 'error' : 'title']).toEqual(expect.any(String));
  if (codes[0] === 'audit_unavailable' && codes.length === 1) expect(reply.json['auditId']).toBeUndefined();
  expect(reply.text).not.toMatch(/sqlite|locked|readonly|disk|node_modules|trigger/i);
  const after = { rows: await rowCounts(lab), stored: await storedOf(lab, planId) };
  // Where there was room for it, the denial has left its own entry, once, and named it.
  const denied = reply.json['auditId'] === undefined ? {} : OF_A_DENIAL;
  expect(after).toEqual({ ...before, rows: added(before.rows, denied) });
  expect((await call()).status).toBe(200);
  expect(Date.now() - over).toBeLessThan(RECOVERY_MS);
}
