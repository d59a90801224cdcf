import type { Contract } from '@narrow-deputies/contracts';
import { tokenFault, type TokenRecord } from '../../grants/tokens-repository.ts';
import type { Suspension } from '../../suspensions/suspension.ts';
import { html, type Html } from '../html.ts';
import { actForm, reasonField } from './act-form.ts';
import { stoppedThing } from './stops.ts';
import { ago, shortly } from './time.ts';

/** Days that a token lives which is made like another one. */
const ROTATED_DAYS = 90;

export interface TokensShown {
  readonly tokens: readonly TokenRecord[];
  readonly stops: readonly Suspension[];
  readonly contracts: readonly Contract[];
  /** People by id; those who were removed, too. */
  readonly names: ReadonlyMap<string, string>;
  /** Names of the people that an agent can act for. */
  readonly owners: readonly string[];
  /** Milliseconds since the epoch, by keyid. */
  readonly lastUse: ReadonlyMap<string, number>;
  /** Whether the viewer may mint and revoke. */
  readonly administers: boolean;
}

const stopOf = ({ keyid, agent }: TokenRecord, stops: readonly Suspension[]): Suspension | undefined =>
  stops.find(
    ({ kind, target }) =>
      kind === 'everything' || (kind === 'token' && target === keyid) || (kind === 'agent' && target === agent),
  );

export const stateOf = (token: TokenRecord, stops: readonly Suspension[], now: number): string =>
  tokenFault(token, now) ?? (stopOf(token, stops) ? 'suspended' : 'active');

/** What the others do not say by their names. */
const FAULTS: Readonly<Record<string, string>> = {
  client_taken: 'its client id belongs to another person or role',
  owner_removed: 'its person was removed',
};

const KINDS = [
  ['read', 'Reads'],
  ['plan', 'Plans'],
  ['commit', 'Commits what was approved'],
] as const;

const plain = (name: string): string => name.replace(/^(plan|commit)_/, '').replaceAll('_', ' ');

/** Scopes in words, by what they let an agent do; scopes of no tool that is here stand as they are. */
export function scopesInWords(scopes: readonly string[], contracts: readonly Contract[]): Html {
  const known = contracts.filter(({ scope }) => scopes.includes(scope));
  const others = scopes.filter((scope) => !known.some((contract) => contract.scope === scope));
  const lists = KINDS.map(([kind, label]) => [label, known.filter((each) => each.kind === kind)] as const);
  return html`<dl class="scopes">
    ${lists.map(
      ([label, own]) =>
        own.length > 0 &&
        html`<dt>${label}</dt>
          <dd>${own.map(({ name }) => plain(name)).join(', ')}</dd>`,
    )}
    ${
      others.length > 0 &&
      html`<dt>Of no tool here</dt>
        <dd>${others.join(', ')}</dd>`
    }
  </dl>`;
}

function changes(token: TokenRecord, { names, owners, administers, stops }: TokensShown): Html {
  const { keyid, clientId, agent, scopes, ownerId } = token;
  const own = stops.some(({ kind, target }) => kind === 'token' && target === keyid);
  const owner = names.get(ownerId);
  return html`<details>
    <summary>Stop, replace or revoke</summary>
    ${
      !own &&
      actForm({
        act: 'suspend',
        args: { kind: 'token', target: keyid },
        button: `Stop this token of ${clientId}`,
        danger: true,
        says: 'From the next call on it is refused, until an administrator takes that back.',
        fields: reasonField('Reason (may stay empty)', false),
      })
    }
    ${
      administers &&
      owner !== undefined &&
      owners.includes(owner) &&
      actForm({
        act: 'mint_token',
        args: { clientId, agent, scopes: [...scopes], owner, expiresInDays: ROTATED_DAYS },
        prepare: 'mint',
        button: `Make a second token like this one, for ${ROTATED_DAYS} days`,
        says: 'Both work until you revoke this one. The secret is made in this browser and sent nowhere.',
      })
    }
    ${
      administers &&
      actForm({
        act: 'revoke_token',
        args: { keyid },
        button: `Revoke this token of ${clientId} for good`,
        danger: true,
        says: 'It cannot be undone. When the client has no other token, its open plans end with it.',
      })
    }
  </details>`;
}

function tokenCard(token: TokenRecord, shown: TokensShown, now: number): Html {
  const state = stateOf(token, shown.stops, now);
  const stop = stopOf(token, shown.stops);
  const used = shown.lastUse.get(token.keyid);
  const ended = tokenFault(token, now) !== undefined;
  const said = state === 'suspended' && stop ? `suspended: ${stoppedThing(stop)} is stopped` : (FAULTS[state] ?? state);
  return html`<li class="card token ${state}">
    <p class="what">${token.agent} <small>for ${shown.names.get(token.ownerId) ?? token.ownerId}</small></p>
    <p class="facts">
      <span class="state">${said}</span>
      <span>${used === undefined ? 'Never used' : html`Last used ${ago(used, now)}`}</span>
      <span>${token.expiresAt > now ? 'Expires' : 'Expired'} ${shortly(token.expiresAt, now)}</span>
      <span>Key <code title="${token.keyid}">${token.keyid.slice(0, 8)}…</code></span>
      <span><a href="/activity?agent=${token.agent}">Activity</a></span>
    </p>
    ${scopesInWords(token.scopes, shown.contracts)} ${!ended && changes(token, shown)}
  </li>`;
}

/** Tokens by client; those that can never be used again stand apart. */
export function tokenList(shown: TokensShown, now: number): Html {
  const live = shown.tokens.filter((token) => tokenFault(token, now) === undefined);
  const ended = shown.tokens.filter((token) => tokenFault(token, now) !== undefined);
  const clients = [...Map.groupBy(live, ({ clientId }) => clientId)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return html`<section aria-labelledby="tokens">
    <h2 id="tokens">Tokens</h2>
    ${clients.length === 0 && html`<p class="empty">No agent has a token that works.</p>`}
    ${clients.map(
      ([clientId, tokens]) =>
        html`<h3>${clientId}</h3>
          <ul class="cards">
            ${tokens.map((token) => tokenCard(token, shown, now))}
          </ul>`,
    )}
    ${
      ended.length > 0 &&
      html`<details>
        <summary>Ended tokens (${ended.length})</summary>
        <ul class="cards">
          ${ended.toReversed().map((token) => tokenCard(token, shown, now))}
        </ul>
      </details>`
    }
  </section>`;
}
