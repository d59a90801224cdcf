import type { ExportVerdict } from '../../../verifier/verify-export.ts';
import { note } from '../../output.ts';

const SHOWN = 20;

const shown = (indexes: readonly number[]): string =>
  indexes.slice(0, SHOWN).join(', ') + (indexes.length > SHOWN ? ` and ${indexes.length - SHOWN} more` : '');

/** Says what holds and should be known all the same. */
export function noteWhatToKnow({ counts }: Extract<ExportVerdict, { ok: true }>): void {
  const { refusedRows, unsignedPolicies, breaks } = counts;
  if (refusedRows > 0) note(`ATTENTION: ${refusedRows} rows that are no entries were put into the store of this log.`);
  if (breaks.length > 0) {
    note(`ATTENTION: somebody accepted a store that was restored, at entries ${shown(breaks)}.`);
  }
  if (unsignedPolicies.length > 0) {
    note(`Policies that nobody signed for, as development allows, at entries ${shown(unsignedPolicies)}.`);
  }
}
