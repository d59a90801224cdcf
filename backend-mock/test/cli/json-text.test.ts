import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { connectServers, disconnectServers } from '../../src/cli/connect/host-config.ts';
import { withoutProperty, withProperty } from '../../src/cli/connect/json-text.ts';
import { startsOurs } from '../../src/cli/connect/ours.ts';

const OURS = {
  'blog-publisher': { command: '/n', args: ['/w/servers/blog-publisher/dist/main.js'], env: { DEPUTY_TOKEN: 'x' } },
  'ticket-handler': { command: '/n', args: ['/w/servers/ticket-handler/dist/main.js'], env: { DEPUTY_TOKEN: 'y' } },
};
const NAMES = Object.keys(OURS);
const isOurs = startsOurs(OURS);
const connected = (text: string): string => connectServers(text, OURS, isOurs, false).text;
const disconnected = (text: string): string => disconnectServers(text, NAMES, isOurs).text;

/** Whether one text is another with something put in at one place. */
function isInsertion(before: string, after: string): boolean {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start += 1;
  return after.endsWith(before.slice(start)) && after.length > before.length;
}

const key = fc.string({ unit: 'binary' }).filter((name) => !NAMES.includes(name) && name !== 'mcpServers');
const members = fc.uniqueArray(fc.tuple(key, fc.jsonValue({ maxDepth: 3 })), {
  selector: ([name]) => name,
  maxLength: 4,
});

/** Written by hand, so that a key may be anything; where the servers stand among other members is drawn too. */
const configText = fc
  .record({
    before: members,
    after: members,
    servers: fc.option(members),
    indent: fc.constantFrom('', '  ', '    ', '\t'),
    eol: fc.constantFrom('\n', '\r\n'),
    end: fc.constantFrom('', '\n', '\r\n\r\n'),
  })
  .map(({ before, after, servers, indent, eol, end }) => {
    const object = (parts: readonly string[], depth: number): string => {
      if (parts.length === 0) return '{}';
      if (indent === '') return `{${parts.join(',')}}`;
      const inner = indent.repeat(depth + 1);
      return `{${eol}${parts.map((part) => inner + part).join(`,${eol}`)}${eol}${indent.repeat(depth)}}`;
    };
    const member = ([name, value]: readonly [string, unknown]): string =>
      `${JSON.stringify(name)}:${indent && ' '}${JSON.stringify(value)}`;
    const names = new Set(before.map(([name]) => name));
    const block = servers === null ? [] : [`"mcpServers":${indent && ' '}${object(servers.map(member), 1)}`];
    const parts = [...before.map(member), ...block, ...after.filter(([name]) => !names.has(name)).map(member)];
    return { text: object(parts, 0) + end, hasServers: servers !== null, isEmpty: servers?.length === 0 };
  });

describe('whatever else a configuration holds', () => {
  test('stays as it is, byte for byte: ours are put in at one place [install.connect]', () => {
    fc.assert(
      fc.property(configText, ({ text }) => {
        const after = connected(text);
        expect(isInsertion(text, after)).toBe(true);
        const { mcpServers, ...rest } = JSON.parse(after) as { mcpServers: Record<string, unknown> };
        const { mcpServers: old = {}, ...others } = JSON.parse(text) as { mcpServers?: Record<string, unknown> };
        expect(rest).toEqual(others);
        expect(mcpServers).toEqual({ ...old, ...OURS });
        // In the manner of the file: its line ends, and no lines where it has none.
        const loneLines = (each: string): boolean => each.replaceAll('\r\n', '').includes('\n');
        if (text.includes('\r\n') && !loneLines(text)) expect(loneLines(after)).toBe(false);
        if (text.trim() !== '{}' && !text.trim().includes('\n')) expect(after.trim()).not.toContain('\n');
      }),
    );
  });

  test('and is not what a writer leaves that prints the whole file anew [check.twins]', () => {
    const text = '{"theme": "dark",\n "mcpServers": {}}';
    const whole = JSON.parse(text) as object;
    expect(isInsertion(text, connected(text))).toBe(true);
    expect(isInsertion(text, JSON.stringify({ ...whole, mcpServers: OURS }, null, 2))).toBe(false);
  });

  test('stays as it is when ours are taken out again [install.connect]', () => {
    fc.assert(
      fc.property(configText, ({ text, hasServers, isEmpty }) => {
        const after = disconnected(connected(text));
        if (hasServers && !isEmpty) expect(after).toBe(text);
        else expect({ mcpServers: {}, ...(JSON.parse(text) as object) }).toEqual(JSON.parse(after));
      }),
    );
  });

  test('and connecting twice is connecting once [install.connect]', () => {
    fc.assert(fc.property(configText, ({ text }) => expect(connected(connected(text))).toBe(connected(text))));
  });

  test('stays as it is when one of ours stands before it [install.connect]', () => {
    const first =
      '{\r\n\t"mcpServers": {\r\n\t\t"blog-publisher": {"command":"/n","args":["/w/servers/blog-publisher/dist/main.js"]},\r\n\t\t"files": {}\r\n\t}\r\n}';
    expect(disconnected(first)).toBe('{\r\n\t"mcpServers": {\r\n\t\t"files": {}\r\n\t}\r\n}');
  });
});

describe('one property', () => {
  test.each([
    ['{}', '{\n  "k": 1\n}'],
    ['{ }', '{\n  "k": 1\n }'],
    ['{\n}', '{\n  "k": 1\n}'],
    ['{"a":{}}', '{"a":{},"k":1}'],
    ['{\n\t"a": 2\n}', '{\n\t"a": 2,\n\t"k": 1\n}'],
    ['{\n"a": 2\n}', '{\n"a": 2,\n"k": 1\n}'],
    ['{"a": 2,\n   "b": 3}', '{"a": 2,\n   "b": 3,\n   "k": 1}'],
  ])('is put into %j in its manner', (before, after) => {
    expect(withProperty(before, [], 'k', 1)).toBe(after);
    expect(JSON.parse(withoutProperty(after, [], 'k'))).toEqual(JSON.parse(before));
  });

  test('takes the place of its former value alone', () => {
    expect(withProperty('{ "k" : [1 ,2] , "a":0}', [], 'k', [])).toBe('{ "k" : [] , "a":0}');
    expect(withoutProperty('{"a":1}', [], 'k')).toBe('{"a":1}');
  });
});
