import { homedir } from 'node:os';
import { claudeDesktopConfig } from '../cli/connect/claude-desktop.ts';
import { Settings } from '../common/settings.ts';
import { peopleFolder } from '../people/key-file.ts';
import { databaseOf, environmentOf, type Home } from '../start/home.ts';
import { privateFiles } from '../start/private-files.ts';
import type { ServerEntry } from '../start/ready-file.ts';
import { checkBackend } from './check-backend.ts';
import { checkClaudeDesktop } from './check-claude-desktop.ts';
import { checkDrafts } from './check-drafts.ts';
import { checkGrant } from './check-grant.ts';
import { checkLaunch, checkOwnNode } from './check-node.ts';
import { checkPasskeys } from './check-passkeys.ts';
import { checkPeople } from './check-people.ts';
import { checkPrivateFiles } from './check-private-files.ts';
import { checkReady } from './check-ready.ts';
import { checkToken } from './check-token.ts';
import { warn, type Finding } from './finding.ts';

/** Servers that read a folder of the user's, and the variable that names it. */
const FOLDERS: Readonly<Record<string, string>> = { 'blog-publisher': 'BLOG_DRAFTS_DIR' };

/** What is known of one server: from a ready file, or from the environment alone. */
interface Setup {
  readonly server: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** As a host starts it; undefined where a person configured the host by hand. */
  readonly entry?: ServerEntry;
  /** Which environment the token should belong to, where that is known. */
  readonly environment?: string;
}

async function examine({ server, env, entry, environment }: Setup, own: NodeJS.ProcessEnv): Promise<Finding[]> {
  const { finding, token } = checkToken(server, env['DEPUTY_TOKEN'], environment);
  const { findings, reached } = await checkBackend(server, env['DEPUTY_BACKEND_URL']);
  const all = [finding, ...findings];
  if (token && reached) all.push(await checkGrant(server, token, reached));
  else all.push(warn(`${server}: grant`, 'not asked for: it takes a token and a backend', 'See above.'));
  const folder = FOLDERS[server];
  if (folder !== undefined) all.push(await checkDrafts(server, env[folder], entry?.args));
  if (entry) all.push(await checkLaunch(server, entry, own));
  return all;
}

/** Looks at one home: its ready file and all that the file describes, its people and its private files. */
export async function examineHome(home: Home, env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const people = peopleFolder(env);
  const { findings, ready } = await checkReady(home);
  const { acceptsKeyFiles } = new Settings(ready?.environment ?? environmentOf(env));
  const examinePeople = acceptsKeyFiles ? checkPeople : checkPasskeys;
  const all = [
    checkOwnNode(process.versions.node),
    ...findings,
    await checkPrivateFiles(await privateFiles(home, env), process.platform),
    ...(await examinePeople(people, databaseOf(home, env))),
  ];
  for (const [server, entry] of Object.entries(ready?.servers ?? {})) {
    const environment = ready?.environment;
    all.push(
      ...(await examine({ server, env: entry.env, entry, ...(environment !== undefined && { environment }) }, env)),
    );
  }
  all.push(...(await checkClaudeDesktop(claudeDesktopConfig(process.platform, env, env['HOME'] ?? homedir()), ready)));
  return all;
}

/** Looks at one server as the variables of this environment configure it. */
export async function examineServer(server: string, env: NodeJS.ProcessEnv): Promise<Finding[]> {
  return [checkOwnNode(process.versions.node), ...(await examine({ server, env }, env))];
}
