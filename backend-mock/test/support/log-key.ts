import { privateKeyFromSeed } from '@narrow-deputies/signing';
import { EntrySeal } from '../../src/writers/entry-seal.ts';

/** The key that signs the logs of tests: one for all of them, as replicas share one. */
export const TEST_LOG_KEY = privateKeyFromSeed(Buffer.alloc(32, 7));
export const TEST_SEAL = EntrySeal.of(TEST_LOG_KEY);
