import { CommanderError, type Command } from 'commander';
import { examineHome, examineServer } from '../../doctor/doctor.ts';
import type { Finding } from '../../doctor/finding.ts';
import { SERVER_PROFILES } from '../../grants/server-profiles.ts';
import { Failure } from '../failure.ts';
import { printJson, printLines } from '../output.ts';
import type { Session } from '../session.ts';

const MARKS = { ok: 'ok  ', warn: 'warn', fail: 'FAIL' } as const;

function requireServer(name: string): string {
  const known = SERVER_PROFILES.map(({ server }) => server);
  if (known.includes(name)) return name;
  throw new Failure('unknown_server', `There is no server "${name}". There are: ${known.join(', ')}.`);
}

function print(findings: readonly Finding[]): void {
  const width = Math.max(...findings.map(({ name }) => name.length));
  for (const { name, status, found, advice } of findings) {
    printLines(`${MARKS[status]}  ${name.padEnd(width)}  ${found}`);
    if (advice !== undefined) printLines(`${' '.repeat(width + 8)}${advice}`);
  }
  const count = (status: Finding['status']): number => findings.filter((each) => each.status === status).length;
  printLines('', `${count('ok')} in order, ${count('warn')} to look at, ${count('fail')} failed.`);
}

/** `deputies doctor`: what is wrong with a setup, and what to do about it. */
export function addDoctor(program: Command, open: (command: Command) => Session): void {
  program
    .command('doctor')
    .description('look at this home and its servers, and say what is wrong; asks for a grant and changes nothing else')
    .option('--server <name>', 'look at this server as DEPUTY_TOKEN, DEPUTY_BACKEND_URL, … configure it here')
    .action(async (options: { server?: string }, command: Command) => {
      const session = open(command);
      const { home, env } = session;
      const found = await (options.server === undefined
        ? examineHome(home, env)
        : examineServer(requireServer(options.server), env));
      const findings = found.map((each) =>
        each.advice === undefined ? each : { ...each, advice: session.hint(each.advice) },
      );
      const healthy = findings.every(({ status }) => status !== 'fail');
      if (session.options.json) printJson({ ok: healthy, checks: findings.map((finding) => ({ ...finding })) });
      else print(findings);
      // All is printed: this only ends the command with its status.
      if (!healthy) throw new CommanderError(1, 'deputies.doctor', 'Something failed.');
    });
}
