import { FastifyAdapter } from '@nestjs/platform-fastify';
import { expect, test } from '@jest/globals';
import { problem } from '@narrow-deputies/contracts';
import { Draining } from '../../src/common/draining.ts';
import { Health } from '../../src/common/health.ts';

test('an end is announced first; then further calls are a problem that says so, and the connection closes [store.end]', async () => {
  const draining = new Draining();
  const health = new Health();
  draining.join(health);
  const fastify = new FastifyAdapter().getInstance();
  draining.hang(fastify);
  fastify.get('/', () => 'served');
  const call = () => fastify.inject({ method: 'GET', url: '/' });
  expect([await health.unmet(), (await call()).statusCode]).toEqual([[], 200]);
  const announced = new Draining();
  announced.join(health);
  const over = announced.begin(1);
  expect(await health.unmet()).toEqual(['not_ending']);
  await Promise.all([over, draining.begin(0)]);
  const { statusCode, headers, body } = await call();
  expect(statusCode).toBe(503);
  expect(headers).toMatchObject({
    'content-type': 'application/problem+json',
    connection: 'close',
    'retry-after': '1',
  });
  expect(problem.parse(JSON.parse(body))).toMatchObject({ code: 'unavailable', retryable: true });
  await fastify.close();
});
