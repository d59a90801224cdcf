import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { Controller, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { send } from '../common/http.ts';
import { OpenRoute } from '../common/open-route.ts';
import { Refusal } from '../common/refusal.ts';
import type { PeopleAction } from '../people/action.ts';
import { PEOPLE_ACTIONS } from '../people/actions/index.ts';
import { assertionResponse } from '../people/passkeys/passkey-evidence.ts';
import { PasskeysService } from '../people/passkeys/passkeys.service.ts';
import { parseArguments } from '../pipeline/parse-arguments.ts';
import { BODY_MAX_BYTES, readJson } from './http/read-json.ts';
import { ConsoleGuard } from './session/console-guard.ts';

const wanted = z.strictObject({ action: z.string().max(64), arguments: z.record(z.string(), z.json()) });
const confirmed = wanted.extend({ nonce: z.string().max(128), response: assertionResponse });

/** Everything in the console that changes anything: asked for, signed with a fresh passkey assertion, then done. */
@Controller('acts')
export class ActsController {
  constructor(
    @Inject(ConsoleGuard) private readonly guard: ConsoleGuard,
    @Inject(PasskeysService) private readonly passkeys: PasskeysService,
  ) {}

  /** What the authenticator is to sign. Nothing has happened yet. */
  @Post('options')
  @HttpCode(200)
  @OpenRoute('console-session')
  async options(@Req() request: FastifyRequest): Promise<object> {
    const { person } = await this.guard.requireSession(request);
    const { action: name, arguments: args } = readJson(request, wanted, bytesOf);
    const action = requireAction(name);
    parseArguments(action.name, action.arguments, args);
    return this.passkeys.askToAct(person.id, action, args);
  }

  @Post()
  @OpenRoute('console-session')
  async act(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const startedAt = performance.now();
    const { person } = await this.guard.requireSession(request);
    const { action, arguments: args, nonce, response } = readJson(request, confirmed, bytesOf);
    const answer = await this.passkeys.act(person.id, {
      action: requireAction(action),
      arguments: args,
      nonce,
      response,
      traceId: randomBytes(16).toString('hex'),
      startedAt,
      source: request.ip,
    });
    await send(reply, answer);
  }
}

const findAction = (name: unknown): PeopleAction | undefined =>
  PEOPLE_ACTIONS.find((candidate) => candidate.name === name && candidate.reads !== true);

/** How large a body may be is for the act to say that it names. */
const bytesOf = (body: unknown): number =>
  (typeof body === 'object' && body !== null && 'action' in body ? findAction(body.action)?.bodyBytes : undefined) ??
  BODY_MAX_BYTES;

function requireAction(name: string): PeopleAction {
  const action = findAction(name);
  if (!action) throw new Refusal('not_found', { detail: 'There is no such act.' });
  return action;
}
