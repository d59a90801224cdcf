import type { JsonObject } from '@narrow-deputies/contracts';
import { parseArguments } from '../parse-arguments.ts';
import type { Check } from '../check.ts';

/** Arguments exactly as the contract's schema says; unknown ones are refused, none is filled in or dropped. */
export const validArguments: Check = {
  name: 'arguments',
  stage: 'validate',
  proofs: [{ code: 'invalid_arguments', attempt: (probe) => probe.send({ args: { ...probe.args(), unknown: true } }) }],
  run(call) {
    const parsed = parseArguments(call.contract.name, call.contract.arguments, call.get('body'));
    call.establish({ arguments: parsed as JsonObject });
  },
};
