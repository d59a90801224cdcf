import { describe, expect, test } from '@jest/globals';
import { judge } from './rule.ts';
import { RULES } from './rules/index.ts';
import { SOUND } from './sound-workspace.ts';
import { composeWorkspace, readWorkspace } from './workspace.ts';

const workspace = readWorkspace();

test('the scan finds every package of the layout and reads all of their sources [house.imports]', () => {
  const folders = workspace.packages.map(({ folder }) => folder);
  expect(folders).toEqual(
    expect.arrayContaining([
      'servers/blog-publisher',
      'shared/contracts',
      'shared/server-kit',
      'shared/signing',
      'backend-mock',
    ]),
  );
  const withoutSources = folders.filter(
    (folder) => !workspace.sources.some(({ path }) => path.startsWith(`${folder}/src/`)),
  );
  expect(withoutSources).toEqual([]);
});

describe.each(RULES)('$requirement', (rule) => {
  test('it holds for the sources, and there was something to check', () => {
    const { faults, files, seen } = judge(rule, workspace);
    expect(faults).toEqual([]);
    expect(files).toBeGreaterThan(0);
    expect(seen).toBeGreaterThan(0);
  });

  test('nothing to check is not a success', () => {
    expect(judge(rule, composeWorkspace({}))).toEqual({ files: 0, seen: 0, faults: [] });
  });

  test('a sound workspace passes', () => {
    const { faults, files, seen } = judge(rule, composeWorkspace(SOUND));
    expect(faults).toEqual([]);
    expect(Math.min(files, seen)).toBeGreaterThan(0);
  });

  test.each(Object.entries(rule.brokenTwins))('its broken twin is reported, once: %s', (_name, broken) => {
    const { faults } = judge(rule, composeWorkspace({ ...SOUND, ...broken }));
    expect(faults).toHaveLength(1);
    const [path] = Object.keys(broken).filter((each) => each.endsWith('.ts'));
    expect(faults[0]).toContain(`${path}: `);
  });
});

test('every rule has a broken twin', () => {
  expect(RULES.filter(({ brokenTwins }) => Object.keys(brokenTwins).length === 0)).toEqual([]);
});
