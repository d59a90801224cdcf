import { ModulesContainer } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Settings } from '../../src/common/settings.ts';
import { Database } from '../../src/database/database.ts';
import { Door } from '../../src/self-check/door.ts';
import { createBackend, createConsole } from '../../src/start/create-app.ts';
import { RecordingLogger } from './log.ts';

/** Where Nest keeps what routes are made of. */
const PATH = 'path';
const OPEN_ROUTE = 'open-route';
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'ALL'];

export interface Route {
  readonly method: string;
  /** As it is declared: with parameters, like `/people/:action`. */
  readonly path: string;
  readonly protection: string;
}

/** Every route of an application, as Nest knows it. */
export function routesOf(app: NestFastifyApplication): Route[] {
  const routes: Route[] = [];
  for (const module of app.get(ModulesContainer).values()) {
    for (const { metatype } of module.controllers.values()) {
      if (typeof metatype !== 'function') continue;
      const base = String(Reflect.getMetadata(PATH, metatype));
      for (const name of Object.getOwnPropertyNames(metatype.prototype)) {
        const handler: unknown = metatype.prototype[name];
        if (name === 'constructor' || typeof handler !== 'function' || !Reflect.hasMetadata(PATH, handler)) continue;
        const method = METHODS[Number(Reflect.getMetadata('method', handler))] ?? 'ALL';
        const protection = String(Reflect.getMetadata(OPEN_ROUTE, handler) ?? 'NOT DECLARED');
        for (const path of [Reflect.getMetadata(PATH, handler) as string | string[]].flat()) {
          routes.push({ method, path: `/${base}/${path}`.replaceAll(/\/+/g, '/'), protection });
        }
      }
    }
  }
  return routes;
}

/** The routes of both applications, put together as a start does, over any migrated store. */
export async function allRoutes(location: string): Promise<{ backend: Route[]; console: Route[] }> {
  const database = new Database({ location });
  const foundations = { database, settings: new Settings('development'), logger: new RecordingLogger() };
  try {
    const backend = await createBackend(foundations, new Door());
    const people = await createConsole(foundations, backend);
    const routes = { backend: routesOf(backend), console: routesOf(people) };
    await people.close();
    await backend.close();
    return routes;
  } finally {
    await database.close();
  }
}
