import { expect, test } from '@jest/globals';
import { describeLines, quote } from '../../src/cli/output.ts';

test('labels and values stand in two columns [people.cli]', () => {
  const lines = [
    { label: 'status', value: 'open → solved' },
    { label: 'order id', value: '501' },
  ];
  expect(describeLines(lines)).toEqual(['status    open → solved', 'order id  501']);
  expect(describeLines([])).toEqual([]);
});

test('a value of several lines stands below its label, and no line of it passes for another field [approval.page]', () => {
  const lines = [
    { label: 'note', value: 'Called them.\nstatus    closed\r\n\nleft      0.00 EUR' },
    { label: 'status', value: 'open' },
  ];
  expect(describeLines(lines)).toEqual([
    'note',
    '  | Called them.',
    '  | status    closed',
    '  | ',
    '  | left      0.00 EUR',
    'status  open',
  ]);
});

test('a text is quoted line by line, whatever its line ends are [approval.page]', () => {
  expect(quote('One.\r\nTwo.\n')).toEqual(['| One.', '| Two.', '| ']);
  expect(quote('')).toEqual(['| ']);
});
