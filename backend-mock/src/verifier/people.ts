import type { JsonObject } from '@narrow-deputies/contracts';
import * as z from 'zod';
import { sameSet, text, texts } from './details.ts';
import { ensure, Fault } from './fault.ts';
import type { LoggedEntry } from './logged-entry.ts';
import { wasOver } from './patience.ts';
import { isOfItsName, type PersonKey } from './signed-act.ts';

interface Person {
  roles: readonly string[];
  /** What they had before, for a decision that runs beside the change. */
  earlier: { readonly roles: readonly string[]; readonly until: number } | undefined;
  removedAt: number | null;
}

interface Credential extends PersonKey {
  readonly person: string;
  revokedAt: number | null;
}

interface Invitation {
  readonly roles: readonly string[];
  /** Whom it is for, where they were known. */
  readonly person: string | null;
  /** Who made it; null where nobody signed it. */
  readonly invitedBy: string | null;
  readonly expiresAt: number;
  /** When it was taken back, or its source or its person lost what it rests on. */
  endedAt: number | null;
}

/** A line of `people.jsonl`: the key that an entry of the log enrolled. */
const keyLine = z.strictObject({
  index: z.number(),
  keyid: z.string(),
  kind: z.enum(['key', 'passkey']),
  publicKey: z.string(),
});

const INVITATION_LIFE_MS = 24 * 3_600_000;
/** A new store begins with an owner and a reviewer. */
const FIRST_PEOPLE = 2;

/**
 * Who was enrolled, with what and in which roles, at each place of the log: as its entries say, and no row of any store.
 * Memory grows with people and keys, not with the log.
 */
export class People {
  readonly #people = new Map<string, Person>();
  readonly #credentials = new Map<string, Credential>();
  readonly #invitations = new Map<string, Invitation>();
  #first = 0;

  get enrolled(): number {
    return this.#credentials.size;
  }

  /**
   * Who holds a key.
   *
   * @throws Fault for one that nobody was enrolled with before, or that had ended.
   */
  holderOf(keyid: string, time: number): Credential {
    const credential = this.#credentials.get(keyid);
    ensure(credential !== undefined, 'approver_not_enrolled', 'It rests on a key that no earlier entry enrolled.');
    const over =
      wasOver(credential.revokedAt, time) || wasOver(this.#people.get(credential.person)?.removedAt ?? null, time);
    ensure(!over, 'approver_revoked', 'It rests on a key, or on a person, that had been revoked before.');
    return credential;
  }

  /** Whether somebody held all of these roles, or had until just before. */
  holds(person: string, roles: readonly string[], time: number): boolean {
    const known = this.#people.get(person);
    if (!known) return false;
    const { earlier } = known;
    const before = earlier && !wasOver(earlier.until, time) ? earlier.roles : [];
    return [known.roles, before].some((held) => roles.every((role) => held.includes(role)));
  }

  /** Whether somebody held one of these roles, or had until just before. */
  holdsOne(person: string, roles: readonly string[], time: number): boolean {
    return roles.some((role) => this.holds(person, [role], time));
  }

  /**
   * Takes what a successful entry says about people. Acts have been verified before.
   *
   * @param line of `people.jsonl`, for an enrolment.
   * @throws Fault for an enrolment that nothing earlier allows.
   */
  read(entry: LoggedEntry, line: JsonObject | undefined): void {
    const { details, time } = entry;
    switch (entry.tool) {
      case 'people.add_first':
        this.#first += 1;
        ensure(
          this.#first <= FIRST_PEOPLE,
          'enrolment_unfounded',
          'A log begins with two people, and this is another.',
        );
        return this.#add(entry.person, texts(details, 'roles'));
      case 'people.enrol_first':
        return this.#enrolFirst(entry, keyOf(entry, line));
      case 'people.invite_first':
        ensure(
          !this.#canInvite(entry),
          'enrolment_unfounded',
          'An invitation that nobody signed, where somebody could.',
        );
        return this.#invite(entry, entry.person, null);
      case 'people.invite':
        return this.#invite(entry, text(details, 'person') ?? null, entry.person);
      case 'people.enrol_passkey':
        return this.#enrolPasskey(entry, keyOf(entry, line));
      case 'people.revoke_invitation':
        return this.#endInvitations([text(details, 'invitationId') ?? ''], time);
      case 'people.change_roles':
        this.#endInvitations(texts(details, 'endedInvitations'), time);
        return this.#changeRoles(text(details, 'personId'), texts(details, 'roles'), time);
      case 'people.remove_person':
        this.#endInvitations(texts(details, 'endedInvitations'), time);
        return this.#remove(text(details, 'personId'), time);
      case 'people.revoke_passkey':
        this.#endInvitations(texts(details, 'endedInvitations'), time);
        return this.#revoke(text(details, 'passkeyId'), time);
    }
  }

  #add(id: string | null, roles: readonly string[]): void {
    ensure(id !== null && !this.#people.has(id), 'enrolment_unfounded', 'It adds nobody, or somebody who is known.');
    this.#people.set(id, { roles, earlier: undefined, removedAt: null });
  }

  #enrolFirst({ person, environment }: LoggedEntry, key: PersonKey): void {
    const holder = person !== null && this.#people.has(person) ? person : undefined;
    const isFirst = holder !== undefined && !this.#hasKeyFile(holder);
    ensure(
      isFirst && key.kind === 'key' && environment === 'development',
      'enrolment_unfounded',
      'A key that nobody signed for is enrolled once for each of the first people, in development alone.',
    );
    this.#keep(key, holder);
  }

