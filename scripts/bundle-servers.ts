/** One value that a person gives when they install a server. */
export interface Setting {
  /** Its name in a bundle's `user_config`. */
  readonly key: string;
  /** The variable that the server reads it from. */
  readonly env: string;
  /** A directory is also what the launch flags let the server read. */
  readonly type: 'string' | 'directory';
  readonly title: string;
  readonly description: string;
  readonly sensitive?: true;
  readonly default?: string;
}

/** What differs from server to server when it is packed; all else is derived from its folder. */
export interface ServerFacts {
  readonly displayName: string;
  /** For the person who decides whether to install it. */
  readonly about: string;
  /** Beside its token and the backend's address, which every server takes. */
  readonly settings: readonly Setting[];
}

const SERVERS: Readonly<Record<string, ServerFacts>> = {
  'blog-publisher': {
    displayName: 'Blog publisher (Narrow Deputies)',
    about:
      'Lists the Markdown drafts in one folder that you choose, plans to publish or take down an article, and does so only after a person approved that plan in the admin backend. It cannot write or change a draft and reads nothing outside the folder.',
    settings: [
      {
        key: 'drafts_folder',
        env: 'BLOG_DRAFTS_DIR',
        type: 'directory',
        title: 'Drafts folder',
        description:
          'The one folder whose Markdown files (.md) may be published. Choose the folder itself, not a link to it.',
      },
    ],
  },
  'crm-reader': {
    displayName: 'Customer lookup (Narrow Deputies)',
    about:
      'Finds customers and shows their recent orders, with contact data masked. An export is only planned here: a person approves it in the admin backend and fetches the file, which the agent never sees.',
    settings: [],
  },
  'ticket-handler': {
    displayName: 'Support tickets (Narrow Deputies)',
    about:
      'Reads support tickets and plans changes to them. Replies to customers and refunds happen only after a person approved that plan in the admin backend.',
    settings: [],
  },
};

/** @throws Error for a server that the table does not know. */
export function factsOf(server: string): ServerFacts {
  const facts = Object.hasOwn(SERVERS, server) ? SERVERS[server] : undefined;
  if (facts) return facts;
  throw new Error(`scripts/bundle-servers.ts says nothing of ${server}: describe it there first.`);
}

/** All settings of a server, in the order in which a host asks for them. */
export const settingsOf = (server: string): readonly Setting[] => [
  {
    key: 'token',
    env: 'DEPUTY_TOKEN',
    type: 'string',
    title: 'API token',
    description: `Whoever runs the backend makes it: npm run deputies -- token mint ${server}`,
    sensitive: true,
  },
  {
    key: 'backend_url',
    env: 'DEPUTY_BACKEND_URL',
    type: 'string',
    title: 'Backend address',
    description: 'Origin of the admin backend, without a slash at the end: https, unless it runs on this machine.',
    default: 'http://127.0.0.1:4180',
  },
  ...factsOf(server).settings,
];
