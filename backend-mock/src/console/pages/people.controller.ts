import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OpenRoute } from '../../common/open-route.ts';
import { listOpenInvitations } from '../../people/invitations/invitations-repository.ts';
import { listPasskeys } from '../../people/passkeys/passkeys-repository.ts';
import { listPeople } from '../../people/people-repository.ts';
import { listSessionsOf } from '../session/sessions-repository.ts';
import { PageReplies } from './page-replies.ts';
import { peoplePage } from './people-page.ts';

/** Who is enrolled, and the viewer's own sessions. */
@Controller('people')
export class PeoplePageController {
  constructor(@Inject(PageReplies) private readonly pages: PageReplies) {}

  @Get()
  @OpenRoute('console-session')
  async people(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.pages.show(request, reply, async ({ tx, now, viewer: { person }, session }) => {
      const all = {
        viewer: person,
        people: await listPeople(tx),
        passkeys: await listPasskeys(tx),
        invitations: await listOpenInvitations(tx, now),
        sessions: await listSessionsOf(tx, person.id, now),
        here: session.id,
      };
      return { title: 'People', body: peoplePage(all, now) };
    });
  }
}
