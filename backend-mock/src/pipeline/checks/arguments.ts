import type { JsonObject } from '@narrow-deputies/contracts';
import { Refusal } from '../../common/refusal.ts';
import type { Check } from '../check.ts';

const ERRORS_MAX = 10;

const pointer = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** Arguments exactly as the contract's schema says; unknown ones are refused, none is filled in or dropped. */
export const validArguments: Check = {
  name: 'arguments',
  stage: 'validate',
  run(call) {
    const result = call.contract.arguments.safeParse(call.get('body'));
    if (!result.success) {
      throw new Refusal('invalid_arguments', {
        detail: `The arguments of ${call.contract.name} do not match its schema.`,
        errors: result.error.issues
          .slice(0, ERRORS_MAX)
          .map((issue) => ({ pointer: pointer(issue.path), message: issue.message })),
      });
    }
    call.establish({ arguments: result.data as JsonObject });
  },
};
