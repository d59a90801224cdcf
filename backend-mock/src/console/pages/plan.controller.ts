import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readRendering } from '../../blog/stored-rendering.ts';
import { approvalsOf } from '../../approvals/approvals-repository.ts';
import { OpenRoute } from '../../common/open-route.ts';
import { Refusal } from '../../common/refusal.ts';
import { Settings } from '../../common/settings.ts';
import { Database } from '../../database/database.ts';
import { listPeople, type Person } from '../../people/people-repository.ts';
import { readableContents, RENDERING } from '../../plans/plan.ts';
import { isUnchanged } from '../../plans/plan-integrity.ts';
import { findPlan, storedContents, textsOf } from '../../plans/plans-repository.ts';
import { FRAME_HEADERS } from '../http/headers.ts';
import { ConsoleGuard } from '../session/console-guard.ts';
import { maySeePlans } from './layout.ts';
import { PageReplies } from './page-replies.ts';
import { articlePage, sourcePage } from './plan/article-page.ts';
import { hostOf } from './plan/asked.ts';
import { planOutline } from './plan/outline.ts';
import { nameOfTool } from './plan/words.ts';
import { noPlanPage, planPage } from './plan-page.ts';

/**
 * Where `approvalUrl` leads. Its address is no secret: outside development it says which tool and how the plan stands, and
 * the plan itself to whoever is signed in and has to do with plans.
 */
@Controller('plans')
export class PlanPageController {
  constructor(
    @Inject(PageReplies) private readonly pages: PageReplies,
    @Inject(ConsoleGuard) private readonly guard: ConsoleGuard,
    @Inject(Database) private readonly database: Database,
    @Inject(Settings) private readonly settings: Settings,
  ) {}

  @Get(':planId')
  @OpenRoute('public')
  async plan(
    @Param('planId') planId: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const { environment, namedHome } = this.settings;
    await this.pages.showPublic(request, reply, async ({ tx, now, viewer }) => {
      const plan = await findPlan(tx, planId);
      if (!plan) return { title: 'No such plan', body: noPlanPage, status: 404 };
      const title = `Plan: ${nameOfTool(plan.commitTool)}`;
      if (!this.#mayRead(viewer?.person)) return { title, body: planOutline(plan, now, viewer?.person) };
      const contents = await storedContents(tx, plan.id);
      const body = planPage({
        plan,
        contents: readableContents(textsOf(contents)),
        intact: isUnchanged(plan, contents, environment),
        now,
        environment,
        namedHome,
        viewer: viewer?.person,
        names: new Map(viewer ? (await listPeople(tx)).map(({ id, name }) => [id, name]) : []),
        approvals: await approvalsOf(tx, plan.id),
        host: await hostOf(tx, plan),
      });
      return { title, body, live: true };
    });
  }

  /** The article that a plan would publish, for a frame on its page. */
  @Get(':planId/article')
  @OpenRoute('public')
  async article(
    @Param('planId') planId: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const visitor = await this.guard.visitor(request);
    if (!this.#mayRead(visitor?.person)) throw noArticle();
    const page = await this.database.read(async (tx) => {
      const plan = await findPlan(tx, planId);
      if (plan?.preview['action'] !== 'publish') return;
      const contents = await storedContents(tx, plan.id);
      if (!isUnchanged(plan, contents, this.settings.environment)) return;
      const rendering = contents.get(RENDERING);
      if (rendering) return articlePage(readRendering(rendering.bytes));
      const draft = contents.get('draft');
      return draft && sourcePage(draft.bytes.toString('utf8'));
    });
    if (page === undefined) throw noArticle();
    await reply.headers(FRAME_HEADERS).send(page);
  }

  #mayRead(viewer: Person | undefined): boolean {
    return viewer ? maySeePlans(viewer) : this.settings.showsPlansToAnybody;
  }
}

const noArticle = (): Refusal => new Refusal('not_found', { detail: 'There is no article at this address.' });
