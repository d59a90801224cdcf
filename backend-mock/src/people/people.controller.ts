import { Controller, Inject, Param, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { incoming, send } from '../common/http.ts';
import { OpenRoute } from '../common/open-route.ts';
import { Refusal } from '../common/refusal.ts';
import { PEOPLE_ACTIONS } from './actions/index.ts';
import { PeopleGate } from './people-gate.ts';

/** `POST /people/<action>`: what people do with their own keys. No grant opens any of it. */
@Controller('people')
export class PeopleController {
  readonly #gate: PeopleGate;

  constructor(@Inject(PeopleGate) gate: PeopleGate) {
    this.#gate = gate;
  }

  @Post(':action')
  @OpenRoute('person-signature')
  async act(@Param('action') name: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const action = PEOPLE_ACTIONS.find((candidate) => candidate.name === name);
    if (!action) throw new Refusal('not_found', { detail: 'There is no such action.' });
    await send(reply, await this.#gate.run(incoming(request), action));
  }
}
