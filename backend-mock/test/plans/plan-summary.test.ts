import { expect, test } from '@jest/globals';
import { summarise } from '../../src/plans/plan-summary.ts';

const article = { title: 'Tea', url: 'https://blog.example/articles/tea.md' };

test.each([
  ['create', '"Tea" becomes public at https://blog.example/articles/tea.md.'],
  ['replace', 'What is public at https://blog.example/articles/tea.md is replaced by "Tea".'],
  ['restore', '"Tea" becomes public again at https://blog.example/articles/tea.md.'],
  ['none', '"Tea" is public at https://blog.example/articles/tea.md already; nothing would change.'],
])('a publication that would %s says so in one sentence [approval.page]', (change, sentence) => {
  expect(summarise({ action: 'publish', change, ...article })).toBe(sentence);
});

test('an article to be taken down is named, and that it can come back [approval.page]', () => {
  expect(summarise({ action: 'unpublish', ...article })).toMatch(/^"Tea" is taken down from .*published again\.$/);
});

test('a preview of another kind gets no sentence rather than a wrong one [approval.page]', () => {
  for (const preview of [
    {},
    { action: 'publish', ...article },
    { action: 'erase', ...article },
    { action: 'unpublish' },
  ]) {
    expect(summarise(preview)).toBeUndefined();
  }
});
