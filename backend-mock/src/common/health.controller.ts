import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { problemAnswer } from '../pipeline/problem-answer.ts';
import { Health } from './health.ts';
import { send } from './http.ts';
import { OpenRoute } from './open-route.ts';
import { Refusal } from './refusal.ts';
import { Settings } from './settings.ts';

/** Whether this process should get calls. Requests that leave no trace, whatever the answer: they come every few seconds. */
@Controller('health')
export class HealthController {
  readonly #health: Health;
  readonly #settings: Settings;

  constructor(@Inject(Health) health: Health, @Inject(Settings) settings: Settings) {
    this.#health = health;
    this.#settings = settings;
  }

  @Get()
  @OpenRoute('public')
  async health(@Res() reply: FastifyReply): Promise<void> {
    const conditions = await this.#health.unmet();
    const { environment } = this.#settings;
    if (conditions.length === 0) {
      await send(reply, { status: 200, headers: {}, body: { status: 'ok', environment } });
      return;
    }
    const detail = `This process should get no calls. Not met: ${conditions.join(', ')}.`;
    await send(reply, problemAnswer(new Refusal('unavailable', { detail, conditions, retryAfter: 5 }).problem));
  }
}
