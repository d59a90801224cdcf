import type { JsonObject } from '@narrow-deputies/contracts';
import type { ServerEntry } from '../../start/ready-file.ts';
import type { Change, MergeResult } from './host-config.ts';

/** What was done to a host's configuration, or would be. */
export interface ConnectReport {
  readonly file: string;
  readonly dryRun: boolean;
  readonly created: boolean;
  readonly changed: boolean;
  /** Where the former bytes lie; null where nothing was overwritten. */
  readonly backup: string | null;
  readonly result: MergeResult;
  /** What is put in, by server. */
  readonly entries: Readonly<Record<string, ServerEntry>>;
  readonly warnings: readonly string[];
}

const WORDS: Readonly<Record<Change, string>> = {
  added: 'add',
  changed: 'change',
  unchanged: 'keep (nothing differs)',
  removed: 'take out',
  absent: 'not there',
  kept: 'keep (it does not start our server)',
};

const SECRET_NAME = /token|secret|password|key/i;
const OWNER_OF_TOKEN = /^deputy_[a-z]+_[a-z0-9-]+_/;

/** An entry that may be shown: of a secret only what says whose it is. */
export const masked = ({ command, args, env }: ServerEntry): JsonObject => ({
  command,
  args,
  env: Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      name,
      SECRET_NAME.test(name) ? `${OWNER_OF_TOKEN.exec(value)?.[0] ?? ''}...` : value,
    ]),
  ),
});

const writes = (change: Change): boolean => change === 'added' || change === 'changed';

export const reportJson = ({ file, dryRun, created, changed, backup, ...rest }: ConnectReport): JsonObject => ({
  file,
  dryRun,
  created,
  changed,
  backup,
  servers: rest.result.servers.map(({ name, change }) => {
    const entry = writes(change) ? rest.entries[name] : undefined;
    return { name, change, ...(entry && { entry: masked(entry) }) };
  }),
  others: rest.result.others,
  warnings: [...rest.warnings],
});

/** The same for a person. */
export function reportLines({ file, dryRun, created, changed, backup, result, entries }: ConnectReport): string[] {
  const { servers, others } = result;
  const width = Math.max(0, ...servers.map(({ name }) => name.length));
  const lines = [
    `${file}${created ? (dryRun ? ' (would be new)' : ' (new)') : ''}`,
    ...servers.map(({ name, change }) => `  ${name.padEnd(width)}  ${WORDS[change]}`),
    ...(others === 0 ? [] : [`  ${others} other ${others === 1 ? 'server' : 'servers'}: keep`]),
  ];
  if (dryRun) {
    for (const { name, change } of servers) {
      const entry = writes(change) ? entries[name] : undefined;
      if (entry) lines.push('', ...JSON.stringify({ [name]: masked(entry) }, null, 2).split('\n'));
    }
    return [...lines, '', 'Nothing was written.'];
  }
  if (!changed) return [...lines, '', 'Nothing had to be changed.'];
  if (backup !== null) lines.push('', `What it was before: ${backup}`);
  return [...lines, '', 'Quit Claude Desktop and start it again.'];
}
