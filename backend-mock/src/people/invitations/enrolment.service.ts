import { createHash, randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { generateRegistrationOptions, verifyRegistrationResponse } from '@simplewebauthn/server';
import * as z from 'zod';
import { AuditService } from '../../audit/audit.service.ts';
import { recorded } from '../../audit/recorded.ts';
import { currentTime } from '../../common/clock.ts';
import { Refusal } from '../../common/refusal.ts';
import { Settings } from '../../common/settings.ts';
import { Database, type Tx } from '../../database/database.ts';
import { PASSKEY_ALGORITHMS } from '../../verifier/algorithms.ts';
import { base64url } from '../../verifier/encoded-bytes.ts';
import { readClientData } from '../../verifier/client-data.ts';
import { readCoseKey } from '../../verifier/cose-key.ts';
import { insertChallenge, newNonce, takeChallenge } from '../passkeys/challenges-repository.ts';
import { insertPasskey, listPasskeys } from '../passkeys/passkeys-repository.ts';
import { findPerson, findPersonByName, insertPerson, mayInvite, type Person } from '../people-repository.ts';
import { findOpenInvitation, useInvitation, type Invitation } from './invitations-repository.ts';

/** What `PublicKeyCredential.toJSON()` gives for a new credential, as far as it is used. */
export const registrationResponse = z.object({
  id: base64url,
  rawId: base64url,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z.array(z.string().max(32)).max(8).optional(),
  }),
});
export type RegistrationResponse = z.infer<typeof registrationResponse>;

/** SHA-256 of a link's secret, hex: all that is kept of it. */
export const secretDigest = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** What whoever holds a link answers. */
export interface Enrolment {
  readonly secret: string;
  readonly nonce: string;
  readonly response: RegistrationResponse;
  /** How its person tells the passkey from others. */
  readonly label: string;
  /** Remote address. */
  readonly source: string;
}

