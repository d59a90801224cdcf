import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { OpenRoute } from '../../common/open-route.ts';
import { PAGE_HEADERS } from '../http/headers.ts';
import { ICON } from '../icon.ts';
import { ARTICLE_STYLE } from '../style/article.ts';
import { STYLE } from '../style.ts';
import { consoleScript } from './console-script.ts';
import { liveScript } from './live-script.ts';
import { pageTools } from './page-tools.ts';
import { policyScript } from './policy-script.ts';

/** A script as it is served: whole, and handed the tools that all of them share. */
const served = (script: typeof consoleScript): string => `(${script.toString()})((${pageTools.toString()})());\n`;
const SCRIPT = served(consoleScript) + served(liveScript);
const POLICY_SCRIPT = served(policyScript);

/** The library that speaks to the authenticator, as its authors ship it for browsers. */
function readWebauthn(): string {
  const entry = fileURLToPath(import.meta.resolve('@simplewebauthn/browser'));
  return readFileSync(join(dirname(entry), '..', 'dist', 'bundle', 'index.umd.min.js'), 'utf8');
}
let webauthn: string | undefined;

const HEADERS = { ...PAGE_HEADERS, 'cache-control': 'public, max-age=300' };

/** What pages load besides themselves: a stylesheet, an icon, scripts, all from here. */
@Controller()
export class ScriptsController {
  @Get('style.css')
  @OpenRoute('public')
  async style(@Res() reply: FastifyReply): Promise<void> {
    await reply.headers({ ...HEADERS, 'content-type': 'text/css; charset=utf-8' }).send(STYLE);
  }

  /** For an article in its frame, which has no origin and so counts as another site's. */
  @Get('article.css')
  @OpenRoute('public')
  async articleStyle(@Res() reply: FastifyReply): Promise<void> {
    await reply
      .headers({
        ...HEADERS,
        'content-type': 'text/css; charset=utf-8',
        'cross-origin-resource-policy': 'cross-origin',
      })
      .send(ARTICLE_STYLE);
  }

  @Get('icon.svg')
  @OpenRoute('public')
  async icon(@Res() reply: FastifyReply): Promise<void> {
    await reply.headers({ ...HEADERS, 'content-type': 'image/svg+xml' }).send(ICON);
  }

  @Get('console.js')
  @OpenRoute('public')
  async script(@Res() reply: FastifyReply): Promise<void> {
    await reply.headers({ ...HEADERS, 'content-type': 'text/javascript; charset=utf-8' }).send(SCRIPT);
  }

  @Get('policy.js')
  @OpenRoute('public')
  async policyScript(@Res() reply: FastifyReply): Promise<void> {
    await reply.headers({ ...HEADERS, 'content-type': 'text/javascript; charset=utf-8' }).send(POLICY_SCRIPT);
  }

  @Get('webauthn.js')
  @OpenRoute('public')
  async webauthn(@Res() reply: FastifyReply): Promise<void> {
    await reply
      .headers({ ...HEADERS, 'content-type': 'text/javascript; charset=utf-8' })
      .send((webauthn ??= readWebauthn()));
  }
}
