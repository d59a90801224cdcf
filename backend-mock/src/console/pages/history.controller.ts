import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OpenRoute } from '../../common/open-route.ts';
import { readHistoryFilter } from './history-filter.ts';
import { historyPage, noHistory, PAGE_SIZE } from './history-page.ts';
import { searchPast } from './history-search.ts';
import { PageReplies } from './page-replies.ts';

/** Plans whose life is over. */
@Controller('history')
export class HistoryController {
  constructor(@Inject(PageReplies) private readonly pages: PageReplies) {}

  @Get()
  @OpenRoute('console-session')
  async history(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Query() query: unknown): Promise<void> {
    const filter = readHistoryFilter(query);
    await this.pages.show(request, reply, async ({ tx, now }) => ({
      title: 'History',
      body: filter ? historyPage(filter, await searchPast(tx, filter, now, PAGE_SIZE + 1), now) : noHistory,
    }));
  }
}
