import { sql } from 'kysely';
import type { Call } from './call.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A plan that a commit names, where the call was refused before the plan itself was looked at. */
export interface NamedPlan {
  readonly id: string;
  /** Whether it is a plan of the caller. */
  readonly own: boolean;
}

/**
 * What a refused commit asked for, however early it was refused: its entry has to be found by it. Only a well-formed id
 * counts; an entry of somebody else's plan says so in its details, and is not found by that plan.
 *
 * @returns undefined for other calls, and where the plan is known.
 */
export async function namedPlan(call: Call): Promise<NamedPlan | undefined> {
  if (call.operation.kind !== 'commit' || call.peek('plan')) return undefined;
  const id = call.get('body')['planId'];
  if (typeof id !== 'string' || !UUID.test(id)) return undefined;
  const { clientId, sub } = call.get('grant');
  const { rows } = await sql`
    select 1 as one from plans where id = ${id} and client_id = ${clientId} and owner_id = ${sub}`.execute(
    call.get('tx'),
  );
  return { id, own: rows.length > 0 };
}
