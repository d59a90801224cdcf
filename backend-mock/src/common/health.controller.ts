import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Database } from '../database/database.ts';
import { send } from './http.ts';
import { OpenRoute } from './open-route.ts';
import { Refusal } from './refusal.ts';
import { Settings } from './settings.ts';

/** Whether this process can serve. The only requests that leave no trace in the audit log. */
@Controller('health')
export class HealthController {
  readonly #database: Database;
  readonly #settings: Settings;

  constructor(@Inject(Database) database: Database, @Inject(Settings) settings: Settings) {
    this.#database = database;
    this.#settings = settings;
  }

  @Get()
  @OpenRoute('public')
  async health(@Res() reply: FastifyReply): Promise<void> {
    try {
      await this.#database.now(this.#database.db);
    } catch {
      throw new Refusal('unavailable', { detail: 'The store does not answer.' });
    }
    await send(reply, { status: 200, headers: {}, body: { status: 'ok', environment: this.#settings.environment } });
  }
}
