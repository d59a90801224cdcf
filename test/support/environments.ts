import { expect } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { startBrokenLab, type Fault } from './broken.ts';
import { freePort } from './free-port.ts';
import { startLab, type Lab, type LabOptions } from './lab.ts';
import { LIST, NOTHING } from './refused.ts';
import { rowCounts, storedOf } from './stored.ts';
import { send, type WireReply, type WireRequest } from './wire-client.ts';

export const ENVIRONMENTS = ['development', 'staging', 'production'] as const;
export type Environment = (typeof ENVIRONMENTS)[number];

/** Each two different environments, in both orders. */
export const PAIRS: readonly (readonly [Environment, Environment])[] = ENVIRONMENTS.flatMap((from) =>
  ENVIRONMENTS.filter((to) => to !== from).map((to) => [from, to] as const),
);

/**
 * The public names that all three share, which no operator should arrange: a request that is meant for one is then meant
 * for all by its address, and nothing but the environment itself keeps them apart.
 */
export const BACKEND_URL = 'https://deputies.example';
export const CONSOLE_URL = 'https://approve.example';

/** One environment's backend. */
export interface Place {
  readonly environment: Environment;
  readonly lab: Lab;
  /** Where its ports really are. */
  readonly address: string;
  readonly consoleAddress: string;
}

export type Places = Readonly<Record<Environment, Place>>;

/** @param start another one for a backend that is broken. */
export async function startPlace(
  environment: Environment,
  start: (options: LabOptions) => Promise<Lab> = startLab,
): Promise<Place> {
  const [port, consolePort] = [await freePort(), await freePort()];
  const names = { publicUrl: BACKEND_URL, publicConsoleUrl: CONSOLE_URL };
  const lab = await start({ environment, port, consolePort, ...names });
  // From now on a call of its own client is one entry, without one for its grant.
  await lab.wire.call(LIST, NOTHING);
  const [address, consoleAddress] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${consolePort}`];
  return { environment, lab, address, consoleAddress };
}

export async function startPlaces(): Promise<Places> {
  const [development, staging, production] = [
    await startPlace('development'),
    await startPlace('staging'),
    await startPlace('production'),
  ];
  return { development, staging, production };
}

/** Runs `work` with a production that has one fault. */
export async function withBroken(
  fault: Fault | readonly Fault[],
  work: (production: Place) => Promise<void>,
): Promise<void> {
  const production = await startPlace('production', (options) => startBrokenLab(fault, options));
  try {
    await work(production);
  } finally {
    await production.lab.stop();
  }
}

export const stopPlaces = (places: Places | undefined): Promise<unknown> =>
  Promise.all(Object.values(places ?? {}).map(({ lab }) => lab.stop()));

/** Sends a request to a place as it is, whichever it was made for: what its signature covers is the name of all. */
export const deliver = (to: Place, request: WireRequest): Promise<WireReply> =>
  send({ ...request, url: `${to.address}${request.url.slice(new URL(request.url).origin.length)}` });

/** Entries, but for those of noise, which appear when a minute is over. */
export const callEntries = async (lab: Lab): Promise<JsonObject[]> =>
  (await lab.entries()).filter(({ kind }) => kind !== 'noise');

/** What a place holds, but for its audit log. */
async function held(lab: Lab): Promise<Record<string, number>> {
  const { audit_entries: _entries, audit_payloads: _payloads, ...others } = await rowCounts(lab);
  return others;
}

/** Refused before anybody was identified: counted under the id of the answer; no entry and no row besides. */
export async function expectCounted({ lab }: Place, code: string, make: () => Promise<WireReply>): Promise<void> {
  const before = [await held(lab), await callEntries(lab)];
  const { status, json } = await make();
  expect({ status, code: json['code'] }).toEqual({ status: 401, code });
  expect([await held(lab), await callEntries(lab)]).toEqual(before);
  expect(await countsUnder(lab, String(json['auditId']))).toBe(1);
}

/** A count, or, when its minute is over, the entry that it became. */
async function countsUnder({ backend }: Lab, auditId: string): Promise<number> {
  const { db } = backend.database;
  const open = await db.selectFrom('refusal_counts').select('code').where('audit_id', '=', auditId).execute();
  const closed = await db.selectFrom('audit_entries').select('code').where('audit_id', '=', auditId).execute();
  return open.length + closed.length;
}

export interface Expected {
  readonly status: number;
  readonly code: string;
  readonly tool: string;
}

/** Not done for somebody who is known: exactly one entry, under the id of the answer. */
export async function expectRecorded(
  { lab }: Place,
  { status, code, tool }: Expected,
  make: () => Promise<WireReply>,
): Promise<WireReply> {
  const before = await callEntries(lab);
  const reply = await make();
  expect({ status: reply.status, code: reply.json['code'] }).toEqual({ status, code });
  const outcome = code === 'approval_required' ? 'pending' : 'refused';
  expect((await callEntries(lab)).slice(before.length)).toMatchObject([
    { auditId: reply.json['auditId'], outcome, code, tool },
  ]);
  return reply;
}

/** The agent of that place does not get a plan committed: one entry, and nothing is published. */
export async function expectNothingCommitted(to: Place, planId: string, status: number, code: string): Promise<void> {
  await expectRecorded(to, { status, code, tool: 'commit_publish_draft' }, () =>
    to.lab.wire.call('/v1/blog/commit_publish_draft', { planId }),
  );
  expect(await storedOf(to.lab, planId)).toMatchObject({ articles: 0, effects: 0 });
}
