import * as z from 'zod';
import { rfc3339 } from '../../common/clock.ts';
import { Refusal } from '../../common/refusal.ts';
import {
  findExport,
  listExports as readExports,
  takeExport,
  type StoredExport,
} from '../../customers/exports-repository.ts';
import { defineAction } from '../action.ts';

const stateOf = ({ fetchedAt, expiresAt }: StoredExport, now: number): string => {
  if (fetchedAt !== null) return 'fetched';
  return expiresAt > now ? 'waiting' : 'expired';
};

/** The exports that a person's own agents had sealed. */
export const listExports = defineAction({
  name: 'list_exports',
  reads: true,
  roles: ['owner', 'administrator'],
  arguments: z.strictObject({}),
  async run(_args, { tx, now, person }) {
    const exports = (await readExports(tx, person.id)).map((file) => ({
      exportId: file.id,
      planId: file.planId,
      rowCount: file.rowCount,
      digest: file.digest,
      state: stateOf(file, now),
      createdAt: rfc3339(file.createdAt),
      expiresAt: rfc3339(file.expiresAt),
    }));
    return { body: { exports } };
  },
});

const nothingWaits = (fetchedAt: number | null | undefined): Refusal =>
  new Refusal('not_found', {
    detail:
      fetchedAt === null || fetchedAt === undefined
        ? 'No export waits for you under this id: an export waits for one day, for the person whose agent had it made. "exports list" shows yours.'
        : `This export was fetched on ${rfc3339(fetchedAt)} and erased; one is fetched once. Have it exported again if the file is lost.`,
  });

/**
 * Hands a sealed file to the person whose agent had it made, once, whatever their role. Another person's, one whose day is
 * over and one that never was are the same; only whoever fetched their own is told so.
 */
export const fetchExport = defineAction({
  name: 'fetch_export',
  roles: ['owner', 'administrator'],
  arguments: z.strictObject({ exportId: z.uuid() }),
  async run({ exportId }, { tx, now, person }) {
    const file = await findExport(tx, exportId, person.id);
    const content = await takeExport(tx, exportId, person.id, now);
    // Looked at again: where two ask at once, the one that waited finds it fetched.
    if (!file || content === undefined) throw nothingWaits((await findExport(tx, exportId, person.id))?.fetchedAt);
    const facts = { exportId, rowCount: file.rowCount, digest: file.digest };
    return { body: { ...facts, content }, entry: { details: facts } };
  },
});
