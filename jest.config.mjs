import { availableParallelism } from 'node:os';

/** One runner for all packages; sources are transformed by swc, nothing has to be built for a unit test. */
const swc = {
  jsc: {
    target: 'es2024',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: false },
    experimental: { keepImportAssertions: true },
  },
  module: { type: 'es6' },
};

export default {
  rootDir: import.meta.dirname,
  testMatch: ['<rootDir>/{servers,shared}/*/test/**/*.test.ts', '<rootDir>/{backend-mock,test}/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['/dist/', '/.nx/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': ['@swc/jest', swc] },
  testEnvironmentOptions: { customExportConditions: ['@narrow-deputies/source', 'node', 'node-addons'] },
  injectGlobals: false,
  maxWorkers: Math.max(2, Math.min(4, availableParallelism())),
  // Modules of the tests before are never given back: a worker that has grown starts anew.
  workerIdleMemoryLimit: '1GB',
  testTimeout: 60_000,
};
