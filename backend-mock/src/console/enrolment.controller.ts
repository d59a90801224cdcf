import { Controller, HttpCode, Inject, Post, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import * as z from 'zod';
import { rfc3339 } from '../common/clock.ts';
import { OpenRoute } from '../common/open-route.ts';
import { Refusal } from '../common/refusal.ts';
import { EnrolmentService, registrationResponse } from '../people/invitations/enrolment.service.ts';
import { readJson } from './http/read-json.ts';
import { ConsoleGuard } from './session/console-guard.ts';
import { SignInLimit } from './session/sign-in-limit.ts';

const link = z.strictObject({ secret: z.string().min(20).max(128) });
const enrolled = link.extend({
  nonce: z.string().max(64),
  label: z
    .string()
    .min(1)
    .max(64)
    .regex(/^[^\p{C}]*$/u),
  response: registrationResponse,
});

/** Turns an invitation's link into a passkey, once. The link's secret is in the address's fragment and comes in the body. */
@Controller('enrolment')
export class EnrolmentController {
  constructor(
    @Inject(ConsoleGuard) private readonly guard: ConsoleGuard,
    @Inject(SignInLimit) private readonly limit: SignInLimit,
    @Inject(EnrolmentService) private readonly enrolment: EnrolmentService,
  ) {}

  /** For whom a link is; looking uses nothing up. */
  @Post('look')
  @HttpCode(200)
  @OpenRoute('own-page')
  async look(@Req() request: FastifyRequest): Promise<object> {
    this.guard.requireOwnPage(request);
    const { secret } = readJson(request, link);
    return this.limit.countFailures(request.ip, async () => {
      const invitation = await this.enrolment.look(secret);
      if (!invitation) throw new Refusal('not_found', { detail: 'This link is not known, was used, or is too old.' });
      return { name: invitation.name, roles: invitation.roles, expiresAt: rfc3339(invitation.expiresAt) };
    });
  }

  @Post('options')
  @HttpCode(200)
  @OpenRoute('own-page')
  async options(@Req() request: FastifyRequest): Promise<object> {
    this.guard.requireOwnPage(request);
    const { secret } = readJson(request, link);
    return this.limit.countFailures(request.ip, () => this.enrolment.ask(secret));
  }

  @Post()
  @HttpCode(200)
  @OpenRoute('own-page')
  async enrol(@Req() request: FastifyRequest): Promise<object> {
    this.guard.requireOwnPage(request);
    const answer = readJson(request, enrolled);
    const person = await this.limit.countFailures(request.ip, () =>
      this.enrolment.enrol({ ...answer, source: request.ip }),
    );
    return { name: person.name, roles: person.roles };
  }
}
