import { releasesUnderTask, type Catalogue, type ReleasesUnderTask } from '@narrow-deputies/policy';
import type { Tx } from '../database/database.ts';
import { findActivePolicy, unreadablePolicy } from './policies-repository.ts';

/**
 * What tasks can release under the policy that is active now.
 *
 * @throws Refusal `unavailable` when there is none.
 */
export async function heededTasks(tx: Tx, environment: string, catalogue: Catalogue): Promise<ReleasesUnderTask> {
  const stored = await findActivePolicy(tx, environment);
  if (!stored) throw unreadablePolicy('there is none');
  return releasesUnderTask(stored.text, catalogue);
}
