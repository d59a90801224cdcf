import { makeVisible } from '@narrow-deputies/contracts/text';
import type { Invitation } from '../../people/invitations/invitations-repository.ts';
import type { Passkey } from '../../people/passkeys/passkeys-repository.ts';
import { PERSON_ROLES, type Person } from '../../people/people-repository.ts';
import { html, type Html } from '../html.ts';
import type { OpenSession } from '../session/sessions-repository.ts';
import { actForm, boxes } from './act-form.ts';
import { ago, shortly } from './time.ts';

/** What each role lets somebody do, as its box says it. */
const ROLE_WORDS: Readonly<Record<(typeof PERSON_ROLES)[number], string>> = {
  owner: 'owner: decides what their own agents plan',
  reviewer: "reviewer: decides what other people's agents plan",
  'support-lead': 'support-lead: leads the support desk',
  administrator: 'administrator: people, tokens, and taking stops back',
  auditor: 'auditor: reads the audit log, and nothing else',
};

export interface People {
  readonly viewer: Person;
  readonly people: readonly Person[];
  readonly passkeys: readonly Passkey[];
  readonly invitations: readonly Invitation[];
  /** The viewer's own. */
  readonly sessions: readonly OpenSession[];
  /** Id of the session that this page was asked for with. */
  readonly here: string;
}

const roleBoxes = (ticked: readonly string[]): Html =>
  boxes(
    'roles',
    'Roles',
    PERSON_ROLES.map((role) => ({ value: role, label: ROLE_WORDS[role], ticked: ticked.includes(role) })),
  );

const passkeyItem = (passkey: Passkey, person: Person, administers: boolean, now: number): Html =>
  html`<li>
    <b>${makeVisible(passkey.label)}</b>
    <span class="facts"
      ><span>Added ${ago(passkey.createdAt, now)}</span>
      <span>${passkey.lastUsedAt === null ? 'Never used' : html`Last used ${ago(passkey.lastUsedAt, now)}`}</span></span
    >
    ${
      administers &&
      html`<details>
        <summary>Revoke this passkey</summary>
        ${actForm({
          act: 'revoke_passkey',
          args: { passkeyId: passkey.id },
          button: `Revoke ${person.name}'s passkey "${makeVisible(passkey.label)}" for good`,
          danger: true,
          says: 'Whatever it approved and is not committed yet no longer counts, and all sessions of its person end.',
        })}
      </details>`
    }
  </li>`;

const changes = (person: Person, viewer: Person): Html =>
  html`<details>
    <summary>Change roles${person.id !== viewer.id && ', end sessions, remove'}</summary>
    ${actForm({
      act: 'change_roles',
      args: { personId: person.id },
      button: `Give ${person.name} these roles`,
      says:
        person.id === viewer.id
          ? 'From the next act on. You stay an administrator: only another one can change that.'
          : 'From the next act on.',
      fields: roleBoxes(person.roles),
    })}
    ${
      person.id !== viewer.id && [
        actForm({
          act: 'end_sessions',
          args: { personId: person.id },
          button: `End all sessions of ${person.name}`,
          says: 'Every browser in which they are signed in is signed out. They can sign in again.',
        }),
        actForm({
          act: 'remove_person',
          args: { personId: person.id },
          button: `Remove ${person.name} for good`,
          danger: true,
          says: 'They can do nothing any more, what they approved and is not committed no longer counts, their agents and the links they made stop, and the name stays theirs.',
        }),
      ]
    }
  </details>`;

function personCard(person: Person, { passkeys, viewer }: People, administers: boolean, now: number): Html {
  const own = passkeys.filter(({ personId, state }) => personId === person.id && state === 'active');
  return html`<li class="card person ${person.state}">
    <p class="what">${person.name} ${person.id === viewer.id && html`<small>you</small>`}</p>
    <p class="facts"><span>${person.state === 'removed' ? 'Removed' : person.roles.join(', ')}</span></p>
    ${
      person.state === 'active' && [
        own.length === 0
          ? html`<p class="hint">No passkey.</p>`
          : html`<ul class="passkeys">
              ${own.map((passkey) => passkeyItem(passkey, person, administers, now))}
            </ul>`,
        administers ? changes(person, viewer) : html``,
      ]
    }
  </li>`;
}

const invitations = ({ invitations: open, people }: People, administers: boolean, now: number): Html =>
  html`<section aria-labelledby="invitations">
    <h2 id="invitations">Open invitations</h2>
    ${open.length === 0 && html`<p class="hint">No link is open.</p>`}
    <ul class="cards">
      ${open.map(
        ({ id, name, roles, invitedBy, expiresAt }) =>
          html`<li class="card">
            <p class="what">${name}</p>
            <p class="facts">
              <span>${roles.join(', ')}</span>
              <span
                >Made by ${people.find((person) => person.id === invitedBy)?.name ?? 'whoever set the store up'}</span
              >
              <span>Expires ${shortly(expiresAt, now)}</span>
            </p>
            ${
              administers &&
              actForm({
                act: 'revoke_invitation',
                args: { invitationId: id },
                button: `Take the link for ${name} back`,
                danger: true,
                says: 'Whoever has the link can do nothing with it any more.',
              })
            }
          </li>`,
      )}
    </ul>
  </section>`;

const INVITE: Html = html`<section aria-labelledby="invite">
  <h2 id="invite">Invite</h2>
  ${actForm({
    act: 'invite',
    args: {},
    prepare: 'invite',
    button: 'Make a link',
    says: 'The link enrols one passkey, once, within a day. For somebody who is enrolled already it adds a passkey and leaves their roles.',
    fields: html`<label>Name <input name="name" maxlength="64" required autocomplete="off" spellcheck="false" /></label>
      ${roleBoxes(['owner'])}`,
  })}
</section>`;

const ownSessions = ({ sessions, here }: People, now: number): Html =>
  html`<section aria-labelledby="sessions">
    <h2 id="sessions">Your sessions</h2>
    <ul class="cards">
      ${sessions.map(
        (session) =>
          html`<li class="card">
            <p class="what">${session.id === here ? 'This browser' : 'Another browser'}</p>
            <p class="facts">
              <span>Signed in ${ago(session.createdAt, now)} with ${makeVisible(session.passkey)}</span>
              <span>Last used ${ago(session.seenAt, now)}</span>
            </p>
          </li>`,
      )}
    </ul>
    ${actForm({
      act: 'end_sessions',
      args: {},
      button: 'End all my sessions',
      next: '/sign-in',
      says: 'Signs you out everywhere, here too.',
    })}
  </section>`;

/** The viewer first, then by name; who was removed comes last. */
const inOrder = ({ people, viewer }: People): Person[] => {
  const rank = ({ id, state }: Person): number => (state === 'removed' ? 2 : id === viewer.id ? 0 : 1);
  return people.toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
};

/** Who is enrolled and how they prove it. Administrators change it here; everybody sees it, and ends their own sessions. */
export function peoplePage(all: People, now: number): Html {
  const administers = all.viewer.roles.includes('administrator');
  return html`<h1>People</h1>
    <section aria-labelledby="enrolled">
      <h2 id="enrolled">Enrolled</h2>
      <ul class="cards">
        ${inOrder(all).map((person) => personCard(person, all, administers, now))}
      </ul>
    </section>
    ${invitations(all, administers, now)} ${administers && INVITE} ${ownSessions(all, now)}`;
}
