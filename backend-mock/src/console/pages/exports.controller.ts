import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OpenRoute } from '../../common/open-route.ts';
import { listExports } from '../../customers/exports-repository.ts';
import { exportsPage } from './exports-page.ts';
import { PageReplies } from './page-replies.ts';

/** The viewer's own exports; another person's are not there. */
@Controller('exports')
export class ExportsController {
  constructor(@Inject(PageReplies) private readonly pages: PageReplies) {}

  @Get()
  @OpenRoute('console-session')
  async exports(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.pages.show(request, reply, async ({ tx, now, viewer }) => ({
      title: 'Exports',
      body: exportsPage(await listExports(tx, viewer.person.id), now),
    }));
  }
}
