import type { Files } from './workspace.ts';

export const LINES_MAX = 300;

/** Files with more lines than a reader takes in at once. */
export const tooLong = (files: Files): string[] =>
  Object.entries(files).flatMap(([path, text]) => {
    const lines = text.replace(/\n$/, '').split('\n').length;
    return lines > LINES_MAX ? [`${path} has ${lines} lines`] : [];
  });

/** Program text that is no TypeScript module: neither the type checker nor these tests would look at it. */
export const otherPrograms = (files: Files): string[] =>
  Object.keys(files).filter((path) => /\/src\/.*\.([cm]?jsx?|[cm]ts|tsx|node|wasm)$/.test(path));
