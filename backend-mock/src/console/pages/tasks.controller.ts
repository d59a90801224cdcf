import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { Contract } from '@narrow-deputies/contracts';
import type { ReleasesUnderTask } from '@narrow-deputies/policy';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OpenRoute } from '../../common/open-route.ts';
import type { Tx } from '../../database/database.ts';
import { listTokens, tokenFault } from '../../grants/tokens-repository.ts';
import { grantTask, LISTED_MAX, listTasks } from '../../people/actions/tasks.ts';
import { listPeople, type Person } from '../../people/people-repository.ts';
import { listTasks as readTasks } from '../../tasks/tasks-repository.ts';
import { Settings } from '../../common/settings.ts';
import { heededTasks } from '../../policy/heeded-tasks.ts';
import { KnownTools } from '../known-tools.ts';
import { PageReplies } from './page-replies.ts';
import type { Grantable } from './tasks-grant.ts';
import { tasksPage } from './tasks-page.ts';

/** What agents may commit without asking each time. */
@Controller('tasks')
export class TasksController {
  constructor(
    @Inject(PageReplies) private readonly pages: PageReplies,
    @Inject(KnownTools) private readonly known: KnownTools,
    @Inject(Settings) private readonly settings: Settings,
  ) {}

  @Get()
  @OpenRoute('console-session')
  async tasks(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.pages.show(request, reply, async ({ tx, now, viewer: { person } }) => {
      const holds = (roles: readonly string[]): boolean => person.roles.some((role) => roles.includes(role));
      const of = person.roles.includes('administrator') ? undefined : person.id;
      const all = {
        tasks: holds(listTasks.roles) ? await readTasks(tx, LISTED_MAX, of) : null,
        names: new Map((await listPeople(tx)).map(({ id, name }) => [id, name])),
        grantable: holds(grantTask.roles)
          ? heeded(
              await grantableBy(tx, now, person, this.known.taskable),
              await heededTasks(tx, this.settings.environment, this.known.catalogue),
            )
          : null,
      };
      return { title: 'Tasks', body: tasksPage(all, now) };
    });
  }
}

/** Of these, what the active policy would release: a form for anything else would promise what is not kept. */
const heeded = (all: readonly Grantable[], releases: ReleasesUnderTask): readonly Grantable[] =>
  all.flatMap((each) => {
    const contracts = each.contracts.filter(({ name }) => releases(name, each.agent));
    return contracts.length === 0 ? [] : [{ ...each, contracts }];
  });

/** By client and type of record, what the live tokens of a person's own agents hold. */
async function grantableBy(
  tx: Tx,
  now: number,
  person: Person,
  taskable: readonly Contract[],
): Promise<readonly Grantable[]> {
  const own = (await listTokens(tx)).filter(
    (token) => token.ownerId === person.id && tokenFault(token, now) === undefined,
  );
  const found = new Map<string, Grantable>();
  for (const { clientId, agent, scopes } of own) {
    const held = taskable.filter(({ scope }) => scopes.includes(scope));
    for (const [resourceType, contracts] of Map.groupBy(held, (contract) => contract.resourceType)) {
      const key = `${clientId} ${resourceType}`;
      // Of several tokens of one client, the one that holds most.
      if ((found.get(key)?.contracts.length ?? 0) < contracts.length) {
        found.set(key, { clientId, agent, resourceType, contracts });
      }
    }
  }
  return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, grantable]) => grantable);
}
