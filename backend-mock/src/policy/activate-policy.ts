import type { JsonObject } from '@narrow-deputies/contracts';
import { checkPolicy, compilePolicy, type Catalogue, type PolicyText } from '@narrow-deputies/policy';
import { Refusal } from '../common/refusal.ts';
import type { Tx } from '../database/database.ts';
import { digestOfPolicy, findActiveDigest, insertPolicy, lockPolicies } from './policies-repository.ts';

/** What is needed to make a policy the active one. */
export interface Activation {
  readonly environment: string;
  readonly catalogue: Catalogue;
  readonly text: PolicyText;
  /** Person who signed; null where nobody did. */
  readonly by: string | null;
  /** Milliseconds. */
  readonly now: number;
  /** Names the entry of the act. */
  readonly auditId: string;
}

export interface Activated {
  readonly digest: string;
  readonly name: string;
  readonly previous: string | null;
  /** Set where this very policy was active before. */
  readonly repeated: boolean;
}

/**
 * Makes a policy the active one of its environment, from the next call on and for all replicas. A policy that cannot be
 * read, or that has errors ("deputies policy check"), changes nothing.
 *
 * @throws Refusal `invalid_arguments` naming every fault with its line.
 */
export async function activatePolicy(tx: Tx, activation: Activation): Promise<Activated> {
  const { environment, catalogue, text, by, now, auditId } = activation;
  const outcome = compilePolicy(text, catalogue);
  const faults = checkPolicy(text, catalogue, { environment }).filter(({ severity }) => severity === 'error');
  if (!outcome.ok || faults.length > 0) {
    throw refused(
      (outcome.ok ? faults : outcome.faults).map(({ file, line, column, message }) => ({
        pointer: `/${file.replaceAll('~', '~0').replaceAll('/', '~1')}/${line}/${column}`,
        message: `${file}:${line}:${column} ${message}`,
      })),
    );
  }
  if (outcome.policy.environment !== environment) {
    const message = `It is for ${outcome.policy.environment}; this is ${environment}.`;
    throw refused([{ pointer: '/environment', message }]);
  }
  await lockPolicies(tx);
  const active = await findActiveDigest(tx, environment);
  const digest = digestOfPolicy(text);
  const { name } = outcome.policy;
  const previous = active?.digest ?? null;
  // One that was changed by hand is put right by activating the same again.
  if (active?.digest === digest && active.intact) return { digest, name, previous, repeated: true };
  await insertPolicy(tx, environment, { digest, name, text, activatedBy: by, activatedAt: now, auditId });
  return { digest, name, previous, repeated: false };
}

const refused = (errors: { pointer: string; message: string }[]): Refusal =>
  new Refusal('invalid_arguments', {
    detail:
      'This policy cannot be activated; the one before stays active. "deputies policy check" shows what is wrong.',
    errors: errors.slice(0, 50),
  });

/** What the entry of an activation says. */
export const activationDetails = ({ digest, name, previous, repeated }: Activated): JsonObject => ({
  policy: name,
  digest,
  previous,
  repeated,
});