/** Enrols the passkey of whoever holds an invitation's link. */
@Injectable()
export class EnrolmentService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(AuditService) private readonly audit: AuditService,
  ) {}

  /** The invitation that a link stands for. Looking at it uses nothing up. */
  look(secret: string): Promise<Invitation | undefined> {
    return this.#within((tx, now) => this.#findOpen(tx, secret, now));
  }

  /**
   * Asks the browser for a new passkey. An authenticator that is enrolled already, for whomever, will refuse: two
   * identities do not come out of one hand.
   *
   * @throws Refusal `not_found` for a link that is unknown, used or too old.
   */
  async ask(secret: string): Promise<{ nonce: string; publicKey: object }> {
    const nonce = newNonce();
    const { invitation, enrolled } = await this.#within(async (tx, now) => {
      const open = await this.#requireOpen(tx, secret, now);
      await insertChallenge(tx, { nonce, purpose: 'enrol', bound: open.id }, now);
      return { invitation: open, enrolled: await listPasskeys(tx) };
    });
    const publicKey = await generateRegistrationOptions({
      rpName: 'Narrow Deputies',
      rpID: this.settings.relyingParty,
      userName: invitation.name,
      challenge: new Uint8Array(Buffer.from(nonce, 'base64url')),
      attestationType: 'none',
      supportedAlgorithmIDs: [...PASSKEY_ALGORITHMS],
      excludeCredentials: enrolled.map(({ id, transports }) => ({ id, transports: [...transports] })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    return { nonce, publicKey };
  }

  /**
   * Enrols the passkey, and the person where they are new. The link is used up in the same transaction.
   *
   * @throws Refusal `not_found` for the link, `unauthenticated` for a response that does not hold.
   */
  async enrol({ secret, nonce, response, label, source }: Enrolment): Promise<Person> {
    const credential = await this.#verify(nonce, response);
    return recorded(this.database, async (tx) => {
      const now = await currentTime(this.database, tx);
      const invitation = await this.#requireOpen(tx, secret, now);
      const challenge = await takeChallenge(tx, nonce, 'enrol', now);
      if (!credential || challenge?.bound !== invitation.id) throw unproved();
      const person = await this.#personOf(tx, invitation, now);
      const used = await useInvitation(tx, invitation.id, person.id, now);
      const passkey = {
        id: credential.id,
        personId: person.id,
        publicKey: credential.publicKey,
        counter: credential.counter,
        transports: response.response.transports ?? [],
        label,
        invitationId: invitation.id,
        state: 'active',
        createdAt: now,
        lastUsedAt: null,
      } as const;
      if (!used || !(await insertPasskey(tx, passkey))) throw unproved();
      await this.audit.record(tx, now, {
        tool: 'people.enrol_passkey',
        kind: 'person',
        outcome: 'succeeded',
        decision: 'allow',
        rules: ['invitation'],
        person: person.id,
        keyid: credential.id,
        source,
        details: {
          invitationId: invitation.id,
          invitedBy: invitation.invitedBy,
          roles: [...person.roles],
          publicKey: credential.publicKey,
          assurance: 'passkey',
        },
      });
      return person;
    });
  }

  async #verify(nonce: string, response: RegistrationResponse) {
    if (!readClientData(Buffer.from(response.response.clientDataJSON, 'base64url'), 'webauthn.create'))
      return undefined;
    try {
      const { verified, registrationInfo } = await verifyRegistrationResponse({
        response: { ...response, clientExtensionResults: {}, response: { ...response.response, transports: [] } },
        expectedChallenge: nonce,
        expectedOrigin: this.settings.consoleUrl,
        expectedRPID: this.settings.relyingParty,
        requireUserVerification: true,
        supportedAlgorithmIDs: [...PASSKEY_ALGORITHMS],
      });
      if (!verified) return undefined;
      const { id, counter, ...credential } = registrationInfo.credential;
      const publicKey = Buffer.from(credential.publicKey).toString('base64url');
      // What whoever verifies the log could not read is not enrolled, whatever a library makes of it.
      const read = readCoseKey(publicKey);
      if (!read?.key || !PASSKEY_ALGORITHMS.includes(read.algorithm)) return undefined;
      return { id, publicKey, counter };
    } catch {
      return undefined;
    }
  }

  /** A name that looks like one that is known is that one: nobody becomes two people by spelling. */
  async #personOf(tx: Tx, invitation: Invitation, now: number): Promise<Person> {
    const known = await findPersonByName(tx, invitation.name);
    if (known?.state === 'active') return known;
    if (known) throw new Refusal('not_found', { detail: 'This person was removed. Ask an administrator.' });
    const person: Person = { id: `p_${randomUUID()}`, name: invitation.name, roles: invitation.roles, state: 'active' };
    await insertPerson(tx, person, now);
    return person;
  }

  async #requireOpen(tx: Tx, secret: string, now: number): Promise<Invitation> {
    const invitation = await this.#findOpen(tx, secret, now);
    if (invitation) return invitation;
    throw new Refusal('not_found', {
      detail: 'This link is not known, was used or taken back, or is too old. Ask for a new one.',
    });
  }

  /** A link is worth what whoever made it could still give. */
  async #findOpen(tx: Tx, secret: string, now: number): Promise<Invitation | undefined> {
    const invitation = await findOpenInvitation(tx, secretDigest(secret), now);
    if (!invitation || invitation.invitedBy === null) return invitation;
    const inviter = await findPerson(tx, invitation.invitedBy);
    return inviter && mayInvite(inviter) ? invitation : undefined;
  }

  #within<T>(work: (tx: Tx, now: number) => Promise<T>): Promise<T> {
    return this.database.transaction(async (tx) => work(tx, await currentTime(this.database, tx)));
  }
}

const unproved = (): Refusal =>
  new Refusal('unauthenticated', {
    detail: 'This passkey could not be enrolled. It has to be new, and to ask for your fingerprint, face or PIN.',
  });
