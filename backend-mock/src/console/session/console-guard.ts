import { timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { currentTime } from '../../common/clock.ts';
import { Refusal } from '../../common/refusal.ts';
import { Settings } from '../../common/settings.ts';
import { Database } from '../../database/database.ts';
import { AddressLimits, PUBLIC_QUOTA, SESSION_QUOTA } from '../../limits/address-limits.ts';
import { findPerson, type Person } from '../../people/people-repository.ts';
import { sessionCookie } from '../http/cookies.ts';
import { findSession, lookAtSession, type ConsoleSession } from './sessions-repository.ts';

/** Who is signed in. */
export interface SignedIn {
  readonly session: ConsoleSession;
  readonly person: Person;
}

/** Whose browser a request comes from, and whether our own page sent it. Each is looked at by itself. */
@Injectable()
export class ConsoleGuard {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(AddressLimits) private readonly limits: AddressLimits,
  ) {}

  /**
   * Who is signed in; what they do here prolongs their session, what a page does by itself does not.
   *
   * @returns undefined for somebody who is not signed in.
   */
  async signedIn(request: FastifyRequest): Promise<SignedIn | undefined> {
    const secret = sessionCookie(this.settings.consoleUrl).read(request.headers.cookie);
    if (secret === undefined) return undefined;
    const find = isByItself(request) ? lookAtSession : findSession;
    return this.database.transaction(async (tx) => {
      const session = await find(tx, secret, await currentTime(this.database, tx));
      const person = session && (await findPerson(tx, session.personId));
      return session && person && { session, person };
    });
  }

  /**
   * Who is signed in, for what a page does by itself: nothing is written, so that any number of pages opens without keeping
   * a writer waiting, and no session lives on by it.
   *
   * @returns undefined for somebody who is not signed in.
   */
  async present(request: FastifyRequest): Promise<SignedIn | undefined> {
    const secret = sessionCookie(this.settings.consoleUrl).read(request.headers.cookie);
    if (secret === undefined) return undefined;
    return this.database.read(async (reader) => {
      const session = await lookAtSession(reader, secret, await currentTime(this.database, reader));
      const person = session && (await findPerson(reader, session.personId));
      return session && person && { session, person };
    });
  }

  /**
   * Whom a public page is for: one state of the store, in which nothing is written for somebody who is not signed in, and
   * whose limit is that of their session, or else that of their address.
   *
   * @throws Refusal `rate_limited`.
   */
  async visitor(request: FastifyRequest): Promise<SignedIn | undefined> {
    const secret = sessionCookie(this.settings.consoleUrl).read(request.headers.cookie);
    const known =
      secret !== undefined &&
      (await this.database.read(async (reader) =>
        lookAtSession(reader, secret, await currentTime(this.database, reader)),
      ));
    const signedIn = known ? await this.signedIn(request) : undefined;
    if (signedIn) this.limits.take(`session:${signedIn.session.id}`, SESSION_QUOTA);
    // Without a cookie the address has been asked already.
    else if (request.headers.cookie !== undefined) this.limits.take(`address:${request.ip}`, PUBLIC_QUOTA);
    return signedIn;
  }

  /**
   * Holds a request that is not a read against what only our own page sends.
   *
   * @throws Refusal `malformed_request` for another origin or content type.
   */
  requireOwnPage(request: FastifyRequest): void {
    const { origin, 'content-type': contentType, 'sec-fetch-site': site } = request.headers;
    if (origin !== this.settings.consoleUrl || (site !== undefined && site !== 'same-origin')) {
      throw new Refusal('malformed_request', { detail: "This address takes requests from the console's own pages." });
    }
    if (contentType !== 'application/json') {
      throw new Refusal('unsupported_media_type', { detail: 'The content type is exactly "application/json".' });
    }
  }

  /** @throws Refusal `unauthenticated` without a session, or without its token. */
  async requireSession(request: FastifyRequest): Promise<SignedIn> {
    this.requireOwnPage(request);
    const signedIn = await this.signedIn(request);
    const token = request.headers['x-csrf-token'];
    if (!signedIn || typeof token !== 'string' || !sameText(token, signedIn.session.csrf)) {
      throw new Refusal('unauthenticated', { detail: 'Sign in, and try again from the page itself.' });
    }
    return signedIn;
  }
}

/** Whether no person asked: the stream of events, what a page loads anew because of it (`?by-itself`), a frame in a page. */
const isByItself = ({ method, url }: FastifyRequest): boolean => {
  const [path = '', query] = url.split('?');
  return method === 'GET' && (/^\/events\/?$|\/article\/?$/.test(path) || new URLSearchParams(query).has('by-itself'));
};

const sameText = (given: string, expected: string): boolean => {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
};
