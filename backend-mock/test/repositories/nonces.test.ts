import { describe, expect, test } from '@jest/globals';
import { forgetNonces, rememberNonce } from '../../src/nonces/nonces-repository.ts';
import { ENGINES, useStores } from '../support/engines.ts';

describe.each(ENGINES)('nonces on %s', (engine) => {
  const stores = useStores(engine);

  test('a nonce is remembered once per key', async () => {
    const store = await stores.fresh();
    const remember = (keyid: string, nonce: string): Promise<boolean> =>
      store.transaction((tx) => rememberNonce(tx, keyid, nonce, 1000));
    expect(await remember('key-a', 'nonce-1')).toBe(true);
    expect(await remember('key-a', 'nonce-1')).toBe(false);
    expect(await remember('key-a', 'nonce-2')).toBe(true);
    expect(await remember('key-b', 'nonce-1')).toBe(true);
  });
});
