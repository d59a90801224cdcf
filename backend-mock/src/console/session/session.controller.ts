import { Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { AuditService } from '../../audit/audit.service.ts';
import { recorded } from '../../audit/recorded.ts';
import { currentTime } from '../../common/clock.ts';
import { SAFE_HEADERS } from '../../common/http.ts';
import { OpenRoute } from '../../common/open-route.ts';
import { Settings } from '../../common/settings.ts';
import { Database } from '../../database/database.ts';
import { assertionResponse, type AssertionResponse } from '../../people/passkeys/passkey-evidence.ts';
import { PasskeysService } from '../../people/passkeys/passkeys.service.ts';
import { sessionCookie } from '../http/cookies.ts';
import { readJson } from '../http/read-json.ts';
import { ConsoleGuard } from './console-guard.ts';
import { endSession, openSession, SESSION_LIFE_MS } from './sessions-repository.ts';
import { SignInLimit } from './sign-in-limit.ts';

const answer = z.strictObject({ nonce: z.string().max(128), response: assertionResponse });

/** Signing in and out, with a passkey alone. */
@Controller('session')
export class SessionController {
  constructor(
    @Inject(ConsoleGuard) private readonly guard: ConsoleGuard,
    @Inject(SignInLimit) private readonly limit: SignInLimit,
    @Inject(PasskeysService) private readonly passkeys: PasskeysService,
    @Inject(Database) private readonly database: Database,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(AuditService) private readonly audit: AuditService,
  ) {}

  @Post('options')
  @HttpCode(200)
  @OpenRoute('own-page')
  async options(@Req() request: FastifyRequest): Promise<object> {
    this.guard.requireOwnPage(request);
    return this.passkeys.askToSignIn();
  }

  @Post()
  @OpenRoute('own-page')
  async signIn(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    this.guard.requireOwnPage(request);
    const { nonce, response } = readJson(request, answer);
    const secret = await this.limit.countFailures(request.ip, () => this.#open(request.ip, nonce, response));
    const cookie = sessionCookie(this.settings.consoleUrl);
    await reply
      .status(200)
      .headers({ ...SAFE_HEADERS, 'set-cookie': cookie.set(secret, SESSION_LIFE_MS) })
      .send({ signedIn: true });
  }

  #open(source: string, nonce: string, response: AssertionResponse): Promise<string> {
    return recorded(this.database, async (tx) => {
      const now = await currentTime(this.database, tx);
      const passkey = await this.passkeys.signIn(tx, now, nonce, response);
      await this.audit.record(tx, now, {
        tool: 'people.sign_in',
        kind: 'person',
        outcome: 'succeeded',
        decision: 'allow',
        rules: ['passkey'],
        person: passkey.personId,
        keyid: passkey.id,
        source,
      });
      return openSession(tx, passkey.personId, passkey.id, now);
    });
  }

  @Post('end')
  @OpenRoute('console-session')
  async signOut(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { session } = await this.guard.requireSession(request);
    await recorded(this.database, async (tx) => {
      const now = await currentTime(this.database, tx);
      await endSession(tx, session.id, now);
      await this.audit.record(tx, now, {
        tool: 'people.sign_out',
        kind: 'person',
        outcome: 'succeeded',
        decision: 'allow',
        rules: ['session'],
        person: session.personId,
        keyid: session.passkeyId,
        source: request.ip,
      });
    });
    await reply
      .status(200)
      .headers({ ...SAFE_HEADERS, 'set-cookie': sessionCookie(this.settings.consoleUrl).clear() })
      .send({ signedIn: false });
  }
}
