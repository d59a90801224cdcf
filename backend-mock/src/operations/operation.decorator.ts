import { DiscoveryService } from '@nestjs/core';
import type { OperationDeclaration } from './operation.ts';

/**
 * Declares a provider as an operation. Without it a class is never reachable from outside: the only routes that lead to
 * domain code are the names in the contracts declared here.
 */
export const Operation = DiscoveryService.createDecorator<OperationDeclaration>();