  #hasKeyFile(id: string): boolean {
    return [...this.#credentials.values()].some(({ person, kind }) => person === id && kind === 'key');
  }

  #enrolPasskey({ person, details, time }: LoggedEntry, key: PersonKey): void {
    const id = text(details, 'invitationId') ?? '';
    const invitation = this.#invitations.get(id);
    const roles = texts(details, 'roles');
    const known = person === null ? undefined : this.#people.get(person);
    const founded =
      invitation !== undefined &&
      person !== null &&
      key.kind === 'passkey' &&
      key.publicKey === text(details, 'publicKey') &&
      !wasOver(invitation.expiresAt, time) &&
      !wasOver(invitation.endedAt, time) &&
      (invitation.person === null || invitation.person === person) &&
      (known?.removedAt ?? null) === null &&
      sameSet(roles, known?.roles ?? invitation.roles);
    ensure(founded, 'enrolment_unfounded', 'A passkey was enrolled that no earlier invitation is for.');
    this.#invitations.delete(id);
    if (!known) this.#add(person, roles);
    this.#keep(key, person);
  }

  #keep(key: PersonKey, person: string): void {
    ensure(!this.#credentials.has(key.keyid), 'enrolment_unfounded', 'It enrols a key that is enrolled already.');
    this.#credentials.set(key.keyid, { ...key, person, revokedAt: null });
  }

  #invite({ details, time }: LoggedEntry, person: string | null, invitedBy: string | null): void {
    for (const [id, { expiresAt }] of this.#invitations) if (wasOver(expiresAt, time)) this.#invitations.delete(id);
    const id = text(details, 'invitationId');
    if (id === undefined) throw new Fault('enrolment_unfounded', 'An invitation without a name.');
    const roles = texts(details, 'roles');
    this.#invitations.set(id, { roles, person, invitedBy, expiresAt: time + INVITATION_LIFE_MS, endedAt: null });
  }

  /** Whether somebody could have signed an invitation: then there is none that nobody signed. */
  #canInvite({ environment }: LoggedEntry): boolean {
    const live = [...this.#credentials.values()].filter(
      ({ person, revokedAt }) => revokedAt === null && this.#people.get(person)?.removedAt === null,
    );
    if (environment === 'development') return live.length > 0;
    return live.some(({ person }) => this.#people.get(person)?.roles.includes('administrator'));
  }

  #endInvitations(ids: readonly string[], time: number): void {
    for (const id of ids) {
      const invitation = this.#invitations.get(id);
      if (invitation) invitation.endedAt ??= time;
    }
  }

  /** Of and by somebody who lost the power to invite: whatever the entry says of its links, they ended with it. */
  #endInvitationsOf(person: string, time: number): void {
    const own = [...this.#invitations].filter(([, each]) => each.invitedBy === person || each.person === person);
    this.#endInvitations(
      own.map(([id]) => id),
      time,
    );
  }

  #changeRoles(id: string | undefined, roles: readonly string[], time: number): void {
    const person = this.#people.get(id ?? '');
    ensure(person !== undefined, 'enrolment_unfounded', 'It changes the roles of somebody whom no entry enrolled.');
    const isDemoted = person.roles.includes('administrator') && !roles.includes('administrator');
    if (isDemoted) this.#endInvitationsOf(id ?? '', time);
    person.earlier = { roles: person.roles, until: time };
    person.roles = roles;
  }

  #remove(id: string | undefined, time: number): void {
    const person = this.#people.get(id ?? '');
    ensure(person !== undefined, 'enrolment_unfounded', 'It removes somebody whom no entry enrolled.');
    person.removedAt ??= time;
    this.#endInvitationsOf(id ?? '', time);
  }

  #revoke(keyid: string | undefined, time: number): void {
    const credential = this.#credentials.get(keyid ?? '');
    ensure(credential !== undefined, 'enrolment_unfounded', 'It revokes a passkey that no entry enrolled.');
    credential.revokedAt ??= time;
  }
}

/** The key that an enrolment names, with its public half. */
function keyOf({ keyid, details }: LoggedEntry, line: JsonObject | undefined): PersonKey {
  const parsed = keyLine.safeParse(line);
  const named = keyid ?? text(details, 'keyid');
  ensure(
    parsed.success && parsed.data.keyid === named && (parsed.data.kind === 'passkey' || isOfItsName(parsed.data)),
    'enrolment_unfounded',
    'The public key in people.jsonl is not the one that was enrolled.',
  );
  return parsed.data;
}
