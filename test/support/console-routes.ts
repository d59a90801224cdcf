import { ConsoleModule } from '../../backend-mock/src/console/console.module.ts';

/** One way into the console. */
export interface Route {
  readonly method: string;
  /** With names for what stands in for parameters: `/plans/:planId`. */
  readonly path: string;
  readonly protection: string;
}

/** Nest's own names for what its decorators keep (`@nestjs/common/constants`). */
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'ALL'];

type Class = new (...args: never[]) => object;

/** Every route that the console's controllers declare: read from what the application is made of, not from a list. */
export function consoleRoutes(): Route[] {
  const controllers = Reflect.getMetadata('controllers', ConsoleModule) as Class[];
  return controllers.flatMap((controller) => {
    const base = String(Reflect.getMetadata('path', controller));
    const prototype = controller.prototype as Record<string, unknown>;
    return Object.getOwnPropertyNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      if (name === 'constructor' || typeof handler !== 'function' || !Reflect.hasMetadata('path', handler)) return [];
      const method = METHODS[Number(Reflect.getMetadata('method', handler))] ?? '?';
      const own = String(Reflect.getMetadata('path', handler));
      const path = `/${base}/${own}`.replaceAll(/\/+/g, '/').replace(/(?<=.)\/$/, '');
      return [{ method, path, protection: String(Reflect.getMetadata('open-route', handler)) }];
    });
  });
}

export const readRoutes = (): Route[] => consoleRoutes().filter(({ method }) => method === 'GET');
export const writeRoutes = (): Route[] => consoleRoutes().filter(({ method }) => method !== 'GET');

/** A path with something in place of each parameter. */
export const fill = (path: string, value: string): string => path.replaceAll(/:\w+/g, value);
