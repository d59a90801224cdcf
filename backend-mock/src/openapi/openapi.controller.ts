import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { JsonObject } from '@narrow-deputies/contracts';
import type { FastifyReply } from 'fastify';
import { send } from '../common/http.ts';
import { OpenRoute } from '../common/open-route.ts';
import { Settings } from '../common/settings.ts';
import { OperationRegistry } from '../operations/registry.ts';
import { openApiDocument } from './document.ts';

/** The agents' API as a document. It says nothing that a refusal would not say, so anyone may read it. */
@Controller()
export class OpenApiController {
  readonly #registry: OperationRegistry;
  readonly #settings: Settings;
  /** Contracts do not change while a process lives. */
  #document: JsonObject | undefined;

  constructor(@Inject(OperationRegistry) registry: OperationRegistry, @Inject(Settings) settings: Settings) {
    this.#registry = registry;
    this.#settings = settings;
  }

  @Get('openapi.json')
  @OpenRoute('public')
  async document(@Res() reply: FastifyReply): Promise<void> {
    this.#document ??= openApiDocument(this.#settings.backendUrl, this.#registry.all());
    await send(reply, { status: 200, headers: {}, body: this.#document });
  }
}
