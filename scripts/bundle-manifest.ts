import { factsOf, settingsOf } from './bundle-servers.ts';

export interface UserSetting {
  readonly type: string;
  readonly title: string;
  readonly description: string;
  readonly required?: boolean;
  readonly sensitive?: boolean;
  readonly default?: string;
}

/** The parts of an MCPB manifest (0.3) that are used here. */
export interface Manifest {
  readonly manifest_version: string;
  readonly name: string;
  readonly display_name: string;
  readonly version: string;
  readonly description: string;
  readonly long_description: string;
  readonly author: { readonly name: string };
  readonly license: string;
  readonly server: {
    readonly type: string;
    readonly entry_point: string;
    readonly mcp_config: {
      readonly command: string;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, string>>;
    };
  };
  readonly tools: readonly { readonly name: string; readonly description: string }[];
  readonly compatibility: {
    readonly platforms: readonly string[];
    readonly runtimes: { readonly node: string };
  };
  readonly user_config: Readonly<Record<string, UserSetting>>;
}

/** What is packed of one server. */
export interface PackedServer {
  readonly server: string;
  readonly version: string;
  /** The one line of its package.json. */
  readonly description: string;
  readonly tools: readonly { readonly name: string; readonly description: string }[];
}

export const ENTRY_POINT = 'server/main.js';
export const PROGRAM_FOLDER = '${__dirname}/server';
export const PROGRAM = `\${__dirname}/${ENTRY_POINT}`;

/** Keeps Node's SQLite away, which opens files by itself, past the permission model. */
export const NO_STORE = '--no-experimental-sqlite';

/**
 * A manifest is the same on every machine, so its flags have to fit every Node that may run it. Node 25 closes the network
 * of a restricted process unless it is given a flag that Node 24 refuses to start with; so the range ends below 25.
 */
const NODE_RANGE = '>=22.20.0 <25';

/** @returns a reference that the host replaces with what the person entered. */
export const reference = (key: string): string => `\${user_config.${key}}`;

/** The manifest of a server's bundle: one program under Node's permission model, its settings from the person. */
export function manifestOf({ server, version, description, tools }: PackedServer): Manifest {
  const { displayName, about } = factsOf(server);
  const settings = settingsOf(server);
  const folders = settings.filter(({ type }) => type === 'directory').map(({ key }) => reference(key));
  return {
    manifest_version: '0.3',
    name: server,
    display_name: displayName,
    version,
    description,
    long_description: about,
    author: { name: 'Narrow Deputies' },
    license: 'MIT',
    server: {
      type: 'node',
      entry_point: ENTRY_POINT,
      mcp_config: {
        command: 'node',
        args: [
          '--permission',
          NO_STORE,
          ...[PROGRAM_FOLDER, ...folders].map((folder) => `--allow-fs-read=${folder}`),
          PROGRAM,
        ],
        env: Object.fromEntries(settings.map(({ key, env }) => [env, reference(key)])),
      },
    },
    tools: tools.map(({ name, description: shown }) => ({ name, description: shown })),
    compatibility: { platforms: ['darwin', 'win32', 'linux'], runtimes: { node: NODE_RANGE } },
    user_config: Object.fromEntries(
      settings.map(({ key, type, title, description: meaning, sensitive, default: usual }) => [
        key,
        {
          type,
          title,
          description: meaning,
          required: true,
          ...(sensitive && { sensitive }),
          ...(usual !== undefined && { default: usual }),
        },
      ]),
    ),
  };
}
