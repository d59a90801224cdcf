import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { lastUses } from '../../audit/audit-counts.ts';
import { OpenRoute } from '../../common/open-route.ts';
import { SERVER_PROFILES } from '../../grants/server-profiles.ts';
import { listTokens as readTokens } from '../../grants/tokens-repository.ts';
import { listTokens } from '../../people/actions/tokens.ts';
import { listPeople } from '../../people/people-repository.ts';
import { listSuspensions } from '../../suspensions/suspensions-repository.ts';
import { KnownTools } from '../known-tools.ts';
import { agentsPage } from './agents-page.ts';
import { PageReplies } from './page-replies.ts';

/** The agents' credentials, and the stop button. */
@Controller('agents')
export class AgentsController {
  constructor(
    @Inject(PageReplies) private readonly pages: PageReplies,
    @Inject(KnownTools) private readonly known: KnownTools,
  ) {}

  @Get()
  @OpenRoute('console-session')
  async agents(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.pages.show(request, reply, async ({ tx, now, viewer: { person } }) => {
      const people = await listPeople(tx);
      const maySeeTokens = listTokens.roles.some((role) => person.roles.includes(role));
      const agents = {
        viewer: person,
        stops: await listSuspensions(tx),
        tokens: maySeeTokens ? await readTokens(tx) : null,
        lastUse: maySeeTokens ? await lastUses(tx) : new Map<string, number>(),
        names: new Map(people.map(({ id, name }) => [id, name])),
        // Whoever cannot approve what their agent plans is no owner of agents.
        owners: people
          .filter(({ state, roles }) => state === 'active' && roles.includes('owner'))
          .map(({ name }) => name),
        contracts: this.known.contracts,
        profiles: SERVER_PROFILES,
      };
      return { title: 'Agents', body: agentsPage(agents, now) };
    });
  }
}
