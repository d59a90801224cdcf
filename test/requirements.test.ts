import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { SERVER_PROFILES } from '@narrow-deputies/backend-mock';
import { REQUIREMENTS } from './requirements.ts';
import { ROOT } from './support/processes.ts';

const FOLDERS = ['servers', 'shared', 'backend-mock', 'test'];
/** A citation stands in square brackets at the end of a title, right before the closing quote. */
const CITATION = /\[([a-z-]+\.[a-z_-]+(?:, [a-z-]+\.[a-z_-]+)*)\](?=['"`])/g;

function* testFiles(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name === 'dist') continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* testFiles(path);
    else if (entry.name.endsWith('.test.ts')) yield path;
  }
}

/** Every cited id and the files that cite it. */
function citations(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const folder of FOLDERS) {
    for (const file of testFiles(join(ROOT, folder))) {
      for (const [, ids = ''] of readFileSync(file, 'utf8').matchAll(CITATION)) {
        for (const id of ids.split(', ')) found.set(id, [...(found.get(id) ?? []), file.slice(ROOT.length + 1)]);
      }
    }
  }
  return found;
}

describe('requirements', () => {
  const cited = citations();
  const ids = Object.keys(REQUIREMENTS);

  test('tests are found at all', () => {
    expect(cited.size).toBeGreaterThan(10);
  });

  test('every requirement is proved by a test that cites it', () => {
    expect(ids.filter((id) => !cited.has(id))).toEqual([]);
  });

  test('every citation names a requirement', () => {
    expect([...cited.keys()].filter((id) => !ids.includes(id))).toEqual([]);
  });

  test('every tool has a requirement about its worst outcome', () => {
    const tools = SERVER_PROFILES.flatMap(({ agents }) =>
      agents.flatMap(({ scopes }) => scopes.map((scope) => scope.split(':')[1] ?? '')),
    );
    expect(tools.length).toBeGreaterThan(0);
    expect(tools.filter((tool) => !ids.includes(`outcome.${tool}`))).toEqual([]);
  });
});
