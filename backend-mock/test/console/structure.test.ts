import { expect, test } from '@jest/globals';
import { faultsOf, structureOf } from './structure.ts';

test.each(['<p>a < b</p>', '<p><b></p></b>', '<p>', '<p title="<">', '</p>'])('%s is not well-formed', (page) => {
  expect(faultsOf(page)).not.toEqual([]);
});

test('well-formed markup has no fault', () => {
  expect(faultsOf('<p class="a"><input name="b" required /><svg><rect x="1"/></svg></p>')).toEqual([]);
});

test('the structure knows an element or attribute that a text brought in', () => {
  expect(structureOf('<p title="a">b</p>')).toEqual(['p title', '/p']);
  expect(structureOf('<p title="" onclick="x">b<b></b></p>')).toEqual(['p title onclick', 'b', '/b', '/p']);
});
