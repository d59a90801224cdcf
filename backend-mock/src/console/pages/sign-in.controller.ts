import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { OpenRoute } from '../../common/open-route.ts';
import { Settings } from '../../common/settings.ts';
import { html, type Html } from '../html.ts';
import { PageReplies } from './page-replies.ts';

/** Where a sign-in may lead: to pages of this console, by their exact addresses. Anything else leads to what waits. */
const RETURNS = /^\/(waiting|history|exports|activity|agents|tasks|policy|people|plans\/[0-9a-f-]{36})$/;

export const returnPath = (asked: unknown): string =>
  typeof asked === 'string' && RETURNS.test(asked) ? asked : '/waiting';

const signIn = (settings: Settings, next: string): Html =>
  html`<h1>Sign in</h1>
    <section>
      <p>With the passkey that you enrolled. There are no passwords here.</p>
      <button type="button" data-sign-in data-next="${next}">Sign in with a passkey</button>
      <p role="alert"></p>
    </section>
    <p class="hint">
      No passkey yet? An administrator makes you a link, on the page People or with
      <code>${settings.hint('npm run deputies -- people invite <name> --role <role>')}</code>.
    </p>`;

const ENROL: Html = html`<h1>You are invited</h1>
  <section data-invitation>
    <p data-greeting>Looking at your link…</p>
    <p role="alert"></p>
    <form data-enrol hidden>
      <label>Name of this passkey <input name="label" maxlength="64" value="My passkey" autocomplete="off" /></label>
      <p class="hint">
        Your device will ask for your fingerprint, face or PIN. With this passkey you approve what agents plan, so it is
        yours alone.
      </p>
      <button type="submit">Create the passkey</button>
    </form>
  </section>`;

/** What somebody sees who is not signed in. */
@Controller()
export class SignInController {
  constructor(
    @Inject(PageReplies) private readonly pages: PageReplies,
    @Inject(Settings) private readonly settings: Settings,
  ) {}

  @Get()
  @OpenRoute('public')
  async start(@Res() reply: FastifyReply): Promise<void> {
    await reply.status(303).header('location', '/waiting').send();
  }

  @Get('sign-in')
  @OpenRoute('public')
  async signIn(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { next } = request.query as { readonly next?: unknown };
    const body = signIn(this.settings, returnPath(next));
    await this.pages.send(request, reply, { title: 'Sign in', body }, {});
  }

  @Get('enrol')
  @OpenRoute('public')
  async enrol(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    await this.pages.send(request, reply, { title: 'You are invited', body: ENROL }, {});
  }
}
