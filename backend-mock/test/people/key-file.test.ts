import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { keyThumbprint, publicJwk, signStatement, verifyStatement, publicKeyFromX } from '@narrow-deputies/signing';
import { createKeyFile, PASSPHRASE_MIN, peopleFolder, readKeyFile, unlockKey } from '../../src/people/key-file.ts';

const PASSPHRASE = 'correct horse battery';

describe("a person's key file [approval.key]", () => {
  let parent: string;
  let folder: string;
  beforeEach(async () => {
    parent = await mkdtemp(join(tmpdir(), 'deputies-people-'));
    folder = join(parent, 'people');
  });
  afterEach(() => rm(parent, { recursive: true, force: true }));
  const fileOf = (name: string): string => join(folder, `${name}.key.json`);

  test('holds a key that its passphrase opens, and its public half', async () => {
    const file = await createKeyFile(folder, 'Ann', PASSPHRASE);
    expect(await readKeyFile(folder, 'Ann')).toEqual(file);
    const key = unlockKey(file, PASSPHRASE);
    expect(publicJwk(key).x).toBe(file.publicX);
    expect(keyThumbprint(publicJwk(key))).toBe(file.keyid);
    const signature = signStatement('test', { a: 1 }, key);
    expect(verifyStatement('test', { a: 1 }, signature, publicKeyFromX(file.publicX))).toBe(true);
  });

  test('holds the private half in encrypted form alone', async () => {
    const file = await createKeyFile(folder, 'ann', PASSPHRASE);
    const text = await readFile(fileOf('ann'), 'utf8');
    const pkcs8 = unlockKey(file, PASSPHRASE).export({ type: 'pkcs8', format: 'der' });
    const seed = pkcs8.subarray(-32);
    expect(file.privateKey).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/);
    expect(Object.keys(JSON.parse(text) as object).toSorted()).toEqual(['keyid', 'name', 'privateKey', 'publicX']);
    for (const encoding of ['hex', 'base64', 'base64url'] as const) expect(text).not.toContain(seed.toString(encoding));
    expect(text).not.toContain(PASSPHRASE);
  });

  test('is readable by its owner alone, and so is a folder made for it', async () => {
    await createKeyFile(folder, 'ann', PASSPHRASE);
    expect((await stat(fileOf('ann'))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  });

  test('is never overwritten, also not under another spelling of the name', async () => {
    await createKeyFile(folder, 'ann', PASSPHRASE);
    const before = await readFile(fileOf('ann'), 'utf8');
    for (const name of ['ann', 'ANN', '\uFF21nn']) {
      await expect(createKeyFile(folder, name, 'another passphrase')).rejects.toMatchObject({ code: 'EEXIST' });
    }
    expect(await readFile(fileOf('ann'), 'utf8')).toBe(before);
    expect(await readdir(folder)).toEqual(['ann.key.json']);
  });

  test('does not open with another passphrase, and the refusal repeats neither', async () => {
    const file = await createKeyFile(folder, 'ann', PASSPHRASE);
    for (const wrong of ['', 'wrong horse battery', `${PASSPHRASE} `]) {
      expect(() => unlockKey(file, wrong)).toThrow('The passphrase does not open the key of ann.');
    }
  });

  test('is not made with a passphrase that is too short', async () => {
    await expect(createKeyFile(folder, 'ann', 'x'.repeat(PASSPHRASE_MIN - 1))).rejects.toThrow(
      `${PASSPHRASE_MIN} characters`,
    );
    expect(await readdir(parent)).toEqual([]);
  });

  test('two keys of one passphrase share nothing', async () => {
    const [ann, bob] = [await createKeyFile(folder, 'ann', PASSPHRASE), await createKeyFile(folder, 'bob', PASSPHRASE)];
    expect(ann.keyid).not.toBe(bob.keyid);
    expect(ann.privateKey).not.toBe(bob.privateKey);
  });

  test('that is missing is no error, and one that is no key file is', async () => {
    expect(await readKeyFile(folder, 'ann')).toBeUndefined();
    const file = await createKeyFile(folder, 'ann', PASSPHRASE);
    const plain = unlockKey(file, PASSPHRASE).export({ type: 'pkcs8', format: 'pem' });
    for (const differs of [{ privateKey: plain }, { privateKey: undefined }, { seed: 'x' }]) {
      await writeFile(fileOf('ann'), JSON.stringify({ ...file, ...differs }));
      await expect(readKeyFile(folder, 'ann')).rejects.toThrow('is not a key file with an encrypted private key');
    }
  });

  test('in a folder that exists takes its own mode, whatever the folder has', async () => {
    await createKeyFile(folder, 'ann', PASSPHRASE);
    await chmod(folder, 0o755);
    await createKeyFile(folder, 'bob', PASSPHRASE);
    expect((await stat(fileOf('bob'))).mode & 0o777).toBe(0o600);
  });
});

test("people's keys lie where the environment says, else in the user's configuration", () => {
  expect(peopleFolder({ DEPUTIES_PEOPLE: '/keys' })).toBe('/keys');
  if (process.platform !== 'win32') {
    expect(peopleFolder({ XDG_CONFIG_HOME: '/config' })).toBe('/config/narrow-deputies/people');
    expect(peopleFolder({})).toMatch(/\/\.config\/narrow-deputies\/people$/);
  }
});
