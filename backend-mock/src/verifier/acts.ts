import type { JsonObject } from '@narrow-deputies/contracts';
import { canonicalize, digestOfJson, keyThumbprint } from '@narrow-deputies/signing';
import * as z from 'zod';
import { sameSet, text, texts } from './details.ts';
import { ACT_PREFIX } from './entry-kinds.ts';
import { ensure } from './fault.ts';
import type { LoggedEntry } from './logged-entry.ts';
import type { Payload } from './payloads.ts';
import type { People } from './people.ts';
import { evidence, verifySignedAct, type SignedAct } from './signed-act.ts';

const actLine = z.strictObject({ index: z.number(), evidence });

/** Acts that make, end or change power, which takes an administrator. */
const ADMINISTRATIVE: ReadonlySet<string> = new Set([
  'invite',
  'revoke_invitation',
  'change_roles',
  'remove_person',
  'revoke_passkey',
  'mint_token',
  'revoke_token',
  'resume',
  'activate_policy',
  'erase_payloads',
]);

/** Members of an entry's details that are what was signed, by act. */
const REPEATED: Readonly<Record<string, readonly string[]>> = {
  revoke_invitation: ['invitationId'],
  change_roles: ['personId', 'roles'],
  remove_person: ['personId'],
  revoke_passkey: ['passkeyId'],
  mint_token: ['clientId', 'agent', 'scopes'],
  revoke_token: ['keyid'],
};

/**
 * Verifies what a person did: signed with a key that was theirs, for this very act, as the entry says it.
 *
 * @throws Fault
 */
export function checkAct(entry: LoggedEntry, line: JsonObject, payload: Payload | undefined, people: People): void {
  const parsed = actLine.safeParse(line);
  ensure(parsed.success, 'act_invalid', 'Its line in acts.jsonl is not of the form.');
  const { keyid, person, time } = entry;
  const holder = people.holderOf(keyid ?? '', time);
  const signed = verifySignedAct(parsed.data.evidence, holder);
  const isTheirs = signed !== undefined && isOf(signed, entry) && holder.person === person;
  ensure(isTheirs && mayUse(holder, entry), 'act_invalid', 'The signature of what a person did does not hold.');
  const isRecorded = payload === undefined || payload.arguments === canonicalize(signed.arguments);
  ensure(isRecorded && saysTheSame(signed, entry), 'act_invalid', 'What a person signed is not what the entry says.');
  const mayDoIt = !ADMINISTRATIVE.has(signed.action) || people.holds(holder.person, ['administrator'], time);
  ensure(mayDoIt, 'act_not_entitled', 'It takes an administrator, and was done by somebody who was none.');
}

/** Whether a signature is for this environment and by this person, where it says so. */
export const isFor = (signed: SignedAct, environment: string, person: string): boolean =>
  (signed.environment ?? environment) === environment && (signed.person ?? person) === person;

/** Key files count in development alone. */
export const mayUse = ({ kind }: { readonly kind: string }, { environment }: LoggedEntry): boolean =>
  kind === 'passkey' || environment === 'development';

const isOf = (signed: SignedAct, { tool, requestId, environment, person }: LoggedEntry): boolean =>
  ACT_PREFIX + signed.action === tool && signed.requestId === requestId && isFor(signed, environment, person ?? '');

/** Whether the entry of an act says what was signed. */
export function saysTheSame(
  { action, arguments: args }: SignedAct,
  { details }: Pick<LoggedEntry, 'details'>,
): boolean {
  const isRepeated = (REPEATED[action] ?? []).every(
    (name) => canonicalize(args[name] ?? null) === canonicalize(details[name] ?? null),
  );
  switch (action) {
    case 'mint_token':
      return isRepeated && text(details, 'keyid') === thumbprint(text(args, 'publicX') ?? '');
    case 'invite':
      return details['known'] === true || sameSet(texts(args, 'roles'), texts(details, 'roles'));
    case 'activate_policy': {
      const { file = null, policy = null, packs = null } = args;
      return text(details, 'digest') === digestOfJson({ file, policy, packs });
    }
    default:
      return isRepeated;
  }
}

const thumbprint = (x: string): string => keyThumbprint({ kty: 'OKP', crv: 'Ed25519', x });
