import { Command, CommanderError, InvalidArgumentError } from 'commander';
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

type Add = (program: Command, open: (command: Command) => Session) => void;

/** What adds the commands of a group, by the words that they begin with: a command loads no more than its own group. */
const GROUPS: readonly { readonly words: readonly string[]; readonly load: () => Promise<Add> }[] = [
  { words: ['approvals'], load: async () => (await import('./commands/approvals.ts')).addApprovals },
  { words: ['token'], load: async () => (await import('./commands/token.ts')).addTokens },
  { words: ['audit'], load: async () => (await import('./commands/audit.ts')).addAudit },
  { words: ['data'], load: async () => (await import('./commands/data.ts')).addData },
  { words: ['people'], load: async () => (await import('./commands/people.ts')).addPeople },
  { words: ['exports'], load: async () => (await import('./commands/exports.ts')).addExports },
  {
    words: ['suspend', 'resume', 'suspensions'],
    load: async () => (await import('./commands/suspend.ts')).addSuspend,
  },
  { words: ['policy'], load: async () => (await import('./commands/policy.ts')).addPolicy },
  { words: ['tasks'], load: async () => (await import('./commands/tasks.ts')).addTasks },
  { words: ['connect'], load: async () => (await import('./commands/connect.ts')).addConnect },
  { words: ['doctor'], load: async () => (await import('./commands/doctor.ts')).addDoctor },
];

/** All groups where none is named: for the help, and to say what there is. */
function groupsFor(argv: readonly string[]): typeof GROUPS {
  const named = GROUPS.filter(({ words }) => words.includes(argv[0] ?? ''));
  return named.length > 0 ? named : GROUPS;
}

async function createProgram(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  opened: (session: Session) => void,
): Promise<Command> {
  const program = new Command('deputies')
    .description('Approve what agents plan, manage their tokens, read the audit log.')
    .showHelpAfterError('Use --help to see what is accepted.')
    .exitOverride();
  const open = (command: Command): Session => {
    const session = new Session(command.opts<CommonOptions>(), env);
    opened(session);
    return session;
  };
  for (const { load } of groupsFor(argv)) (await load())(program, open);
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
    const ordered = withIdentifiersLast(argv);
    const program = await createProgram(ordered, env, (each) => (session = each));
    await program.parseAsync(ordered, { from: 'user' });
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
