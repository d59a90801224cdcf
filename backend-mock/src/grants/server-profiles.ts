/** A role that an agent can play through a server, and the scopes that it may hold. */
export interface AgentProfile {
  readonly agent: string;
  readonly scopes: readonly string[];
}

/** What a server's tokens may be. */
export interface ServerProfile {
  readonly server: string;
  /** The first is the one that a token is minted with, unless somebody says otherwise. */
  readonly agents: readonly [AgentProfile, ...AgentProfile[]];
}

const LOOKUP = ['crm:search_customers', 'crm:get_customer'];

export const SERVER_PROFILES: readonly ServerProfile[] = [
  {
    server: 'blog-publisher',
    agents: [
      {
        agent: 'publisher-agent',
        scopes: [
          'blog:list_drafts',
          'blog:plan_publish_draft',
          'blog:commit_publish_draft',
          'blog:plan_unpublish_article',
          'blog:commit_unpublish_article',
        ],
      },
    ],
  },
  {
    server: 'crm-reader',
    agents: [
      { agent: 'lookup-agent', scopes: LOOKUP },
      {
        agent: 'export-agent',
        scopes: [...LOOKUP, 'crm:plan_export_customers', 'crm:commit_export_customers'],
      },
    ],
  },
  {
    server: 'ticket-handler',
    agents: [
      {
        agent: 'support-agent',
        scopes: [
          'tickets:list_tickets',
          'tickets:get_ticket',
          'tickets:plan_create_ticket',
          'tickets:commit_create_ticket',
          'tickets:plan_update_ticket',
          'tickets:commit_update_ticket',
          'tickets:plan_reply_to_customer',
          'tickets:commit_reply_to_customer',
          'tickets:plan_refund',
          'tickets:commit_refund',
        ],
      },
    ],
  },
];

/** @returns the profile of a client by its id: the server's name, or that name and a suffix. */
export const profileOf = (clientId: string): ServerProfile | undefined =>
  SERVER_PROFILES.find(({ server }) => clientId === server || clientId.startsWith(`${server}-`));

/**
 * The role that a token is for: the one that was asked for, else the first that may hold all of the scopes.
 *
 * @returns undefined where no agent of the server may hold all of them.
 */
export function agentFor(
  { agents }: ServerProfile,
  wanted: { readonly agent?: string | undefined; readonly scopes?: readonly string[] | undefined },
): AgentProfile | undefined {
  const fitting = agents.filter(({ agent }) => wanted.agent === undefined || agent === wanted.agent);
  return fitting.find(({ scopes }) => (wanted.scopes ?? []).every((scope) => scopes.includes(scope)));
}
