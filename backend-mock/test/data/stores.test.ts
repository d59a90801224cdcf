import { describe } from '@jest/globals';
import { ENGINES, useStores } from '../support/engines.ts';
import { fixturesSuite } from './fixtures.suite.ts';
import { importSuite } from './import.suite.ts';
import { writeSuite } from './write.suite.ts';

/** Imports and fixtures: one suite, on both engines. */
describe.each(ENGINES)('on %s', (engine) => {
  const stores = useStores(engine);
  describe('what an import writes [data.import, law.record-before-effect]', () => writeSuite(stores));
  describe('an import from files [data.import]', () => importSuite(stores));
  describe('the fixtures of an empty store [data.fixtures]', () => fixturesSuite(stores));
});
