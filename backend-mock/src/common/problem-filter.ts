import { Catch, HttpException, Inject, Injectable, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { RefusalCounter } from '../audit/refusal-counter.ts';
import { problemAnswer } from '../pipeline/problem-answer.ts';
import { send } from './http.ts';
import { Logger } from './logger.ts';
import { Refusal } from './refusal.ts';
import { storeRefusal } from './store-refusal.ts';

/** What Fastify and Nest refuse before any of our code runs, in the words and codes of WIRE.md. */
function translate(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  const status = error instanceof HttpException ? error.getStatus() : statusOf(error);
  if (status === 404 || status === 405) {
    return new Refusal('not_found', { detail: 'There is nothing at this address, or not with this method.' });
  }
  if (status === 413) return new Refusal('request_too_large', { detail: 'The body is larger than any call admits.' });
  if (status === 415) {
    return new Refusal('unsupported_media_type', { detail: 'The content type is exactly "application/json".' });
  }
  if (status !== undefined && status >= 400 && status < 500) {
    return new Refusal('malformed_request', { detail: 'The request is not valid HTTP for this address.' });
  }
  return undefined;
}

const statusOf = (error: unknown): number | undefined =>
  typeof error === 'object' && error !== null && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : undefined;

/** Turns whatever escaped into an RFC 9457 problem, counts it, and keeps its inside in the log. */
@Catch()
@Injectable()
export class ProblemFilter implements ExceptionFilter {
  readonly #counter: RefusalCounter;
  readonly #logger: Logger;

  constructor(@Inject(RefusalCounter) counter: RefusalCounter, @Inject(Logger) logger: Logger) {
    this.#counter = counter;
    this.#logger = logger;
  }

  async catch(error: unknown, host: ArgumentsHost): Promise<void> {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const trouble = storeRefusal(error, request.url.startsWith('/v1/') ? 'agent' : 'person');
    if (trouble) {
      this.#logger.error({ err: error, route: request.routeOptions.url }, 'the store does not take this call');
      // Not counted either: the count would have to wait for the same store.
      await send(reply, problemAnswer(trouble.problem));
      return;
    }
    let refusal = translate(error);
    if (!refusal) {
      this.#logger.error({ err: error, route: request.routeOptions.url }, 'a request failed');
      refusal = new Refusal('internal', { detail: 'Something failed inside.' });
    }
    const auditId = await this.#counter.count({
      source: request.ip,
      code: refusal.code,
      // Only declared routes by name: a scanner's paths are not worth a row each.
      route: request.routeOptions.url ?? 'unknown',
      sample: `${request.method} ${request.originalUrl}`,
    });
    await send(reply, problemAnswer({ ...refusal.problem, auditId }));
  }
}
