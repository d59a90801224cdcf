import type { LoggedEntry } from './logged-entry.ts';

/** Whether an entry says that something was changed: then what it goes back to is in `evidence.jsonl`. */
export const isEffect = ({ kind, outcome, repeated }: LoggedEntry): boolean =>
  kind === 'commit' && outcome === 'succeeded' && !repeated;

const ENROLMENTS: ReadonlySet<string> = new Set(['people.enrol_first', 'people.enrol_passkey']);

/** Whether an entry puts a key into somebody's hand: then its public half is in `people.jsonl`. */
export const isEnrolment = ({ tool, outcome }: LoggedEntry): boolean => outcome === 'succeeded' && ENROLMENTS.has(tool);

/** How the tools of people begin, before the name of the act. */
export const ACT_PREFIX = 'people.';
/** What people do with something else than a signature over the act: a link that enrols, an assertion that signs in, a session that ends. */
const UNSIGNED: ReadonlySet<string> = new Set(['people.enrol_passkey', 'people.sign_in', 'people.sign_out']);
/** What only looks is done in a session, too, and leaves no signature. */
const READS = /^people\.(list|show|read|prove|query|follow)_/;

/** Whether an entry says that a person did something that changes anything: then their signature is in `acts.jsonl`. */
export const isSignedAct = ({ tool, kind, outcome }: Pick<LoggedEntry, 'tool' | 'kind' | 'outcome'>): boolean =>
  kind === 'person' &&
  outcome === 'succeeded' &&
  tool.startsWith(ACT_PREFIX) &&
  !UNSIGNED.has(tool) &&
  !READS.test(tool);
