/** What a token for one of the servers is minted with, unless somebody says otherwise. */
export interface ServerProfile {
  readonly server: string;
  /** The role that the agent plays. */
  readonly agent: string;
  readonly scopes: readonly string[];
}

export const SERVER_PROFILES: readonly ServerProfile[] = [
  {
    server: 'blog-publisher',
    agent: 'publisher-agent',
    scopes: [
      'blog:list_drafts',
      'blog:plan_publish_draft',
      'blog:commit_publish_draft',
      'blog:plan_unpublish_article',
      'blog:commit_unpublish_article',
    ],
  },
];

/** @returns the profile of a client by its id: the server's name, or that name and a suffix. */
export const profileOf = (clientId: string): ServerProfile | undefined =>
  SERVER_PROFILES.find(({ server }) => clientId === server || clientId.startsWith(`${server}-`));
