import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { REQUIREMENTS } from '../requirements.ts';
import { ROOT } from '../support/processes.ts';

const LINK = /\[[^\]]*\]\(([^)\s]+)\)/g;

/** Every page that people read, from the root. */
function pages(folder = ROOT): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return ['node_modules', 'dist', 'fixtures'].includes(entry.name) || entry.name.startsWith('.') ? [] : pages(path);
    }
    return entry.name.endsWith('.md') ? [relative(ROOT, path)] : [];
  });
}

/** As GitHub makes anchors of headings. */
const anchors = (text: string): string[] =>
  Array.from(text.matchAll(/^#+ (.*)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );

/** Links of one page that lead nowhere inside the workspace. */
function broken(page: string, text: string): string[] {
  return Array.from(text.matchAll(LINK), ([, target = '']) => target).filter((target) => {
    if (/^[a-z]+:/.test(target)) return false;
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? join(ROOT, page) : join(ROOT, dirname(page), path);
    if (!existsSync(file)) return true;
    return anchor !== undefined && !anchors(path === '' ? text : readFileSync(file, 'utf8')).includes(anchor);
  });
}

const read = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

describe('links between pages', () => {
  test('there are pages', () => {
    expect(pages()).toEqual(expect.arrayContaining(['README.md', 'docs/threat-model.md', 'docs/reference/tools.md']));
  });

  test.each(pages())('%s: every link leads to something', (page) => {
    expect(broken(page, read(page))).toEqual([]);
  });

  test.each(['[a](nowhere.md)', '[a](README.md#nowhere)', '[a](#nowhere)'])('%s is found broken', (text) => {
    expect(broken('README.md', text)).toHaveLength(1);
  });
});

describe('the threat model', () => {
  const text = read('docs/threat-model.md');
  const actors = text.split(/^## /m).slice(2, -1);

  test('says of every actor what they can do, what stops them, which test shows it and what remains', () => {
    expect(actors.length).toBeGreaterThanOrEqual(7);
    for (const actor of actors) {
      const [title = ''] = actor.split('\n');
      const isHeld = !actor.includes('**Not held.**');
      const parts = isHeld ? ['**Can**', '**Stopped by**', '**Shown by**', '**Remains'] : ['**Shown by**'];
      expect({ title, missing: parts.filter((part) => !actor.includes(part)) }).toEqual({ title, missing: [] });
      expect(actor).toMatch(/\.(test|suite)\.ts\)/);
    }
  });

  test('names requirements that exist', () => {
    const named = Array.from(text.matchAll(/\[([a-z]+\.[a-z_-]+)\]/g), ([, id = '']) => id);
    expect(named.filter((id) => !Object.hasOwn(REQUIREMENTS, id))).toEqual([]);
  });
});
