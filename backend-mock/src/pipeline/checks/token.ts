import { Refusal } from '../../common/refusal.ts';
import { principalOf } from '../../grants/principal-of.ts';
import { findToken, inWords, revokeToken, tokenFault } from '../../grants/tokens-repository.ts';
import type { Check } from '../check.ts';

/** The token behind the grant, read by row in this transaction: revocation counts at once, whatever the grant says. */
export const token: Check = {
  name: 'token',
  stage: 'identify',
  proofs: [
    {
      code: 'unauthenticated',
      async attempt(probe) {
        const grant = await probe.grant();
        await probe.options.prepare(async (tx) => {
          await revokeToken(tx, probe.options.keyid);
        });
        return probe.send({ grant });
      },
    },
  ],
  async run(call) {
    const grant = call.get('grant');
    const record = await findToken(call.get('tx'), grant.keyid);
    const principal = record && principalOf(grant, record);
    if (!record || !principal) {
      throw new Refusal('unauthenticated', { detail: 'The key that this grant is bound to is not known.' });
    }
    const fault = tokenFault(record, call.get('now'));
    if (fault !== undefined) {
      throw new Refusal('unauthenticated', { detail: `The API token behind this grant is ${inWords(fault)}.` });
    }
    call.establish({ token: record, principal });
  },
};
