import {
  Inject,
  Injectable,
  SetMetadata,
  type CanActivate,
  type CustomDecorator,
  type ExecutionContext,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { AddressLimits, PUBLIC_QUOTA } from '../limits/address-limits.ts';
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

/**
 * Denies every route that nobody declared, and limits for each address the ones that are public. A request with a cookie is
 * let pass: whoever serves it looks first whether that is a session, so that nobody who is signed in pays for what others
 * ask from the same address.
 */
@Injectable()
export class DeclaredRoutesGuard implements CanActivate {
  constructor(@Inject(AddressLimits) private readonly limits: AddressLimits) {}

  canActivate(context: ExecutionContext): boolean {
    const protection: unknown = Reflect.getMetadata(KEY, context.getHandler());
    if (protection === undefined) throw new Refusal('not_found', { detail: 'There is nothing at this address.' });
    const { ip, headers } = context.switchToHttp().getRequest<FastifyRequest>();
    if (protection === 'public' && headers.cookie === undefined) this.limits.take(`address:${ip}`, PUBLIC_QUOTA);
    return true;
  }
}
