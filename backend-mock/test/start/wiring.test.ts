import { beforeAll, describe, expect, test } from '@jest/globals';
import { ModulesContainer } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Settings } from '../../src/common/settings.ts';
import { Database } from '../../src/database/database.ts';
import { Door } from '../../src/self-check/door.ts';
import { createBackend, createConsole } from '../../src/start/create-app.ts';
import { useStores } from '../support/engines.ts';
import { RecordingLogger } from '../support/log.ts';
import { routesOf } from '../support/routes.ts';

/** Where Nest keeps what `@Inject` says of each constructor parameter. */
const INJECTED = 'self:paramtypes';

type Class = new (...args: never[]) => object;

/** What Nest brings into a container by itself. */
const NEST = /^(Internal\w*Module|DiscoveryModule)$/;

/** Every class of ours that the container makes, by its name. */
function classesOf(app: NestFastifyApplication): Map<string, Class> {
  const classes = new Map<string, Class>();
  for (const module of app.get(ModulesContainer).values()) {
    if (NEST.test(module.metatype.name)) continue;
    for (const { metatype, inject } of [...module.providers.values(), ...module.controllers.values()]) {
      const made = typeof metatype === 'function' && !inject && metatype.name !== 'ModuleRef';
      if (made) classes.set(metatype.name, metatype as Class);
    }
  }
  return classes;
}

/** Constructor parameters that Nest would fill with nothing, and say no word about it. */
function notInjected(type: Class): number[] {
  const declared = (Reflect.getMetadata(INJECTED, type) ?? []) as { index: number; param: unknown }[];
  const known = new Set(declared.filter(({ param }) => param !== undefined).map(({ index }) => index));
  return Array.from({ length: type.length }, (_, index) => index).filter((index) => !known.has(index));
}

/** `<METHOD> <path>: <protection>` of every route. */
const linesOf = (app: NestFastifyApplication): string[] =>
  routesOf(app)
    .map(({ method, path, protection }) => `${method} ${path}: ${protection}`)
    .toSorted();

describe('the application', () => {
  const stores = useStores('sqlite');
  const logger = new RecordingLogger();
  let backend: NestFastifyApplication;
  let people: NestFastifyApplication;
  beforeAll(async () => {
    const database = new Database({ location: await stores.freshLocation() });
    stores.defer(() => database.close(), 'suite');
    const foundations = { database, settings: new Settings('development'), logger };
    backend = await createBackend(foundations, new Door());
    people = await createConsole(foundations, backend);
    for (const app of [backend, people]) stores.defer(() => app.close(), 'suite');
  });

  test('starts without a warning', () => {
    expect(logger.messages).toEqual([]);
  });

  test('injects every dependency of every class', () => {
    const classes = new Map([...classesOf(backend), ...classesOf(people)]);
    expect([...classes.keys()]).toEqual(
      expect.arrayContaining([
        'Pipeline',
        'GrantsService',
        'PublishDraft',
        'SearchCustomers',
        'GetCustomer',
        'ExportCustomers',
        'Refund',
        'ReplyToCustomer',
        'PlanPageController',
        'Housekeeping',
      ]),
    );
    const faults = [...classes].flatMap(([name, type]) => notInjected(type).map((index) => `${name}[${index}]`));
    expect(faults).toEqual([]);
  });

  test('shows a dependency that is not injected, which Nest itself leaves unsaid', () => {
    class Forgetful {
      readonly dependency: unknown;
      constructor(dependency: unknown) {
        this.dependency = dependency;
      }
    }
    expect(notInjected(Forgetful)).toEqual([0]);
  });

  test('has no route that does not say how it is protected [law.unclear-denied]', () => {
    expect(linesOf(backend)).toEqual([
      'GET /.well-known/oauth-authorization-server/:environment: public',
      'GET /:environment/.well-known/oauth-authorization-server: public',
      'GET /:environment/jwks.json: public',
      'GET /articles/:file: public',
      'GET /health/: public',
      'GET /log/checkpoint: public',
      'GET /log/key: public',
      'GET /log/tile/*: public',
      'GET /openapi.json: public',
      'POST /oauth/token: client-assertion',
      'POST /people/:action: person-signature',
      'POST /v1/:context/:tool: pipeline',
      'POST /v1/refusals: pipeline',
    ]);
    expect(linesOf(people)).toEqual([
      'GET /: public',
      'GET /activity/: console-session',
      'GET /agents/: console-session',
      'GET /article.css: public',
      'GET /console.js: public',
      'GET /enrol: public',
      'GET /events/: console-session',
      'GET /exports/: console-session',
      'GET /history/: console-session',
      'GET /icon.svg: public',
      'GET /people/: console-session',
      'GET /plans/:planId/article: public',
      'GET /plans/:planId: public',
      'GET /policy.js: public',
      'GET /policy/: console-session',
      'GET /sign-in: public',
      'GET /style.css: public',
      'GET /tasks/: console-session',
      'GET /waiting/: console-session',
      'GET /webauthn.js: public',
      'POST /acts/: console-session',
      'POST /acts/options: console-session',
      'POST /enrolment/: own-page',
      'POST /enrolment/look: own-page',
      'POST /enrolment/options: own-page',
      'POST /policy/preview: console-session',
      'POST /session/: own-page',
      'POST /session/end: console-session',
      'POST /session/options: own-page',
    ]);
  });
});
