import { NO_STORE, type PackedServer } from './bundle-manifest.ts';
import { factsOf, settingsOf } from './bundle-servers.ts';
import { code, page, table } from './docs-markdown.ts';

const shown = (key: string, usual?: string): string => usual ?? `<${key.replaceAll('_', ' ')}>`;

/** What a host's configuration has to say; names in angle brackets are for the person to fill in. */
function hostBlock(server: string): object {
  const settings = settingsOf(server);
  const program = '<folder>/node_modules/@narrow-deputies';
  const folders = settings.filter(({ type }) => type === 'directory').map(({ key }) => shown(key));
  return {
    mcpServers: {
      [server]: {
        command: 'node',
        args: [
          '--permission',
          NO_STORE,
          ...[`${program}/${server}/dist`, ...folders].map((folder) => `--allow-fs-read=${folder}`),
          `${program}/${server}/dist/main.js`,
        ],
        env: Object.fromEntries(settings.map(({ key, env, default: usual }) => [env, shown(key, usual)])),
      },
    },
  };
}

/** The page of a tarball, for who has nothing else of the workspace. */
export const readmeOf = ({ server, version, tools }: PackedServer): string =>
  page(
    `# ${server} ${version}`,
    factsOf(server).about,
    'An MCP server on standard input and output, in one file. It needs Node.js 22.20 or newer and nothing else.',
    ['```sh', `npm install --prefix <folder> ./${server}-${version}.tgz`, '```'].join('\n'),
    table(
      ['variable', 'what it is'],
      settingsOf(server).map(({ env, description }) => [code(env), description]),
    ),
    'For the configuration of an MCP host, with absolute paths. The flags start the server under Node’s permission model; ' +
      'on Node 25 and later add `--allow-net`, without which it reaches no backend.',
    ['```json', JSON.stringify(hostBlock(server), null, 2), '```'].join('\n'),
    table(
      ['tool', 'what it does'],
      tools.map(({ name, description }) => [code(name), description]),
    ),
    'Licence: MIT, see LICENSE. The licences of the code that came from others are in THIRD-PARTY-LICENSES.txt.',
  );
