import { beforeAll, describe, expect, test } from '@jest/globals';
import { Controller, Get, Module, Post } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { problem } from '@narrow-deputies/contracts';
import { FoundationsModule } from '../../src/app.module.ts';
import { AuditService } from '../../src/audit/audit.service.ts';
import { RefusalCounter } from '../../src/audit/refusal-counter.ts';
import { AddressLimits } from '../../src/limits/address-limits.ts';
import { DeclaredRoutesGuard, OpenRoute } from '../../src/common/open-route.ts';
import { ProblemFilter } from '../../src/common/problem-filter.ts';
import { Settings } from '../../src/common/settings.ts';
import { Database } from '../../src/database/database.ts';
import { useStores } from '../support/engines.ts';
import { RecordingLogger } from '../support/log.ts';

const SECRET = 'what nobody meant to show';

@Controller('mixed')
class MixedController {
  @Get('forgotten')
  forgotten(): string {
    return SECRET;
  }

  @Post('forgotten')
  change(): string {
    return SECRET;
  }

  @Get('declared')
  @OpenRoute('public')
  declared(): string {
    return 'open';
  }
}

/** A declaration stands on each route, where its reader sees it; one on the class opens nothing. */
@Controller('wholesale')
@OpenRoute('public')
class WholesaleController {
  @Get()
  read(): string {
    return SECRET;
  }
}

const guard = { provide: APP_GUARD, useClass: DeclaredRoutesGuard };
const GUARDS = [AddressLimits, guard];
const CONTROLLERS = [MixedController, WholesaleController];
const PROVIDERS = [{ provide: APP_FILTER, useClass: ProblemFilter }, AuditService, RefusalCounter];

@Module({ controllers: CONTROLLERS, providers: [...GUARDS, ...PROVIDERS] })
class GuardedModule {
  readonly guarded = true;
}

@Module({ controllers: CONTROLLERS, providers: PROVIDERS })
class UnguardedModule {
  readonly guarded = false;
}

describe('a route that nobody declared [law.unclear-denied, check.twins]', () => {
  const stores = useStores('sqlite');
  let guarded: NestFastifyApplication;
  let unguarded: NestFastifyApplication;

  const create = async (module: typeof GuardedModule | typeof UnguardedModule): Promise<NestFastifyApplication> => {
    const database = new Database({ location: await stores.freshLocation() });
    stores.defer(() => database.close(), 'suite');
    const foundations = { database, settings: new Settings('development'), logger: new RecordingLogger() };
    const root = { module, imports: [FoundationsModule.of(foundations)] };
    const app = await NestFactory.create<NestFastifyApplication>(root, new FastifyAdapter(), {
      logger: false,
      abortOnError: false,
    });
    await app.init();
    stores.defer(() => app.close(), 'suite');
    return app;
  };
  beforeAll(async () => {
    guarded = await create(GuardedModule);
    unguarded = await create(UnguardedModule);
  });

  const routes = [
    ['GET', '/mixed/forgotten'],
    ['POST', '/mixed/forgotten'],
    ['GET', '/wholesale'],
  ] as const;
  test.each(routes)('%s %s is not_found, whatever its code does', async (method, url) => {
    const answer = await guarded.inject({ method, url });
    expect(answer.statusCode).toBe(404);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.body).not.toContain(SECRET);
    expect(problem.parse(answer.json())).toMatchObject({ code: 'not_found', status: 404 });
  });

  test.each(routes)('%s %s would be open without the guard', async (method, url) => {
    expect((await unguarded.inject({ method, url })).body).toBe(SECRET);
  });

  test('one that is declared beside it is served', async () => {
    expect((await guarded.inject({ method: 'GET', url: '/mixed/declared' })).body).toBe('open');
  });

  test.each([
    ['GET', '/nowhere'],
    ['PUT', '/mixed/declared'],
    ['GET', '/mixed/declared/more'],
  ] as const)('%s %s, which no controller has, is answered in the same way', async (method, url) => {
    expect((await guarded.inject({ method, url })).json()).toMatchObject({ code: 'not_found', status: 404 });
  });
});
