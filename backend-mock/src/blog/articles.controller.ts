import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { OpenRoute } from '../common/open-route.ts';
import { Refusal } from '../common/refusal.ts';
import { Database } from '../database/database.ts';
import { findArticle } from './articles-repository.ts';

/** The live blog: what was published, byte for byte. */
@Controller('articles')
export class ArticlesController {
  readonly #database: Database;

  constructor(@Inject(Database) database: Database) {
    this.#database = database;
  }

  @Get(':file')
  @OpenRoute('public')
  async article(@Param('file') file: string, @Res() reply: FastifyReply): Promise<void> {
    const slug = file.endsWith('.md') ? file.slice(0, -'.md'.length) : undefined;
    const article = slug === undefined ? undefined : await findArticle(this.#database.db, slug);
    if (article?.state !== 'published') {
      throw new Refusal('not_found', { detail: 'There is no published article at this address.' });
    }
    await reply
      .headers({
        'content-type': 'text/markdown; charset=utf-8',
        'x-content-type-options': 'nosniff',
        'content-security-policy': "default-src 'none'; sandbox",
        'cache-control': 'no-cache',
        'repr-digest': `sha-256=:${Buffer.from(article.contentDigest.slice('sha-256:'.length), 'hex').toString('base64')}:`,
      })
      .send(article.content);
  }
}
