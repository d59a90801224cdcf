import { SetMetadata, type CanActivate, type CustomDecorator, type ExecutionContext } from '@nestjs/common';
import { Refusal } from './refusal.ts';

const KEY = 'open-route';

/** How a route that is no operation protects itself. */
export type Protection =
  /** Anyone may read it. */
  | 'public'
  /** The token endpoint: the request authenticates itself. */
  | 'client-assertion'
  /** A person's own signature. */
  | 'person-signature'
  /** Sent by one of the console's own pages; nobody is known yet. */
  | 'own-page'
  /** Somebody who is signed in, on one of the console's own pages. */
  | 'console-session'
  /** The pipeline. */
  | 'pipeline';

/** Declares how a controller's route is protected. A route without this is denied, whatever its code does. */
export const OpenRoute = (protection: Protection): CustomDecorator => SetMetadata(KEY, protection);

/** Denies every route that nobody declared. */
export class DeclaredRoutesGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (Reflect.getMetadata(KEY, context.getHandler()) !== undefined) return true;
    throw new Refusal('not_found', { detail: 'There is nothing at this address.' });
  }
}
