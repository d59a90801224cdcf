import type { JsonObject } from '@narrow-deputies/contracts';
import * as z from 'zod';
import { rfc3339 } from '../../common/clock.ts';
import { Refusal } from '../../common/refusal.ts';
import { listExports as readExports, takeExport, type StoredExport } from '../../customers/exports-repository.ts';
import { defineAction } from '../action.ts';

const stateOf = ({ fetchedAt, expiresAt }: StoredExport, now: number): string => {
  if (fetchedAt !== null) return 'fetched';
  return expiresAt > now ? 'waiting' : 'expired';
};

/** The exports that a person's own agents had sealed. */
export const listExports = defineAction({
  name: 'list_exports',
  reads: true,
  roles: ['owner'],
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

/**
 * Hands a sealed file to the person whose agent had it made, once. Another person's does not exist; one's own that is gone
 * says why.
 */
export const fetchExport = defineAction({
  name: 'fetch_export',
  roles: ['owner'],
  arguments: z.strictObject({ exportId: z.uuid() }),
  async run({ exportId }, { tx, now, person }) {
    const taken = await takeExport(tx, exportId, { ownerId: person.id, now });
    if (!taken) {
      const own = (await readExports(tx, person.id)).find(({ id }) => id === exportId);
      const why = own ? ` It is ${stateOf(own, now)}; have it exported again.` : '';
      throw new Refusal('not_found', { detail: `There is no such export to fetch.${why}` });
    }
    const { content, ...facts } = taken;
    const body: JsonObject = { exportId, ...facts, content };
    return { body, entry: { details: { exportId, ...facts } } };
  },
});
