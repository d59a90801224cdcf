import { expect, test } from '@jest/globals';
import { LINES_MAX, otherPrograms, tooLong } from './file-rules.ts';
import { readFiles } from './workspace.ts';

const programs = readFiles(['servers', 'shared', 'backend-mock', 'scripts', 'test'], (path) =>
  /\.[cm]?[jt]sx?$/.test(path),
);

const lines = (count: number): string => 'x\n'.repeat(count);

test(`no file has more than ${LINES_MAX} lines`, () => {
  expect(tooLong(programs)).toEqual([]);
  expect(Object.keys(programs).length).toBeGreaterThan(0);
});

test('a file that is one line too long is reported', () => {
  expect(tooLong({ 'a.ts': lines(LINES_MAX) })).toEqual([]);
  expect(tooLong({ 'a.ts': lines(LINES_MAX + 1) })).toEqual([`a.ts has ${LINES_MAX + 1} lines`]);
  expect(tooLong({ 'a.ts': lines(LINES_MAX).concat('x') })).toHaveLength(1);
});

test('src holds TypeScript modules and no other program text', () => {
  expect(otherPrograms(programs)).toEqual([]);
  expect(Object.keys(programs).filter((path) => /\/src\/.*\.ts$/.test(path)).length).toBeGreaterThan(0);
});

test.each(['a.js', 'a.mjs', 'a.cjs', 'a.mts', 'a.cts', 'a.tsx', 'a.jsx', 'inner/a.node'])(
  'src/%s is reported',
  (name) => {
    expect(otherPrograms({ [`servers/alpha/src/${name}`]: '' })).toHaveLength(1);
  },
);
