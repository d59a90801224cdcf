import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { currentTime } from '../../common/clock.ts';
import { Settings } from '../../common/settings.ts';
import { Database, type Reader, type Tx } from '../../database/database.ts';
import { listSuspensions } from '../../suspensions/suspensions-repository.ts';
import type { Html } from '../html.ts';
import { PAGE_HEADERS, TLS_HEADERS } from '../http/headers.ts';
import { ConsoleGuard } from '../session/console-guard.ts';
import type { ConsoleSession } from '../session/sessions-repository.ts';
import { layout, LOG_PAGE, mayOpen, type Viewer } from './layout.ts';
import { stopNotice } from './stops.ts';

export interface PageContext {
  readonly tx: Tx;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly viewer: Viewer;
  readonly session: ConsoleSession;
}

export interface Page {
  readonly title: string;
  readonly body: Html | readonly Html[];
  readonly live?: boolean;
}

const pathOf = (request: FastifyRequest): string => request.url.split('?')[0] ?? '/';

/** Answers with whole pages. */
@Injectable()
export class PageReplies {
  constructor(
    @Inject(ConsoleGuard) private readonly guard: ConsoleGuard,
    @Inject(Database) private readonly database: Database,
    @Inject(Settings) private readonly settings: Settings,
  ) {}

  /** A page for somebody who is signed in; anybody else is asked to. What it shows is one state of the store. */
  async show(
    request: FastifyRequest,
    reply: FastifyReply,
    make: (context: PageContext) => Promise<Page>,
  ): Promise<void> {
    const signedIn = await this.guard.signedIn(request);
    if (!signedIn) return this.#lead(reply, '/sign-in');
    const viewer = { person: signedIn.person, csrf: signedIn.session.csrf };
    if (!mayOpen(pathOf(request), viewer.person)) return this.#lead(reply, LOG_PAGE);
    const { page, notice } = await this.database.transaction(async (tx) => ({
      page: await make({ tx, now: await currentTime(this.database, tx), viewer, session: signedIn.session }),
      notice: stopNotice(await listSuspensions(tx)),
    }));
    await this.send(request, reply, page, { viewer, notice });
  }

  async #lead(reply: FastifyReply, location: string): Promise<void> {
    await reply
      .status(303)
      .headers({ ...this.#headers(), location })
      .send();
  }

  /** A page that is there for everybody; `viewer` is set for somebody who is signed in. */
  async showPublic(
    request: FastifyRequest,
    reply: FastifyReply,
    make: (context: {
      readonly tx: Reader;
      readonly now: number;
      readonly viewer: Viewer | undefined;
    }) => Promise<Page & { status?: number }>,
  ): Promise<void> {
    const signedIn = await this.guard.visitor(request);
    const viewer = signedIn && { person: signedIn.person, csrf: signedIn.session.csrf };
    const { page, notice } = await this.database.read(async (tx) => ({
      page: await make({ tx, now: await currentTime(this.database, tx), viewer }),
      notice: viewer && stopNotice(await listSuspensions(tx)),
    }));
    await this.send(request, reply, page, { viewer, notice, status: page.status });
  }

  async send(
    request: FastifyRequest,
    reply: FastifyReply,
    page: Page,
    rest: { viewer?: Viewer | undefined; notice?: Html | undefined; status?: number | undefined },
  ): Promise<void> {
    const { environment } = this.settings;
    const path = pathOf(request);
    const text = layout({
      ...page,
      viewer: rest.viewer,
      notice: rest.notice,
      environment,
      path,
      live: page.live ?? false,
    });
    await reply
      .status(rest.status ?? 200)
      .headers(this.#headers())
      .send(text);
  }

  #headers(): Record<string, string> {
    const tls = this.settings.consoleUrl.startsWith('https:') ? TLS_HEADERS : {};
    return { ...PAGE_HEADERS, ...tls };
  }
}
