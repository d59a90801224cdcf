import { beforeAll, describe, expect, test } from '@jest/globals';
import { ModulesContainer } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Settings } from '../../src/common/settings.ts';
import { Database } from '../../src/database/database.ts';
import { Door } from '../../src/self-check/door.ts';
import { createBackend, createConsole } from '../../src/start/create-app.ts';
import { useStores } from '../support/engines.ts';
import { RecordingLogger } from '../support/log.ts';

/** Where Nest keeps what `@Inject` says of each constructor parameter, and what routes are made of. */
const INJECTED = 'self:paramtypes';
const PATH = 'path';
const OPEN_ROUTE = 'open-route';

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
function routesOf(app: NestFastifyApplication): string[] {
  const methods = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'ALL'];
  const routes: string[] = [];
  for (const module of app.get(ModulesContainer).values()) {
    for (const { metatype } of module.controllers.values()) {
      if (typeof metatype !== 'function') continue;
      const base = String(Reflect.getMetadata(PATH, metatype));
      for (const name of Object.getOwnPropertyNames(metatype.prototype)) {
        const handler: unknown = metatype.prototype[name];
        if (name === 'constructor' || typeof handler !== 'function' || !Reflect.hasMetadata(PATH, handler)) continue;
        const method = methods[Number(Reflect.getMetadata('method', handler))];
        const paths = [Reflect.getMetadata(PATH, handler) as string | string[]].flat();
        const protection = String(Reflect.getMetadata(OPEN_ROUTE, handler) ?? 'NOT DECLARED');
        for (const path of paths) routes.push(`${method} ${`/${base}/${path}`.replaceAll(/\/+/g, '/')}: ${protection}`);
      }
    }
  }
  return routes.toSorted();
}

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
    expect(routesOf(backend)).toEqual([
      'GET /.well-known/oauth-authorization-server/:environment: public',
      'GET /:environment/.well-known/oauth-authorization-server: public',
      'GET /:environment/jwks.json: public',
      'GET /articles/:file: public',
      'GET /health/: public',
      'GET /openapi.json: public',
      'POST /oauth/token: client-assertion',
      'POST /people/:action: person-signature',
      'POST /v1/:context/:tool: pipeline',
      'POST /v1/refusals: pipeline',
    ]);
    expect(routesOf(people)).toEqual([
      'GET /: public',
      'GET /console.js: public',
      'GET /enrol: public',
      'GET /events/: console-session',
      'GET /plans/:planId: public',
      'GET /sign-in: public',
      'GET /style.css: public',
      'GET /waiting/: console-session',
      'GET /webauthn.js: public',
      'POST /acts/: console-session',
      'POST /acts/options: console-session',
      'POST /enrolment/: own-page',
      'POST /enrolment/look: own-page',
      'POST /enrolment/options: own-page',
      'POST /session/: own-page',
      'POST /session/end: console-session',
      'POST /session/options: own-page',
    ]);
  });
});
