import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OpenRoute } from '../common/open-route.ts';
import { Refusal } from '../common/refusal.ts';
import { PAGE_HEADERS } from './http/headers.ts';
import { LiveStreams } from './live-streams.ts';
import { maySeePlans } from './pages/layout.ts';
import { ConsoleGuard } from './session/console-guard.ts';

/** Server-sent events (HTML, section 9.2): pages that follow what waits. */
@Controller('events')
export class EventsController {
  constructor(
    @Inject(ConsoleGuard) private readonly guard: ConsoleGuard,
    @Inject(LiveStreams) private readonly streams: LiveStreams,
  ) {}

  @Get()
  @OpenRoute('console-session')
  async events(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const signedIn = await this.guard.present(request);
    if (!signedIn) throw new Refusal('unauthenticated', { detail: 'Sign in first.' });
    if (!maySeePlans(signedIn.person)) {
      throw new Refusal('insufficient_scope', { detail: 'What waits is for those who decide; you read the log.' });
    }
    reply.hijack();
    reply.raw.writeHead(200, { ...PAGE_HEADERS, 'content-type': 'text/event-stream', connection: 'keep-alive' });
    this.streams.open(signedIn.session.id, reply.raw);
  }
}
