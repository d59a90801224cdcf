import { NAME, VERSION } from './version.ts';

const HELP = `${NAME} ${VERSION}: an MCP server on stdin and stdout, started by an MCP host.

It takes no arguments. The host sets these variables:
  DEPUTY_TOKEN         the server's API token, minted for ${NAME}
  DEPUTY_BACKEND_URL   origin of the admin backend, such as https://admin.example.com
Optional:
  OTEL_*               exports traces and metrics where they ask for it (OpenTelemetry)
`;

/** What a person at a terminal gets instead of a server. */
export interface Usage {
  readonly text: string;
  readonly stream: 'stdout' | 'stderr';
  readonly exitCode: number;
}

/** @returns undefined when there is no argument, which means: serve. */
export function usageFor(args: readonly string[]): Usage | undefined {
  const [first] = args;
  if (first === undefined) return undefined;
  if (first === '--version') return { text: `${VERSION}\n`, stream: 'stdout', exitCode: 0 };
  if (first === '--help') return { text: HELP, stream: 'stdout', exitCode: 0 };
  return { text: `${NAME}: unknown argument; see --help\n`, stream: 'stderr', exitCode: 1 };
}
