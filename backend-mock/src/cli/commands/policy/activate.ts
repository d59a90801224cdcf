import type { Command } from 'commander';
import { checkPolicy } from '@narrow-deputies/policy';
import { declaredCatalogue } from '../../../policy/declared-tools.ts';
import { Failure } from '../../failure.ts';
import { printJson, printLines } from '../../output.ts';
import type { Session } from '../../session.ts';
import { peopleFor } from './check.ts';
import { FILE_ARGUMENT, openPolicy } from './policy-file.ts';

interface ActivateOptions {
  readonly warnings?: boolean;
}

/** `deputies policy activate`: an administrator signs a policy, and all replicas decide by it from the next call on. */
export function addActivate(policy: Command, open: (command: Command) => Session): void {
  policy
    .command('activate')
    .description('make a policy the active one; an administrator signs it, a policy with errors changes nothing')
    .argument('[file]', FILE_ARGUMENT)
    .option('--warnings', 'activate it although "policy check" has warnings')
    .action(async (file: string | undefined, options: ActivateOptions, command: Command) => {
      const session = open(command);
      const opened = await openPolicy(file, session.env);
      const people = await peopleFor(opened, session);
      const findings = checkPolicy(opened.text, declaredCatalogue(), { ...(people && { people }) });
      const stopping = findings.filter(({ severity }) => severity === 'error' || options.warnings !== true);
      const [first] = stopping;
      if (first) {
        const place = `${opened.locate(first.file)}:${first.line}:${first.column}`;
        const more = stopping.length > 1 ? ` (and ${stopping.length - 1} more: see "policy check")` : '';
        throw new Failure('invalid_policy', `Nothing was changed. ${place}: ${first.message}${more}`);
      }
      const client = await session.client();
      const { file: name, policy: text, packs } = opened.text;
      const activated = await client.call('activate_policy', { file: name, policy: text, packs: { ...packs } });
      if (session.options.json) return printJson(activated);
      printLines(
        activated['repeated'] === true
          ? `This very policy, "${String(activated['policy'])}", is active already.`
          : `"${String(activated['policy'])}" decides from the next call on.`,
        `digest  ${String(activated['digest'])}`,
      );
    });
}
