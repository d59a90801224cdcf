import { CommanderError, type Command } from 'commander';
import { makeVisible } from '@narrow-deputies/contracts/text';
import { checkPolicy, readPolicy, type EnrolledPerson, type Finding } from '@narrow-deputies/policy';
import { approvingPeople } from '../../../policy/approving-people.ts';
import { declaredCatalogue } from '../../../policy/declared-tools.ts';
import { databaseOf } from '../../../start/home.ts';
import { printJson } from '../../output.ts';
import type { Session } from '../../session.ts';
import { counted, paint, printPainted } from './paint.ts';
import { FILE_ARGUMENT, openPolicy, type PolicyFile } from './policy-file.ts';

interface CheckCommandOptions {
  readonly people: boolean;
}

/** Those who could approve under this policy, where the store of its environment is at hand. */
export async function peopleFor(
  { text }: PolicyFile,
  session: Session,
): Promise<readonly EnrolledPerson[] | undefined> {
  const outcome = readPolicy(text);
  if (!outcome.ok) return undefined;
  return approvingPeople(databaseOf(session.home, session.env), outcome.read.source.environment);
}

function print(path: string, findings: readonly Finding[]): void {
  printPainted(
    findings.map(({ file, line, column, severity, code, message }) => {
      const word = paint(severity === 'error' ? 'red' : 'yellow', severity.padEnd(7));
      return `${makeVisible(`${file}:${line}:${column}`)}  ${word}  ${code}  ${makeVisible(message)}`;
    }),
  );
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  const summary = `${counted(errors, 'error')}, ${counted(findings.length - errors, 'warning')}`;
  printPainted([`${makeVisible(path)}: ${findings.length === 0 ? paint('green', 'nothing to say') : summary}.`]);
}

/** `deputies policy check`: what is wrong with a policy, or hardly meant. */
export function addCheck(policy: Command, open: (command: Command) => Session): void {
  policy
    .command('check')
    .description('say what is wrong with a policy, line by line; needs no backend')
    .argument('[file]', FILE_ARGUMENT)
    .option('--no-people', 'do not ask whether people who are enrolled could give the approvals')
    .action(async (file: string | undefined, options: CheckCommandOptions, command: Command) => {
      const session = open(command);
      const opened = await openPolicy(file, session.env);
      const people = options.people ? await peopleFor(opened, session) : undefined;
      const found = checkPolicy(opened.text, declaredCatalogue(), {
        ...(people && { people }),
        ...(opened.environment !== undefined && { environment: opened.environment }),
      });
      const findings = found.map((each) => ({ ...each, file: opened.locate(each.file) }));
      const ok = findings.length === 0;
      if (session.options.json) printJson({ ok, file: opened.path, peopleKnown: people !== undefined, findings });
      else print(opened.path, findings);
      // All is printed: this only ends the command with its status.
      if (!ok) throw new CommanderError(1, 'deputies.policy.check', 'Something was found.');
    });
}
