import { Controller, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { incoming, send } from '../common/http.ts';
import { OpenRoute } from '../common/open-route.ts';
import { Refusal } from '../common/refusal.ts';
import { Pipeline } from '../pipeline/pipeline.ts';
import { ReportGate } from '../pipeline/report-gate.ts';
import { OperationRegistry } from './registry.ts';

/** `POST /v1/<context>/<tool_name>`: every declared operation, and nothing else but reports. */
@Controller('v1')
export class OperationsController {
  readonly #registry: OperationRegistry;
  readonly #pipeline: Pipeline;

  readonly #reports: ReportGate;

  constructor(
    @Inject(OperationRegistry) registry: OperationRegistry,
    @Inject(Pipeline) pipeline: Pipeline,
    @Inject(ReportGate) reports: ReportGate,
  ) {
    this.#registry = registry;
    this.#pipeline = pipeline;
    this.#reports = reports;
  }

  /** What a server refused by itself. */
  @Post('refusals')
  @OpenRoute('pipeline')
  async refusal(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await send(reply, await this.#reports.run(incoming(request)));
  }

  @Post(':context/:tool')
  @OpenRoute('pipeline')
  async call(
    @Param('context') context: string,
    @Param('tool') tool: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const operation = this.#registry.find(context, tool);
    if (!operation) throw new Refusal('not_found', { detail: 'There is no such operation.' });
    await send(reply, await this.#pipeline.run(incoming(request), operation));
  }
}
