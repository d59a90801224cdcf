import type { JsonObject } from '@narrow-deputies/contracts';
import { InvalidArgumentError, type Command } from 'commander';
import { newToken, TOKEN_LIFE_DAYS } from '../../grants/first-tokens.ts';
import { agentFor, profileOf, SERVER_PROFILES, type ServerProfile } from '../../grants/server-profiles.ts';
import { saveServerToken } from '../../start/server-tokens.ts';
import { clientIdFor, type KnownClient } from '../client-id.ts';
import { Failure } from '../failure.ts';
import { note, printJson, printLines, printTable } from '../output.ts';
import type { Session } from '../session.ts';

type OpenSession = (command: Command) => Session;

interface MintOptions {
  readonly client?: string;
  readonly scope?: string[];
  readonly agent?: string;
  readonly owner?: string;
  readonly days?: number;
  readonly save?: boolean;
}

const days = (text: string): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 366) return value;
  throw new InvalidArgumentError('A whole number of days from 1 to 366.');
};

const collect = (value: string, previous: string[] = []): string[] => [
  ...previous,
  ...value.split(/[\s,]+/).filter(Boolean),
];

async function register(
  session: Session,
  wanted: { clientId: string; agent: string; scopes: string[]; owner: string; days: number; save: boolean },
): Promise<{ token: string; clientId: string; keyid: string }> {
  const { environment } = await session.ready();
  const client = await session.client();
  // The secret is made here and only its public half is sent: the backend never sees it.
  const { token, keyid, publicX } = newToken(environment, wanted.clientId);
  await client.call('mint_token', {
    clientId: wanted.clientId,
    publicX,
    agent: wanted.agent,
    scopes: wanted.scopes,
    owner: wanted.owner,
    expiresInDays: wanted.days,
  });
  const server = profileOf(wanted.clientId)?.server;
  if (wanted.save && server !== undefined) await saveServerToken(session.home, server, token);
  return { token, clientId: wanted.clientId, keyid };
}

async function mint(session: Session, server: string, options: MintOptions): Promise<void> {
  const profile = profileOf(server);
  if (profile?.server !== server) {
    const servers = SERVER_PROFILES.map((each) => each.server).join(', ');
    throw new Failure('unknown_server', `There is no server "${server}". There are: ${servers}.`);
  }
  if (options.client !== undefined && profileOf(options.client)?.server !== server) {
    throw new Failure('wrong_client', `A client of ${server} is named "${server}" or "${server}-<suffix>".`);
  }
  const agent =
    agentFor(profile, { agent: options.agent, scopes: options.scope }) ??
    // A role that this program does not know is for the backend to judge.
    (options.agent === undefined ? undefined : { agent: options.agent, scopes: profile.agents[0].scopes });
  if (agent === undefined) {
    const roles = profile.agents.map((each) => `${each.agent}: ${each.scopes.join(', ')}`).join('\n  ');
    throw new Failure('invalid_arguments', `No agent of ${server} may hold these scopes. There are:\n  ${roles}`);
  }
  const owner = options.owner ?? 'owner';
  const clientId = options.client ?? (await findClientId(session, profile, { agent: agent.agent, owner }));
  const minted = await register(session, {
    clientId,
    agent: agent.agent,
    scopes: options.scope ?? [...agent.scopes],
    owner,
    days: options.days ?? TOKEN_LIFE_DAYS,
    save: options.save ?? false,
  });
  printMinted(session, minted, options.save ?? false);
}

/** The server's own name where that is free, or the owner's and agent's already; else one made of it. */
async function findClientId(
  session: Session,
  profile: ServerProfile,
  wanted: { agent: string; owner: string },
): Promise<string> {
  const { clients } = await (await session.client()).call('list_tokens', {});
  const clientId = clientIdFor(profile, wanted, clients as unknown as KnownClient[]);
  if (clientId !== profile.server) {
    note(`"${profile.server}" belongs to another owner or agent; this token is for the client "${clientId}".`);
  }
  return clientId;
}

/** @param saved whether this home's own server has it already; hosts still have what they were given before. */
function printMinted(
  session: Session,
  minted: { token: string; clientId: string; keyid: string },
  saved: boolean,
): void {
  if (session.options.json) return printJson(minted);
  if (saved) {
    note(
      `A token for ${minted.clientId} (key ${minted.keyid}), saved in ${session.home.folder}. Hand it to the host, and restart that:`,
      session.hint('  npm run deputies -- connect claude-desktop'),
    );
    return;
  }
  note(
    `A token for ${minted.clientId} (key ${minted.keyid}). It is shown once; put it into DEPUTY_TOKEN of that server.`,
  );
  printLines(minted.token);
}

async function rotate(session: Session, clientId: string, save: boolean): Promise<void> {
  const client = await session.client();
  const { tokens } = await client.call('list_tokens', {});
  const live = (tokens as JsonObject[]).filter((each) => each['clientId'] === clientId && each['state'] === 'active');
  const current = live.at(-1);
  if (!current) throw new Failure('not_found', `No live token of "${clientId}". "token list" shows what there is.`);
  const minted = await register(session, {
    clientId,
    agent: String(current['agent']),
    scopes: current['scopes'] as string[],
    owner: String(current['owner']),
    days: TOKEN_LIFE_DAYS,
    save,
  });
  printMinted(session, minted, save);
  const old = live.map((each) => String(each['keyid']));
  note(
    save ? 'Only then revoke the old one; until then both work:' : 'Both work until you revoke the old one:',
    ...old.map((keyid) => session.hint(`  npm run deputies -- token revoke ${keyid}`)),
  );
}

/** `deputies token …`: the servers' credentials. */
export function addTokens(program: Command, open: OpenSession): void {
  const token = program.command('token').description("the servers' API tokens");

  token
    .command('mint <server>')
    .description('make a token; its secret is shown once and never sent anywhere')
    .option('--client <id>', 'client id: the server, or <server>-<suffix> (default: one that is free)')
    .option('--scope <scope>', 'a scope; repeat for more (default: all of the server)', collect)
    .option('--agent <role>', "role of the agent (default: the server's own)")
    .option('--owner <person>', 'whom the agent acts for (default: owner)')
    .option('--days <n>', `days until it expires (default: ${TOKEN_LIFE_DAYS})`, days)
    .option('--save', 'also use it for this home: tokens.json and ready.json')
    .action(async (server: string, options: MintOptions, command: Command) => mint(open(command), server, options));

  token
    .command('list')
    .description('list the tokens, without their secrets')
    .action(async (_options: unknown, command: Command) => {
      const session = open(command);
      const { tokens } = await (await session.client()).call('list_tokens', {});
      const rows = tokens as JsonObject[];
      if (session.options.json) return printJson(rows);
      printTable(rows, {
        KEY: 'keyid',
        CLIENT: 'clientId',
        AGENT: 'agent',
        OWNER: 'owner',
        STATE: 'state',
        EXPIRES: 'expiresAt',
      });
    });

  token
    .command('revoke <keyid>')
    .description('end a token at once')
    .action(async (keyid: string, _options: unknown, command: Command) => {
      const session = open(command);
      const revoked = await (await session.client()).call('revoke_token', { keyid });
      if (session.options.json) return printJson(revoked);
      printLines(`The token ${keyid} of ${String(revoked['clientId'])} is revoked.`);
    });

  token
    .command('rotate <client>')
    .description('make a second token like the live one; both work until the first is revoked')
    .option('--save', 'also use it for this home: tokens.json and ready.json')
    .action(async (client: string, options: { save?: boolean }, command: Command) =>
      rotate(open(command), client, options.save ?? false),
    );
}
