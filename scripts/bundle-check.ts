import { NO_STORE, PROGRAM, PROGRAM_FOLDER, reference, type Manifest } from './bundle-manifest.ts';

/** Everything that an .mcpb may hold. */
const MCPB_FILES = ['LICENSE', 'THIRD-PARTY-LICENSES.txt', 'manifest.json', 'server/main.js', 'server/telemetry.cjs'];
/** Everything that an npm tarball may hold, below `package/`. */
const TARBALL_FILES = [
  'LICENSE',
  'README.md',
  'THIRD-PARTY-LICENSES.txt',
  'dist/main.js',
  'dist/telemetry.cjs',
  'package.json',
];
/** What a package.json may say: with any other field something could be fetched or run at installation. */
const PACKAGE_FIELDS = ['name', 'version', 'description', 'license', 'type', 'bin', 'engines'];

const READ_FLAG = '--allow-fs-read=';
const SECRET_NAME = /token|secret|password|key/i;

function fileFaults(files: readonly string[], expected: readonly string[]): string[] {
  return [
    ...files.filter((file) => !expected.includes(file)).map((file) => `${file} does not belong in it`),
    ...expected.filter((file) => !files.includes(file)).map((file) => `${file} is missing`),
  ];
}

/** A secret is asked for as one, has no default, and reaches the server where no process list shows it. */
function secretFaults({ user_config: settings, server }: Manifest): string[] {
  const { args, env } = server.mcp_config;
  return Object.entries(env).flatMap(([name, value]) => {
    const [key, setting] = Object.entries(settings).find(([each]) => value === reference(each)) ?? [];
    if (key === undefined || setting === undefined) return [`${name} is not what a setting gives`];
    if (!SECRET_NAME.test(name)) return [];
    return [
      ...(setting.sensitive === true ? [] : [`${key} is a secret but not sensitive`]),
      ...(setting.default === undefined ? [] : [`${key} is a secret with a default`]),
      ...(args.some((arg) => arg.includes(reference(key))) ? [`${key} is a secret among the arguments`] : []),
    ];
  });
}

/** The permission model is on and lets the program read its own folder and the folders that the person chose. */
function launchFaults({ user_config: settings, server }: Manifest): string[] {
  const { command, args } = server.mcp_config;
  const [first, ...rest] = args;
  const folders = Object.entries(settings).filter(([, { type }]) => type === 'directory');
  const readable = [PROGRAM_FOLDER, ...folders.map(([key]) => reference(key))].map((folder) => READ_FLAG + folder);
  const known = [NO_STORE, ...readable, PROGRAM];
  return [
    ...(command === 'node' ? [] : [`the command is ${command}`]),
    ...(first === '--permission' ? [] : ['the permission model is off']),
    ...rest.filter((arg) => !known.includes(arg)).map((arg) => `the argument ${arg} is unknown`),
    ...known.filter((arg) => !rest.includes(arg)).map((arg) => `the argument ${arg} is missing`),
    ...(rest.at(-1) === PROGRAM ? [] : ['the program is not the last argument']),
  ];
}

/** What is wrong with an .mcpb; empty when it is as it has to be. @param files relative paths with slashes. */
export const mcpbFaults = (files: readonly string[], manifest: Manifest): string[] => [
  ...fileFaults(files, MCPB_FILES),
  ...secretFaults(manifest),
  ...launchFaults(manifest),
  ...Object.entries(manifest.user_config)
    .filter(([, setting]) => setting.required !== true)
    .map(([key]) => `${key} is not required`),
];

/** What is wrong with an npm tarball. @param files relative to its `package` folder. */
export const tarballFaults = (files: readonly string[], packageJson: object): string[] => [
  ...fileFaults(files, TARBALL_FILES),
  ...Object.keys(packageJson)
    .filter((field) => !PACKAGE_FIELDS.includes(field))
    .map((field) => `package.json says "${field}"`),
];
