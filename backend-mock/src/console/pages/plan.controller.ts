import { Controller, Get, Inject, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { approvalsOf } from '../../approvals/approvals-repository.ts';
import { OpenRoute } from '../../common/open-route.ts';
import { Refusal } from '../../common/refusal.ts';
import { Settings } from '../../common/settings.ts';
import { Database } from '../../database/database.ts';
import { listPeople } from '../../people/people-repository.ts';
import { isUnchanged } from '../../plans/plan-integrity.ts';
import { contentsOf, findContent, findPlan } from '../../plans/plans-repository.ts';
import { FRAME_HEADERS } from '../http/headers.ts';
import { PageReplies } from './page-replies.ts';
import { articlePage } from './plan/article-page.ts';
import { hostOf } from './plan/asked.ts';
import { nameOfTool } from './plan/words.ts';
import { noPlanPage, planPage } from './plan-page.ts';

/** Where `approvalUrl` leads: the plan, to read for everybody, and to decide for who is signed in and may. */
@Controller('plans')
export class PlanPageController {
  constructor(
    @Inject(PageReplies) private readonly pages: PageReplies,
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
      const body = planPage({
        plan,
        contents: await contentsOf(tx, plan.id),
        intact: await isUnchanged(tx, plan, environment),
        now,
        environment,
        namedHome,
        viewer: viewer?.person,
        names: new Map(viewer ? (await listPeople(tx)).map(({ id, name }) => [id, name]) : []),
        approvals: await approvalsOf(tx, plan.id),
        host: await hostOf(tx, plan),
      });
      return { title: `Plan: ${nameOfTool(plan.commitTool)}`, body, live: true };
    });
  }

  /** The article that a plan would publish, for a frame on its page. */
  @Get(':planId/article')
  @OpenRoute('public')
  async article(@Param('planId') planId: string, @Res() reply: FastifyReply): Promise<void> {
    const page = await this.database.transaction(async (tx) => {
      const plan = await findPlan(tx, planId);
      if (plan?.preview['action'] !== 'publish' || !(await isUnchanged(tx, plan, this.settings.environment))) return;
      const draft = await findContent(tx, plan.id, 'draft');
      return draft && articlePage(draft.bytes);
    });
    if (page === undefined) throw new Refusal('not_found', { detail: 'There is no article at this address.' });
    await reply.headers(FRAME_HEADERS).send(page);
  }
}
