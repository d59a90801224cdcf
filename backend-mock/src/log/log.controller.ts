import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import { formatVerifierKey, parseTilePath, TILE_WIDTH } from '@narrow-deputies/transparency-log';
import type { FastifyReply } from 'fastify';
import { OpenRoute } from '../common/open-route.ts';
import { Refusal } from '../common/refusal.ts';
import { Database } from '../database/database.ts';
import { logVerifier } from './log-identity.ts';
import { newestCheckpoint, tileReader } from './log-repository.ts';

const IMMUTABLE = 'public, max-age=31536000, immutable';

/**
 * What everybody may see of the log (C2SP tlog-tiles): its newest signed head, its hash tiles and the key that it signs
 * with. None of it says what an entry holds. Entries themselves are for auditors, by `read_log_entries`.
 */
@Controller('log')
export class LogController {
  readonly #database: Database;

  constructor(@Inject(Database) database: Database) {
    this.#database = database;
  }

  @Get('checkpoint')
  @OpenRoute('public')
  async checkpoint(@Res() reply: FastifyReply): Promise<void> {
    const newest = await newestCheckpoint(this.#database.db);
    if (!newest) throw nothing();
    await reply.headers(textHeaders('no-cache')).send(newest.note);
  }

  @Get('key')
  @OpenRoute('public')
  async key(@Res() reply: FastifyReply): Promise<void> {
    const verifier = await logVerifier(this.#database.db);
    if (!verifier) throw nothing();
    await reply.headers(textHeaders('no-cache')).send(`${formatVerifierKey(verifier)}\n`);
  }

  @Get('tile/*')
  @OpenRoute('public')
  async tile(@Param('*') path: string, @Res() reply: FastifyReply): Promise<void> {
    const address = parseTilePath(`tile/${path}`);
    if (!address || address.level === 'entries') throw nothing();
    const bytes = await tileReader(this.#database.db)(address.level, address.index, address.width);
    if (!bytes) throw nothing();
    await reply
      .headers({
        'content-type': 'application/octet-stream',
        'x-content-type-options': 'nosniff',
        'cache-control': address.width === TILE_WIDTH ? IMMUTABLE : 'public, max-age=60',
      })
      .send(Buffer.from(bytes));
  }
}

const textHeaders = (caching: string): Record<string, string> => ({
  'content-type': 'text/plain; charset=utf-8',
  'x-content-type-options': 'nosniff',
  'cache-control': caching,
});

const nothing = (): Refusal => new Refusal('not_found', { detail: 'The log has nothing at this address.' });
