import { Controller, Get, Inject, Req, Res, type BeforeApplicationShutdown } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Logger } from '../common/logger.ts';
import { OpenRoute } from '../common/open-route.ts';
import { Refusal } from '../common/refusal.ts';
import { PAGE_HEADERS } from './http/headers.ts';
import { LivePlans } from './live-plans.ts';
import { ConsoleGuard } from './session/console-guard.ts';

/** How often it is looked whether somebody is still signed in; also keeps proxies from closing the stream. */
const HEARTBEAT_MS = 15_000;

/** Server-sent events (HTML, section 9.2): pages that follow what waits. */
@Controller('events')
export class EventsController implements BeforeApplicationShutdown {
  readonly #open = new Set<() => void>();

  constructor(
    @Inject(ConsoleGuard) private readonly guard: ConsoleGuard,
    @Inject(LivePlans) private readonly live: LivePlans,
    @Inject(Logger) private readonly logger: Logger,
  ) {}

  @Get()
  @OpenRoute('console-session')
  async events(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    if (!(await this.guard.signedIn(request))) throw new Refusal('unauthenticated', { detail: 'Sign in first.' });
    reply.hijack();
    const stream = reply.raw;
    stream.writeHead(200, { ...PAGE_HEADERS, 'content-type': 'text/event-stream', connection: 'keep-alive' });
    const stop = this.live.listen((state) => stream.write(`event: waiting\ndata: ${state}\n\n`));
    const timer = setInterval(() => {
      stream.write(': still here\n\n');
      this.guard.signedIn(request).then(
        (still) => (still ? undefined : end()),
        (error: unknown) =>
          this.logger.warn({ err: error }, 'it could not be looked who is signed in still; the page stays open'),
      );
    }, HEARTBEAT_MS).unref();
    const end = (): void => {
      clearInterval(timer);
      stop();
      this.#open.delete(end);
      stream.end();
    };
    this.#open.add(end);
    stream.on('close', end);
  }

  /** An open stream would keep the process from ending. */
  beforeApplicationShutdown(): void {
    for (const end of this.#open) end();
  }
}
