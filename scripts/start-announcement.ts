import type { Enrolled } from '@narrow-deputies/backend-mock';

/** What a person who started the backend is told. */
export interface Announcement {
  readonly backendUrl: string;
  readonly consoleUrl: string;
  readonly environment: string;
  /** Whether people may sign with keys on this machine. */
  readonly isDevelopment: boolean;
  readonly drafts: string;
  readonly readyFile: string;
  readonly servers: Record<string, unknown>;
  /** Servers without a usable token. */
  readonly missing: readonly string[];
  readonly people: readonly Enrolled[];
}

export const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** Says what serves where, and what is left for people to do. */
export function announce(facts: Announcement): void {
  say(`Narrow Deputies serve (${facts.environment}).

  agents' API   ${facts.backendUrl}
  people        ${facts.consoleUrl}
  drafts        ${facts.drafts}
  ready file    ${facts.readyFile}

For Claude Desktop (claude_desktop_config.json) or any other stdio host:
`);
  say(JSON.stringify({ mcpServers: facts.servers }, null, 2));
  if (facts.isDevelopment) announceKeys(facts);
  else announcePasskeys(facts);
  for (const server of facts.missing) {
    say(`\n${server} has no usable token: ${newToken(server, facts)}, then start again.`);
  }
  say('\nStop with Ctrl+C.');
}

function announceKeys({ people, consoleUrl }: Announcement): void {
  const waiting = people.filter(({ state }) => state === 'not enrolled').map(({ name }) => name);
  if (waiting.length > 0) {
    say(`
Nobody can approve yet: ${waiting.join(' and ')} have no key. On a terminal, run
  npm run deputies -- people enrol`);
  }
  say(`
When an agent asks, look and decide in another terminal:
  npm run deputies -- approvals list
  npm run deputies -- approvals show <planId>
  npm run deputies -- approvals approve <planId>
or in the console, with a passkey (make the link once, and open it):
  npm run deputies -- people invite owner --role owner,administrator
  ${consoleUrl}`);
}

function announcePasskeys({ people, consoleUrl }: Announcement): void {
  if (people.some(({ state }) => state !== 'not enrolled')) {
    say(`\nWhen an agent asks, people look and decide in the console, with their passkeys:\n  ${consoleUrl}`);
    return;
  }
  say(`
Nobody can approve yet. As the user who runs this, make the link with which the first administrator enrols a passkey:
  npm run deputies -- people invite --first owner
They open it in their browser, and invite all others in the console. The tokens above act for the person "owner".`);
}

const newToken = (server: string, { isDevelopment, consoleUrl }: Announcement): string =>
  isDevelopment
    ? `npm run deputies -- token mint ${server} --save`
    : `an administrator mints one in the console (${consoleUrl})`;
