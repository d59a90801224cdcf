import type { ServerProfile } from '../../grants/server-profiles.ts';
import type { Person } from '../../people/people-repository.ts';
import { html, type Html } from '../html.ts';
import { mintForms } from './agents-mint.ts';
import { tokenList, type TokensShown } from './agents-tokens.ts';
import { standingStops, stopForms } from './stops.ts';

export interface Agents extends Omit<TokensShown, 'administers' | 'tokens'> {
  /** Null for a viewer to whom tokens are not shown. */
  readonly tokens: TokensShown['tokens'] | null;
  readonly viewer: Person;
  readonly profiles: readonly ServerProfile[];
}

/** What is stopped, the stop button, and who holds which power. */
export function agentsPage(agents: Agents, now: number): Html {
  const { viewer, stops, names, contracts, tokens } = agents;
  const administers = viewer.roles.includes('administrator');
  return html`<h1>Agents</h1>
    ${standingStops(stops, viewer, names, now)} ${stopForms(contracts)}
    ${
      tokens === null
        ? html`<p class="hint">Tokens are shown to owners and administrators.</p>`
        : tokenList({ ...agents, tokens, administers }, now)
    }
    ${administers && mintForms(agents.profiles, agents.owners)}`;
}
