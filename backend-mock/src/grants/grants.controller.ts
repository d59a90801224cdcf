import { Controller, Get, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { incoming, send } from '../common/http.ts';
import { Refusal } from '../common/refusal.ts';
import { OpenRoute } from '../common/open-route.ts';
import { headerValues } from '../pipeline/headers.ts';
import { GrantKeys } from './grant-keys.ts';
import { GrantsService } from './grants.service.ts';
import { TOKEN_REQUEST_MAX } from './token-request.ts';

const FORM = /^application\/x-www-form-urlencoded(;\s*charset=utf-8)?$/i;

/** The authorization server's face: token endpoint, metadata, keys. */
@Controller()
export class GrantsController {
  readonly #grants: GrantsService;
  readonly #keys: GrantKeys;

  constructor(@Inject(GrantsService) grants: GrantsService, @Inject(GrantKeys) keys: GrantKeys) {
    this.#grants = grants;
    this.#keys = keys;
  }

  @Post('oauth/token')
  @OpenRoute('client-assertion')
  async token(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { body, rawHeaders, source } = incoming(request);
    const types = headerValues(rawHeaders, 'content-type');
    if (body.length > TOKEN_REQUEST_MAX) {
      throw new Refusal('request_too_large', { detail: `A token request has at most ${TOKEN_REQUEST_MAX} bytes.` });
    }
    const form = types.length === 1 && FORM.test(types[0] ?? '') ? body.toString('utf8') : undefined;
    const { status, body: answer, retryAfter } = await this.#grants.exchange(form, source);
    const headers: Record<string, string> = {
      pragma: 'no-cache',
      ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
      ...(status === 401 && { 'www-authenticate': 'Bearer realm="narrow-deputies"' }),
    };
    await send(reply, { status, headers, body: answer });
  }

  /** RFC 8414 section 3 puts the well-known part before an issuer's path; clients that append it are served too. */
  @Get(['.well-known/oauth-authorization-server/:environment', ':environment/.well-known/oauth-authorization-server'])
  @OpenRoute('public')
  async metadata(@Param('environment') environment: string, @Res() reply: FastifyReply): Promise<void> {
    this.#grants.requireEnvironment(environment);
    await send(reply, { status: 200, headers: {}, body: this.#grants.metadata() });
  }

  @Get(':environment/jwks.json')
  @OpenRoute('public')
  async jwks(@Param('environment') environment: string, @Res() reply: FastifyReply): Promise<void> {
    this.#grants.requireEnvironment(environment);
    const { keys } = await this.#keys.jwks();
    await send(reply, { status: 200, headers: {}, body: { keys: keys.map((key) => ({ ...key })) } });
  }
}
