import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppModule, type Foundations } from '../app.module.ts';
import { guardAddress } from '../common/address-guard.ts';
import { Draining } from '../common/draining.ts';
import { plainTarget } from '../common/plain-target.ts';
import { traceEveryRequest } from '../common/trace-of-request.ts';
import { ConsoleModule } from '../console/console.module.ts';
import { guardEveryAnswer } from '../console/http/every-answer.ts';
import { OperationRegistry } from '../operations/registry.ts';
import { ActRunner } from '../people/act-runner.ts';
import type { Door } from '../self-check/door.ts';
import { boundConnections, openFilesLimit, sharesOf } from './connections.ts';
import { nestLogger } from './nest-logger.ts';

/** Nothing larger is ever read; each contract's own limit is lower. */
const BODY_MAX = 1024 * 1024;
const REQUEST_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_MS = 65_000;
/** Room for a percent-decoded slug. */
const PARAMETER_MAX = 1_000;

/** From the first byte of a connection to the last of a request's headers; who says nothing has no longer either. */
const HEADERS_TIMEOUT_MS = 10_000;
const LOOK_AT_CONNECTIONS_MS = 2_000;

function createAdapter(
  ownOrigin: () => string,
  { pages, door, draining }: { pages: boolean; door?: Door; draining: Draining },
): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_MAX,
    requestTimeout: REQUEST_TIMEOUT_MS,
    http: { headersTimeout: HEADERS_TIMEOUT_MS, connectionsCheckingInterval: LOOK_AT_CONNECTIONS_MS },
    keepAliveTimeout: KEEP_ALIVE_MS,
    rewriteUrl: plainTarget(ownOrigin),
    // What ends says so itself, in this API's own words.
    return503OnClosing: false,
    routerOptions: { maxParamLength: PARAMETER_MAX },
  });
  const fastify = adapter.getInstance();
  const shares = sharesOf(openFilesLimit());
  boundConnections(fastify.server, pages ? shares.people : shares.agents);
  draining.hang(fastify);
  door?.hang(fastify);
  if (pages) guardEveryAnswer(fastify, ownOrigin);
  guardAddress(fastify, ownOrigin, { pages });
  traceEveryRequest(fastify);
  fastify.removeAllContentTypeParsers();
  // Bytes stay bytes: the pipeline compares them before anything reads them as JSON.
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  return adapter;
}

/** The agents' and people's API, behind a door that is still closed. */
export async function createBackend(
  foundations: Foundations,
  door: Door,
  draining = new Draining(),
): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.of(foundations),
    createAdapter(() => foundations.settings.backendUrl, { pages: false, door, draining }),
    {
      bodyParser: false,
      abortOnError: false,
      logger: nestLogger(foundations.logger),
    },
  );
  await app.init();
  if (app.get(OperationRegistry).largestBody() > BODY_MAX) {
    throw new Error(`A contract admits a body larger than the ${BODY_MAX} bytes that are ever read.`);
  }
  return app;
}

/** What people see, on an origin of its own. */
export async function createConsole(
  foundations: Foundations,
  backend: NestFastifyApplication,
  draining = new Draining(),
): Promise<NestFastifyApplication> {
  const app = await NestFactory.create<NestFastifyApplication>(
    ConsoleModule.of(foundations, backend.get(ActRunner), backend.get(OperationRegistry).all()),
    createAdapter(() => foundations.settings.consoleUrl, { pages: true, draining }),
    {
      bodyParser: false,
      abortOnError: false,
      logger: nestLogger(foundations.logger),
    },
  );
  await app.init();
  return app;
}
