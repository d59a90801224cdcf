import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { addApprovals } from './commands/approvals.ts';
import { addAudit } from './commands/audit.ts';
import { addConnect } from './commands/connect.ts';
import { addData } from './commands/data.ts';
import { addDoctor } from './commands/doctor.ts';
import { addExports } from './commands/exports.ts';
import { addPeople } from './commands/people.ts';
import { addPolicy } from './commands/policy.ts';
import { addSuspend } from './commands/suspend.ts';
import { addTasks } from './commands/tasks.ts';
import { addTokens } from './commands/token.ts';
import { withoutSecrets } from '../common/log-redaction.ts';
import { CommitUnknown } from '../database/commit-unknown.ts';
import { Failure } from './failure.ts';
import { withIdentifiersLast } from './identifiers.ts';
import { note, printJson } from './output.ts';
import { PRIVATE_UMASK } from '../start/private-files.ts';
import { Session, type CommonOptions } from './session.ts';

const descriptor = (text: string): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0) return value;
  throw new InvalidArgumentError('A file descriptor is a whole number.');
};

/** Every command takes the same options, so that a script can put them where it likes. */
function withCommonOptions(command: Command): void {
  if (command.commands.length === 0) {
    command
      .option('--home <folder>', 'home of the backend (default: DEPUTIES_HOME, else .deputies)')
      .option('--as <person>', 'who asks (default: owner; for a decision, the owner of the plan)')
      .option('--passphrase-fd <n>', 'read the passphrase from this file descriptor', descriptor)
      .option('--json', 'one JSON document on standard output');
  }
  for (const each of command.commands) withCommonOptions(each);
}

function createProgram(env: NodeJS.ProcessEnv, opened: (session: Session) => void): Command {
  const program = new Command('deputies')
    .description('Approve what agents plan, manage their tokens, read the audit log.')
    .showHelpAfterError('Use --help to see what is accepted.')
    .exitOverride();
  const open = (command: Command): Session => {
    const session = new Session(command.opts<CommonOptions>(), env);
    opened(session);
    return session;
  };
  addApprovals(program, open);
  addTokens(program, open);
  addAudit(program, open);
  addData(program, open);
  addPeople(program, open);
  addExports(program, open);
  addSuspend(program, open);
  addPolicy(program, open);
  addTasks(program, open);
  addConnect(program, open);
  addDoctor(program, open);
  withCommonOptions(program);
  return program;
}

/** What nobody caught ends a command as any failure inside does: in words, with a status, without a stack. */
function endByFault(json: boolean): void {
  const end = (error: unknown): void => {
    const message = withoutSecrets(error instanceof Error ? error.message : String(error));
    note(`Something failed inside: ${message}`);
    if (json) printJson({ error: { code: 'internal', message } });
    process.exit(1);
  };
  process.once('uncaughtException', end);
  process.once('unhandledRejection', end);
}

const failureOf = (error: unknown): Failure | undefined => (error instanceof Failure ? error : undefined);

/** Runs one command. @returns the exit status: 0 only on success. */
export async function runCli(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const json = argv.includes('--json');
  let session: Session | undefined;
  process.umask(PRIVATE_UMASK);
  endByFault(json);
  try {
    await createProgram(env, (each) => (session = each)).parseAsync(withIdentifiersLast(argv), { from: 'user' });
    return 0;
  } catch (error) {
    // Commander has printed help or its own message already.
    if (error instanceof CommanderError) return error.exitCode;
    const failure = error instanceof CommitUnknown ? new Failure('unavailable', error.message) : failureOf(error);
    const said = error instanceof Error ? error.message : String(error);
    const message = session?.hint(said) ?? said;
    note(`${failure ? '' : 'Something failed inside: '}${message}`);
    if (json) printJson({ error: { code: failure?.code ?? 'internal', message } });
    return 1;
  }
}
