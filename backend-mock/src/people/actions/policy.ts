import * as z from 'zod';
import { rfc3339 } from '../../common/clock.ts';
import { activatePolicy, activationDetails } from '../../policy/activate-policy.ts';
import { findActivePolicy } from '../../policy/policies-repository.ts';
import { defineAction } from '../action.ts';
import { findPerson } from '../people-repository.ts';

const fileName = z.string().regex(/^[a-z0-9][a-z0-9._/-]{0,127}$/, 'The name of a file, such as production.yaml.');
const text = z.string().max(256 * 1024);

/** Makes a policy, with the risk packs that it names, the active one of this environment. Every replica decides by it at once. */
export const activatePolicyAction = defineAction({
  name: 'activate_policy',
  roles: ['administrator'],
  bodyBytes: 512 * 1024,
  arguments: z.strictObject({
    file: fileName,
    policy: text,
    packs: z.record(fileName, text).refine((packs) => Object.keys(packs).length <= 20, 'At most 20 packs.'),
  }),
  async run({ file, policy, packs }, { tx, now, person, auditId, settings, desk }) {
    const { environment } = settings;
    const activated = await activatePolicy(tx, {
      environment,
      catalogue: desk.catalogue,
      text: { file, policy, packs },
      by: person.id,
      now,
      auditId,
    });
    return { body: activationDetails(activated), entry: { details: activationDetails(activated) } };
  },
});

/** The policy that decides now, as it was written, and who made it active. */
export const showPolicy = defineAction({
  name: 'show_policy',
  reads: true,
  roles: ['owner', 'reviewer', 'support-lead', 'administrator'],
  arguments: z.strictObject({}),
  async run(_args, { tx, settings }) {
    const active = await findActivePolicy(tx, settings.environment);
    if (!active) throw new Error('No policy is active.');
    const by = active.activatedBy === null ? undefined : await findPerson(tx, active.activatedBy);
    return {
      body: {
        name: active.name,
        digest: active.digest,
        activatedAt: rfc3339(active.activatedAt),
        activatedBy: by?.name ?? null,
        file: active.text.file,
        policy: active.text.policy,
        packs: { ...active.text.packs },
      },
    };
  },
});
