import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { countPerHour, type HourCount } from '../../audit/audit-counts.ts';
import { searchEntries, type FoundEntry } from '../../audit/audit-search.ts';
import { matchingTools } from '../../audit/tool-patterns.ts';
import { OpenRoute } from '../../common/open-route.ts';
import type { Tx } from '../../database/database.ts';
import { erasePayloadsAction } from '../../people/actions/audit.ts';
import { PEOPLE_ACTIONS } from '../../people/actions/index.ts';
import { listPeople } from '../../people/people-repository.ts';
import { KnownTools } from '../known-tools.ts';
import { firstHour } from './activity-chart.ts';
import { readFilter, type ActivityFilter } from './activity-filter.ts';
import { activityPage, PAGE_SIZE } from './activity-page.ts';
import { PageReplies } from './page-replies.ts';

/** The chart's numbers, for the page itself and for one agent; whoever looks for anything else wants its entries first. */
async function counted(
  tx: Tx,
  { asked: { agent, ...rest } }: ActivityFilter,
  now: number,
): Promise<HourCount[] | null> {
  if (Object.keys(rest).length > 0) return null;
  const counts = await countPerHour(tx, firstHour(now));
  return agent === undefined ? counts : counts.filter((count) => count.agent === agent);
}

/** One more than a page, when there is more. */
async function found(tx: Tx, { faults, search }: ActivityFilter): Promise<FoundEntry[]> {
  if (faults.length > 0) return [];
  const tools = search.tools && (await matchingTools(tx, search.tools));
  return searchEntries(tx, { ...search, tools, limit: PAGE_SIZE + 1 });
}

/** What has an entry besides tools and acts. */
const OTHERS = ['oauth.token', 'people.sign_in', 'people.sign_out', 'refusals', 'audit.retention'];

/** The audit log, to search. */
@Controller('activity')
export class ActivityController {
  constructor(
    @Inject(PageReplies) private readonly pages: PageReplies,
    @Inject(KnownTools) private readonly known: KnownTools,
  ) {}

  @Get()
  @OpenRoute('console-session')
  async activity(@Req() request: FastifyRequest, @Res() reply: FastifyReply, @Query() query: unknown): Promise<void> {
    const filter = readFilter(query);
    const { contracts } = this.known;
    const acts = PEOPLE_ACTIONS.map(({ name }) => `people.${name}`);
    await this.pages.show(request, reply, async ({ tx, now, viewer: { person } }) => {
      const activity = {
        filter,
        found: await found(tx, filter),
        counts: await counted(tx, filter, now),
        names: new Map((await listPeople(tx)).map(({ id, name }) => [id, name])),
        agents: [...new Set(contracts.flatMap(({ roles }) => roles))].toSorted(),
        erases: person.roles.some((role) => erasePayloadsAction.roles.includes(role)),
        tools: [...contracts.map(({ name }) => name), ...acts, ...OTHERS].toSorted(),
      };
      return { title: 'Activity', body: activityPage(activity, now) };
    });
  }
}
