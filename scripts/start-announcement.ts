import type { Enrolled } from '@narrow-deputies/backend-mock';

/** What a person who started the backend is told. */
export interface Announcement {
  readonly backendUrl: string;
  readonly consoleUrl: string;
  readonly environment: string;
  /** Whether people may sign with keys on this machine. */
  readonly isDevelopment: boolean;
  readonly drafts: string;
  /** Whether this start made that folder. */
  readonly madeDrafts: boolean;
  readonly readyFile: string;
  readonly servers: Record<string, unknown>;
  /** Whether the block of the servers is printed, with their tokens. */
  readonly printConfig: boolean;
  /** Servers without a usable token. */
  readonly missing: readonly string[];
  readonly people: readonly Enrolled[];
  /** Puts the home into each command of a text, where another terminal has to name it. */
  readonly hint: (text: string) => string;
}

export const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** Says what serves where, and what is left for people to do. */
export function announce(facts: Announcement): void {
  const told = [serving(facts), connecting(facts), deciding(facts), ...facts.missing.map(newToken(facts))];
  say(facts.hint(told.filter((part) => part !== '').join('\n\n')));
  if (facts.printConfig) {
    say(`\nFor a stdio host's configuration; it holds the servers' tokens:\n`);
    say(JSON.stringify({ mcpServers: facts.servers }, null, 2));
  }
  say('\nStop with Ctrl+C.');
}

const serving = ({ environment, backendUrl, consoleUrl, drafts, madeDrafts, readyFile }: Announcement): string =>
  `Narrow Deputies is serving (${environment}).

  agents' API   ${backendUrl}
  people        ${consoleUrl}
  drafts        ${drafts}${madeDrafts ? ' (made now, with an example)' : ''}
  ready file    ${readyFile}`;

const connecting = ({ servers, printConfig }: Announcement): string =>
  Object.keys(servers).length === 0
    ? ''
    : `Put the servers into Claude Desktop, in another terminal; then restart it:
  npm run deputies -- connect claude-desktop${
    printConfig ? '' : '\nFor another stdio host, start with --print-config: it prints the block, with the tokens.'
  }`;

const deciding = (facts: Announcement): string => (facts.isDevelopment ? withKeys(facts) : withPasskeys(facts));

function withKeys({ people, consoleUrl }: Announcement): string {
  const waiting = people.filter(({ state }) => state === 'not enrolled').map(({ name }) => name);
  const enrol = `Nobody can approve yet: ${waiting.join(' and ')} have no key. On a terminal, run
  npm run deputies -- people enrol

`;
  return `${waiting.length > 0 ? enrol : ''}When an agent asks, look and decide in another terminal:
  npm run deputies -- approvals list
  npm run deputies -- approvals show <planId>
  npm run deputies -- approvals approve <planId>
or in the console, with a passkey (make the link once, and open it):
  npm run deputies -- people invite owner --role owner,administrator
  ${consoleUrl}`;
}

function withPasskeys({ people, consoleUrl }: Announcement): string {
  if (people.some(({ state }) => state !== 'not enrolled')) {
    return `When an agent asks, people look and decide in the console, with their passkeys:\n  ${consoleUrl}`;
  }
  return `Nobody can approve yet. As the user who runs this, make the link with which the first administrator enrols a passkey:
  npm run deputies -- people invite --first owner
They open it in their browser, and invite all others in the console. The servers' tokens act for the person "owner".`;
}

const newToken =
  ({ isDevelopment, consoleUrl }: Announcement) =>
  (server: string): string =>
    isDevelopment
      ? `${server} has no usable token. Make one, then start again:\n  npm run deputies -- token mint ${server} --save`
      : `${server} has no usable token. An administrator mints one in the console (${consoleUrl}); then start again.`;
