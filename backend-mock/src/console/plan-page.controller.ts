import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { OpenRoute } from '../common/open-route.ts';
import { Database } from '../database/database.ts';
import { contentsOf, findPlan } from '../plans/plans-repository.ts';
import { noPlanPage, planPage } from './plan-page.ts';

const HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const;

/** Where `approvalUrl` leads: the plan, to read. */
@Controller()
export class PlanPageController {
  readonly #database: Database;

  constructor(@Inject(Database) database: Database) {
    this.#database = database;
  }

  @Get('plans/:planId')
  @OpenRoute('public')
  async plan(@Param('planId') planId: string, @Res() reply: FastifyReply): Promise<void> {
    const found = await this.#database.transaction(async (tx) => {
      const plan = await findPlan(tx, planId);
      return plan && { plan, contents: await contentsOf(tx, plan.id) };
    });
    await reply
      .status(found ? 200 : 404)
      .headers({ ...HEADERS, 'content-type': 'text/html; charset=utf-8' })
      .send(found ? planPage(found.plan, found.contents) : noPlanPage());
  }
}
