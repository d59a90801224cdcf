import { readdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readConfig, writeConfig } from '../../src/cli/connect/config-file.ts';
import { changes, OTHERS, Place } from './connect-place.ts';

let place: Place;
beforeEach(async () => {
  place = await Place.make();
});
afterEach(() => place.dispose());

describe('an entry of the same name that is not ours', () => {
  const foreign = '{"mcpServers":{"blog-publisher":{"command":"npx","args":["some-blog"]}}}';

  test.each([
    ['another program', foreign],
    ['no entry at all', '{"mcpServers":{"crm-reader":null}}'],
    [
      'the same program of another workspace',
      '{"mcpServers":{"crm-reader":{"command":"node","args":["/other/servers/crm-reader/dist/main.js"]}}}',
    ],
  ])('is not overwritten: %s [install.connect]', async (_what, content) => {
    await place.write(content);
    await expect(place.connect()).rejects.toMatchObject({
      code: 'not_ours',
      message: expect.stringContaining('--replace'),
    });
    expect([await place.text(), await place.names()]).toEqual([content, ['claude_desktop_config.json']]);
  });

  test('is overwritten when that is asked for [install.connect]', async () => {
    await place.write(foreign);
    expect(changes(await place.connect({ replace: true }))).toEqual(['blog-publisher changed', 'crm-reader added']);
    expect(JSON.parse(await place.text())).toEqual({ mcpServers: place.servers });
    expect(await place.text()).not.toContain('\n');
  });

  test('is not taken out [install.connect]', async () => {
    await place.write(foreign);
    const report = await place.connect({ remove: true });
    expect(changes(report)).toContain('blog-publisher kept');
    expect(await place.text()).toBe(foreign);
  });
});

describe('what it does not understand it does not touch', () => {
  test.each([
    ['no JSON', '{"mcpServers": {', 'not_json'],
    ['nothing', '', 'not_json'],
    ['comments', '{\n  // mine\n}', 'not_json'],
    ['a comma too many', '{"mcpServers":{},}', 'not_json'],
    ['no UTF-8', Buffer.from([0x7b, 0xff, 0x7d]), 'not_json'],
    ['a list', '[]', 'not_an_object'],
    ['a text', '"mcpServers"', 'not_an_object'],
    ['servers in a list', '{"mcpServers":[]}', 'not_an_object'],
    ['servers that are null', '{"mcpServers":null}', 'not_an_object'],
    ['servers twice', '{"mcpServers":{},"mcpServers":{}}', 'ambiguous'],
    ['an entry twice', '{"mcpServers":{"crm-reader":{},"crm\\u002dreader":{}}}', 'ambiguous'],
  ])('%s [install.connect]', async (_what, content, code) => {
    await place.write(content);
    for (const options of [{}, { dryRun: true }, { replace: true }, { remove: true }]) {
      await expect(place.connect(options)).rejects.toMatchObject({ name: 'Failure', code });
    }
    expect(await readFile(place.config)).toEqual(Buffer.from(content));
    expect(await place.names()).toEqual(['claude_desktop_config.json']);
  });

  test('what is wrong is named by its place, without what stands there [install.connect, secret.canary]', async () => {
    await place.write('{\n  "mcpServers": {},\n  "key": hunter22\n}');
    const failure = await place.connect().catch((error: Error) => error.message);
    expect(failure).toContain('line 3, column 10');
    expect(failure).not.toContain('hunter');
  });

  test('a folder, or a link that leads nowhere [install.connect]', async () => {
    await expect(place.connect({ config: place.folder })).rejects.toMatchObject({ code: 'unreadable' });
    await symlink(join(place.folder, 'nowhere'), place.config);
    await expect(place.connect()).rejects.toMatchObject({ code: 'unreadable' });
    expect(await readdir(place.folder)).not.toContain('nowhere');
  });

  test('a file that another program changed meanwhile [install.connect]', async () => {
    await place.write(OTHERS);
    const file = await readConfig(place.config);
    await place.write('{"theme":"light"}');
    await expect(writeConfig(file, '{}', new Date())).rejects.toMatchObject({ code: 'changed_meanwhile' });
    expect([await place.text(), await place.names()]).toEqual(['{"theme":"light"}', ['claude_desktop_config.json']]);
  });

  test('without a backend, or one without servers, there is nothing to connect [install.connect]', async () => {
    await place.serve({});
    await expect(place.connect()).rejects.toMatchObject({ code: 'no_servers' });
    await place.stop();
    await expect(place.connect()).rejects.toMatchObject({ code: 'not_running' });
    expect(await place.names()).toEqual([]);
  });
});
