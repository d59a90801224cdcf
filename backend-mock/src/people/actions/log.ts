import * as z from 'zod';
import { parseEntryBundle, TILE_WIDTH } from '@narrow-deputies/transparency-log';
import { Refusal } from '../../common/refusal.ts';
import { newestCheckpoint, readBundle } from '../../log/log-repository.ts';
import { proveEntry as prove } from '../../log/prove-entry.ts';
import { defineAction } from '../action.ts';
import type { PersonRole } from '../people-repository.ts';

/** Who may read whole entries out of the log, besides their checkpoints and hashes, which are public. */
const READERS: readonly PersonRole[] = ['administrator', 'auditor'];

/** 256 entries at a time, word for word, as the tree has them; fewer at its end. */
export const readLogEntries = defineAction({
  name: 'read_log_entries',
  reads: true,
  roles: READERS,
  arguments: z.strictObject({ bundle: z.int().min(0) }),
  async run({ bundle }, { tx }) {
    const checkpoint = await newestCheckpoint(tx);
    const first = bundle * TILE_WIDTH;
    const width = Math.min(TILE_WIDTH, (checkpoint?.size ?? 0) - first);
    const bytes = width > 0 ? await readBundle(tx, bundle, width) : undefined;
    const entries = bytes && parseEntryBundle(bytes, width);
    if (!checkpoint || !entries) throw new Refusal('not_found', { detail: 'The log has no such entries.' });
    const texts = entries.map((entry) => Buffer.from(entry).toString('utf8'));
    return { body: { checkpoint: checkpoint.note, first, entries: texts } };
  },
});

/** The proof that one entry is in the log. */
export const proveEntry = defineAction({
  name: 'prove_entry',
  reads: true,
  roles: READERS,
  arguments: z.strictObject({ auditId: z.uuid() }),
  async run({ auditId }, { tx }) {
    const proof = await prove(tx, auditId);
    if (!proof) throw new Refusal('not_found', { detail: 'There is no such entry.' });
    if (proof === 'waiting') {
      throw new Refusal('not_found', { detail: 'This entry has no place in the log yet. Ask again in two seconds.' });
    }
    return { body: { ...proof } };
  },
});
