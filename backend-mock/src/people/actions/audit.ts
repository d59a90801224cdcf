import { planId } from '@narrow-deputies/contracts';
import * as z from 'zod';
import { listEntries, listOpenCounts } from '../../audit/audit-repository.ts';
import { defineAction } from '../action.ts';

/** Entries of the audit log, newest first; counts of the running minute stand in front. */
export const listAudit = defineAction({
  name: 'list_audit',
  reads: true,
  roles: ['owner', 'reviewer', 'support-lead', 'administrator'],
  arguments: z.strictObject({ plan: planId.optional(), limit: z.int().min(1).max(1000) }),
  async run(args, { tx, settings }) {
    const entries = await listEntries(tx, args);
    const open = args.plan === undefined ? await listOpenCounts(tx, settings.environment, args.limit) : [];
    const newestFirst = [...open, ...entries].toSorted((a, b) => (String(a['time']) < String(b['time']) ? 1 : -1));
    return { body: { entries: newestFirst.slice(0, args.limit) } };
  },
});
