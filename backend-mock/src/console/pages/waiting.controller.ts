import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OpenRoute } from '../../common/open-route.ts';
import { listPending } from '../../plans/plans-repository.ts';
import { PageReplies } from './page-replies.ts';
import { waitingPage } from './waiting-page.ts';

/** What waits for people; the page follows by itself. */
@Controller('waiting')
export class WaitingController {
  constructor(@Inject(PageReplies) private readonly pages: PageReplies) {}

  @Get()
  @OpenRoute('console-session')
  async waiting(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.pages.show(request, reply, async ({ tx, now, viewer }) => {
      const plans = await listPending(tx, now);
      const title = plans.length === 0 ? 'Waiting' : `Waiting (${plans.length})`;
      return { title, live: true, body: waitingPage(plans, viewer.person, now) };
    });
  }
}
