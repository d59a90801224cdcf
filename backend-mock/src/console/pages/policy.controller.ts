import { Controller, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { readPolicy } from '@narrow-deputies/policy';
import type { FastifyReply, FastifyRequest } from 'fastify';
import * as z from 'zod';
import { OpenRoute } from '../../common/open-route.ts';
import { Refusal } from '../../common/refusal.ts';
import { Settings } from '../../common/settings.ts';
import { Database } from '../../database/database.ts';
import { activatePolicyAction } from '../../people/actions/policy.ts';
import { listPeople } from '../../people/people-repository.ts';
import { BODY_MAX_BYTES, readJson } from '../http/read-json.ts';
import { KnownTools } from '../known-tools.ts';
import { ConsoleGuard } from '../session/console-guard.ts';
import { PageReplies } from './page-replies.ts';
import { findReadable, listActivations } from './policy-activations.ts';
import { policyPage } from './policy-page.ts';
import { previewPolicy } from './policy-preview.ts';

const LISTED_MAX = 20;
/** What the act sends beside the texts. */
const ROOM_FOR_ACT = 16 * 1024;
const PREVIEW_MAX_BYTES = (activatePolicyAction.bodyBytes ?? BODY_MAX_BYTES) - ROOM_FOR_ACT;

const fileName = z.string().min(1).max(255);
const chosen = z.strictObject({ file: fileName, policy: z.string(), packs: z.record(fileName, z.string()) });

/** What decides, and what another file would decide. */
@Controller('policy')
export class PolicyController {
  constructor(
    @Inject(PageReplies) private readonly pages: PageReplies,
    @Inject(ConsoleGuard) private readonly guard: ConsoleGuard,
    @Inject(Database) private readonly database: Database,
    @Inject(Settings) private readonly settings: Settings,
    @Inject(KnownTools) private readonly known: KnownTools,
  ) {}

  @Get()
  @OpenRoute('console-session')
  async policy(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { environment } = this.settings;
    await this.pages.show(request, reply, async ({ tx, now, viewer }) => {
      const active = await findReadable(tx, environment);
      const outcome = active && readPolicy(active.text);
      const view = {
        viewer: viewer.person,
        active,
        read: outcome?.ok === true ? outcome.read : undefined,
        activations: await listActivations(tx, environment, LISTED_MAX),
        names: new Map((await listPeople(tx)).map(({ id, name }) => [id, name])),
      };
      return { title: 'Policy', body: policyPage(view, now) };
    });
  }

  /** Looks at files before somebody signs for them. Nothing changes, and nothing is recorded. */
  @Post('preview')
  @HttpCode(200)
  @OpenRoute('console-session')
  async preview(@Req() request: FastifyRequest): Promise<object> {
    const { person } = await this.guard.requireSession(request);
    if (!activatePolicyAction.roles.some((role) => person.roles.includes(role))) {
      throw new Refusal('insufficient_scope', {
        detail: `This takes one of the roles: ${activatePolicyAction.roles.join(', ')}.`,
        conditions: ['other_role'],
      });
    }
    const files = readJson(request, chosen, () => PREVIEW_MAX_BYTES);
    const { database, settings } = this;
    return previewPolicy(files, { database, settings, catalogue: this.known.catalogue });
  }
}
