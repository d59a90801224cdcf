import { EVIDENCE_REQUIREMENTS } from './requirements-evidence.ts';
import { FIRST_MINUTES_REQUIREMENTS } from './requirements-first-minutes.ts';
import { CONSOLE_REQUIREMENTS } from './requirements-console.ts';
import { COUNTS_REQUIREMENTS } from './requirements-counts.ts';
import { FLEET_REQUIREMENTS } from './requirements-fleet.ts';
import { DESK_REQUIREMENTS } from './requirements-desk.ts';
import { POLICY_REQUIREMENTS } from './requirements-policy.ts';
import { PRINCIPAL_REQUIREMENTS } from './requirements-principal.ts';
import { STORE_REQUIREMENTS } from './requirements-store.ts';
import { WRITER_REQUIREMENTS } from './requirements-writers.ts';

/** The promises that have a file of their own; a new topic gets its file, and a line here. */
export const REQUIREMENT_PARTS = {
  ...EVIDENCE_REQUIREMENTS,
  ...FIRST_MINUTES_REQUIREMENTS,
  ...CONSOLE_REQUIREMENTS,
  ...COUNTS_REQUIREMENTS,
  ...FLEET_REQUIREMENTS,
  ...DESK_REQUIREMENTS,
  ...POLICY_REQUIREMENTS,
  ...PRINCIPAL_REQUIREMENTS,
  ...STORE_REQUIREMENTS,
  ...WRITER_REQUIREMENTS,
} as const;
