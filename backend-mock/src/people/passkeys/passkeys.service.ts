import { Inject, Injectable } from '@nestjs/common';
import type { JsonObject } from '@narrow-deputies/contracts';
import { currentTime } from '../../common/clock.ts';
import { Refusal } from '../../common/refusal.ts';
import { Settings } from '../../common/settings.ts';
import { Database, type Tx } from '../../database/database.ts';
import type { Answer } from '../../pipeline/call.ts';
import { ActRunner } from '../act-runner.ts';
import type { PeopleAction } from '../action.ts';
import { findPerson } from '../people-repository.ts';
import { actText, challengeOf } from './act.ts';
import { ChallengeSeal } from './challenge-seal.ts';
import { insertChallenge, newNonce, takeChallenge, useChallenge } from './challenges-repository.ts';
import { verifyAssertion, type AssertionResponse } from './passkey-evidence.ts';
import { findPasskey, listPasskeys, takeCounter, type Passkey } from './passkeys-repository.ts';

/** What the browser is asked for (WebAuthn Level 3, `PublicKeyCredentialRequestOptionsJSON`). */
export interface AssertionOptions {
  readonly nonce: string;
  readonly publicKey: {
    readonly challenge: string;
    readonly rpId: string;
    readonly userVerification: 'required';
    readonly timeout: number;
    readonly allowCredentials: readonly {
      readonly type: 'public-key';
      readonly id: string;
      readonly transports: readonly string[];
    }[];
  };
}

export interface ActRequest {
  readonly action: PeopleAction;
  readonly arguments: JsonObject;
  readonly nonce: string;
  readonly response: AssertionResponse;
  readonly traceId: string;
  readonly startedAt: number;
  /** Remote address. */
  readonly source: string;
}

const TIMEOUT_MS = 120_000;
/** What a challenge for a sign-in is bound to. */
const SIGN_IN = 'sign_in';

/** Fresh assertions: one to sign in, one for each act. */
@Injectable()
export class PasskeysService {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(ActRunner) private readonly runner: ActRunner,
    @Inject(ChallengeSeal) private readonly seal: ChallengeSeal,
  ) {}

  /** Asks whoever sits there to prove who they are; any enrolled passkey may answer. */
  async askToSignIn(): Promise<AssertionOptions> {
    const nonce = await this.seal.make(SIGN_IN);
    return this.#options(nonce, nonce, []);
  }

  /**
   * @returns the passkey that signed. Its challenge is used up by that, and by nothing less.
   * @throws Refusal `unauthenticated`, the same for everything that does not hold.
   */
  async signIn(tx: Tx, now: number, nonce: string, response: AssertionResponse): Promise<Passkey> {
    const endsAt = await this.seal.open(tx, nonce, SIGN_IN, now);
    const passkey = endsAt === undefined ? undefined : await this.#activePasskey(tx, response.id);
    const counter = passkey && (await verifyAssertion(response, nonce, this.settings.consoleUrl, passkey));
    if (!passkey || endsAt === undefined || counter === undefined) throw unproved();
    if (!(await useChallenge(tx, nonce, endsAt)) || !(await takeCounter(tx, passkey, counter, now))) throw unproved();
    return passkey;
  }

  /** Asks a person to sign one act, and nothing else. */
  async askToAct(personId: string, action: PeopleAction, args: JsonObject): Promise<AssertionOptions> {
    const nonce = newNonce();
    const { environment } = this.settings;
    const bound = actText({ environment, action: action.name, arguments: args, person: personId, nonce });
    const passkeys = await this.#within(async (tx, now) => {
      await insertChallenge(tx, { nonce, purpose: 'act', bound }, now);
      return listPasskeys(tx);
    });
    const own = passkeys.filter((passkey) => passkey.personId === personId && passkey.state === 'active');
    return this.#options(nonce, challengeOf(bound), own);
  }

  /**
   * Does what a person signed. The act is composed anew from what is asked for now: an assertion for anything else does
   * not verify.
   *
   * @throws Refusal `unauthenticated` before the assertion has verified; afterwards a refusal is an answer.
   */
  async act(personId: string, request: ActRequest): Promise<Answer> {
    const { action, arguments: args, nonce, response } = request;
    const { environment, consoleUrl } = this.settings;
    const text = actText({ environment, action: action.name, arguments: args, person: personId, nonce });
    const passkey = await this.#within((tx) => this.#activePasskey(tx, response.id));
    const counter = passkey && (await verifyAssertion(response, challengeOf(text), consoleUrl, passkey));
    if (!passkey || passkey.personId !== personId || counter === undefined) throw unproved();
    return this.runner.run(action, {
      credential: { keyid: passkey.id, personId, assurance: 'passkey', state: passkey.state },
      publicKey: passkey.publicKey,
      evidence: {
        act: text,
        credentialId: passkey.id,
        clientDataJSON: response.response.clientDataJSON,
        authenticatorData: response.response.authenticatorData,
        signature: response.response.signature,
      },
      arguments: args,
      traceId: request.traceId,
      requestId: nonce,
      startedAt: request.startedAt,
      source: request.source,
      consume: async (tx, now) => {
        const challenge = await takeChallenge(tx, nonce, 'act', now);
        if (challenge?.bound !== text || !(await takeCounter(tx, passkey, counter, now))) {
          throw new Refusal('replayed', { detail: 'This confirmation was used before, or is too old. Confirm again.' });
        }
      },
    });
  }

  async #activePasskey(tx: Tx, id: string): Promise<Passkey | undefined> {
    const passkey = await findPasskey(tx, id);
    const person = passkey && (await findPerson(tx, passkey.personId));
    return passkey?.state === 'active' && person?.state === 'active' ? passkey : undefined;
  }

  #options(nonce: string, challenge: string, passkeys: readonly Passkey[]): AssertionOptions {
    return {
      nonce,
      publicKey: {
        challenge,
        rpId: this.settings.relyingParty,
        userVerification: 'required',
        timeout: TIMEOUT_MS,
        allowCredentials: passkeys.map(({ id, transports }) => ({ type: 'public-key', id, transports })),
      },
    };
  }

  #within<T>(work: (tx: Tx, now: number) => Promise<T>): Promise<T> {
    return this.database.transaction(async (tx) => work(tx, await currentTime(this.database, tx)));
  }
}

const unproved = (): Refusal =>
  new Refusal('unauthenticated', {
    detail: 'This passkey did not prove who you are. Try again, or ask an administrator.',
  });
