import type { Rule } from '../rule.ts';
import { declared } from './declared.ts';
import { environment } from './environment.ts';
import { frozenCurrencies } from './frozen-currencies.ts';
import { frozenMigrations } from './frozen-migrations.ts';
import { insideItsSource } from './inside-its-source.ts';
import { noDefaultExport, noExportAll } from './named-exports.ts';
import { noConsole } from './no-console.ts';
import { oneHttpClient } from './one-http-client.ts';
import { rendersAside } from './renders-aside.ts';
import { signingIsPure } from './signing-is-pure.ts';
import { throughExports } from './through-exports.ts';
import { verifierStandsAlone } from './verifier-stands-alone.ts';
import { whoMayImportWhom } from './who-may-import-whom.ts';
import { writtenOut } from './written-out.ts';

export const RULES: readonly Rule[] = [
  whoMayImportWhom,
  throughExports,
  insideItsSource,
  writtenOut,
  declared,
  environment,
  oneHttpClient,
  rendersAside,
  signingIsPure,
  verifierStandsAlone,
  noDefaultExport,
  noExportAll,
  noConsole,
  frozenMigrations,
  frozenCurrencies,
];
