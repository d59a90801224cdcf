import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { problemAnswer } from '../pipeline/problem-answer.ts';
import { Health } from './health.ts';
import { LogState } from '../log/log-state.ts';
import { send } from './http.ts';
import { OpenRoute } from './open-route.ts';
import { Refusal } from './refusal.ts';
import { Settings } from './settings.ts';

/** Whether this process should get calls. Requests that leave no trace, whatever the answer: they come every few seconds. */
@Controller('health')
export class HealthController {
  readonly #health: Health;
  readonly #settings: Settings;
  readonly #log: LogState;

  constructor(@Inject(Health) health: Health, @Inject(Settings) settings: Settings, @Inject(LogState) log: LogState) {
    this.#health = health;
    this.#settings = settings;
    this.#log = log;
  }

  @Get()
  @OpenRoute('public')
  async health(@Res() reply: FastifyReply): Promise<void> {
    const conditions = await this.#health.unmet();
    const { environment } = this.#settings;
    if (conditions.length === 0) {
      const { troubles } = this.#log;
      // It serves all the same: whoever changes the store must not be able to take every replica out of service.
      const body =
        troubles.length === 0 ? { status: 'ok', environment } : { status: 'degraded', environment, log: [...troubles] };
      await send(reply, { status: 200, headers: {}, body });
      return;
    }
    const detail = `This process should get no calls. Not met: ${conditions.join(', ')}.`;
    await send(reply, problemAnswer(new Refusal('unavailable', { detail, conditions, retryAfter: 5 }).problem));
  }
}
