import { homedir } from 'node:os';
import { Option, type Command } from 'commander';
import { SERVER_PROFILES } from '../../grants/server-profiles.ts';
import { readReady, type ServerEntry } from '../../start/ready-file.ts';
import { claudeDesktopConfig } from '../connect/claude-desktop.ts';
import { makeFolder, readConfig, writeConfig, type ConfigFile } from '../connect/config-file.ts';
import { connectServers, disconnectServers, type MergeResult } from '../connect/host-config.ts';
import { startsOurs } from '../connect/ours.ts';
import { reportJson, reportLines, type ConnectReport } from '../connect/report.ts';
import { warningsAbout } from '../connect/warnings.ts';
import { Failure } from '../failure.ts';
import { note, printJson, printLines } from '../output.ts';
import type { Session } from '../session.ts';

export interface ConnectOptions {
  readonly config?: string;
  readonly dryRun?: boolean;
  readonly replace?: boolean;
  readonly remove?: boolean;
}

type Entries = Readonly<Record<string, ServerEntry>>;

/** @returns what is put in; where ours are taken out, what helps to know them. */
async function readEntries(session: Session, remove: boolean): Promise<Entries> {
  // Who takes the servers out may have stopped the backend already.
  if (remove) return (await readReady(session.home.readyFile))?.servers ?? {};
  const { servers } = await session.ready();
  if (Object.keys(servers).length > 0) return servers;
  throw new Failure(
    'no_servers',
    'No server has a usable token: "npm run deputies -- token mint <server> --save", then start again.',
  );
}

function merge(file: ConfigFile, entries: Entries, { remove, replace }: ConnectOptions): MergeResult {
  const isOurs = startsOurs(entries);
  try {
    if (!remove) return connectServers(file.text, entries, isOurs, replace ?? false);
    const names = new Set([...SERVER_PROFILES.map(({ server }) => server), ...Object.keys(entries)]);
    return disconnectServers(file.text, [...names], isOurs);
  } catch (error) {
    if (error instanceof Failure) throw new Failure(error.code, `${file.path}: ${error.message}`);
    throw error;
  }
}

/** Puts the servers of a home into a configuration, or takes them out. @throws Failure when nothing may be changed. */
export async function connect(session: Session, options: ConnectOptions): Promise<ConnectReport> {
  const { config, dryRun = false, remove = false } = options;
  const entries = await readEntries(session, remove);
  const file = await readConfig(config ?? claudeDesktopConfig(process.platform, session.env, homedir()));
  const result = merge(file, entries, options);
  const changed = result.text !== file.text;
  const warnings = remove ? [] : await warningsAbout(file, entries, process.platform);
  let backup: string | undefined;
  if (changed && !dryRun) {
    // A folder that somebody named is more likely mistyped than missing.
    if (config === undefined) await makeFolder(file);
    backup = await writeConfig(file, result.text, new Date());
  }
  return {
    file: file.path,
    dryRun,
    created: changed && file.bytes === undefined,
    changed,
    backup: backup ?? null,
    result,
    entries,
    warnings,
  };
}

async function run(session: Session, options: ConnectOptions): Promise<void> {
  const report = await connect(session, options);
  if (session.options.json) printJson(reportJson(report));
  else printLines(...reportLines(report));
  if (report.warnings.length > 0) note(...report.warnings);
}

/** `deputies connect …`: a host's configuration. */
export function addConnect(program: Command, open: (command: Command) => Session): void {
  const hosts = program.command('connect').description('the servers in the configuration of an MCP host');

  hosts
    .command('claude-desktop')
    .description('put the servers of this home into claude_desktop_config.json; all else in it stays as it is')
    .option('--config <file>', 'the configuration (default: where Claude Desktop keeps it)')
    .option('--dry-run', 'show what would be done, and write nothing')
    .option('--replace', 'also overwrite an entry of the same name that does not start our server')
    .addOption(new Option('--remove', 'take our servers out again').conflicts('replace'))
    .action(async (options: ConnectOptions, command: Command) => run(open(command), options));
}
