import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '@narrow-deputies/contracts';
import { ROOT } from '../support/processes.ts';
import { listMaxBytes } from './list-bounds.ts';

/** What a host shows a model, and what it holds answers to. */
interface ShownTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly annotations: Readonly<Record<string, boolean>>;
  readonly inputSchema: JsonObject;
  readonly outputSchema: JsonObject;
}

const DESCRIPTION_MAX = 600;
const TITLE_MAX = 60;
const HINTS = ['destructiveHint', 'idempotentHint', 'openWorldHint', 'readOnlyHint'];
const PRINTABLE_ASCII = /^[\x20-\x7e]+$/;

const servers = readdirSync(join(ROOT, 'servers'));
const folderOf = (server: string): string => join(ROOT, 'servers', server, 'test', 'surface');

async function toolsOf(server: string): Promise<readonly ShownTool[]> {
  const module = (await import(`../../servers/${server}/src/tool-list.ts`)) as { TOOL_LIST: readonly ShownTool[] };
  return module.TOOL_LIST;
}

/** The part that was reviewed; an answer's schema follows from the contracts. */
const reviewed = ({ name, title, description, annotations, inputSchema }: ShownTool): JsonObject =>
  JSON.parse(JSON.stringify({ name, title, description, annotations, inputSchema })) as JsonObject;

/** Every text in a schema that a model reads. */
function* texts(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) yield* texts(inner);
}

test('there are servers to look at', () => {
  expect(servers.length).toBeGreaterThan(0);
});

describe.each(servers)('the surface of %s [host.surface]', (server) => {
  test('each tool is what its file in test/surface says, and each file is a tool', async () => {
    const tools = await toolsOf(server);
    const folder = folderOf(server);
    // A change of the surface is made on purpose: UPDATE_SURFACE=1 writes the files, and the diff is reviewed.
    if (process.env['UPDATE_SURFACE'] === '1') {
      mkdirSync(folder, { recursive: true });
      for (const tool of tools) {
        writeFileSync(join(folder, `${tool.name}.json`), `${JSON.stringify(reviewed(tool), null, 2)}\n`);
      }
    }
    expect(readdirSync(folder).toSorted()).toEqual(tools.map(({ name }) => `${name}.json`).toSorted());
    for (const tool of tools) {
      const file = JSON.parse(readFileSync(join(folder, `${tool.name}.json`), 'utf8')) as JsonObject;
      expect(reviewed(tool)).toEqual(file);
    }
  });

  test('no host refuses a name, and every text is short printable ASCII', async () => {
    for (const tool of await toolsOf(server)) {
      expect(tool.name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
      expect(tool.title.length).toBeLessThanOrEqual(TITLE_MAX);
      expect(tool.description.length).toBeLessThanOrEqual(DESCRIPTION_MAX);
      for (const text of [tool.title, tool.description, ...texts(tool.inputSchema)]) {
        expect(text).toMatch(PRINTABLE_ASCII);
      }
    }
  });

  test('all four hints are explicit, both schemas are of an object, and nothing unknown is let in', async () => {
    for (const { annotations, inputSchema, outputSchema } of await toolsOf(server)) {
      for (const hint of HINTS) expect([hint, typeof annotations[hint]]).toEqual([hint, 'boolean']);
      expect([inputSchema['type'], inputSchema['additionalProperties']]).toEqual(['object', false]);
      expect(outputSchema['type']).toBe('object');
    }
  });

  test(`the list costs a model no more than ${listMaxBytes(server)} bytes`, async () => {
    const shown = (await toolsOf(server)).map(({ name, description, inputSchema }) => ({
      name,
      description,
      inputSchema,
    }));
    expect(Buffer.byteLength(JSON.stringify(shown))).toBeLessThanOrEqual(listMaxBytes(server));
  });
});
