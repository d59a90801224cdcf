import { describe, expect, test } from '@jest/globals';
import { publicConsoleOrigin, publicOrigin } from '../../src/start/public-origin.ts';

const NAME = 'DEPUTIES_PUBLIC_ORIGIN';

describe('the public origin [person.environments]', () => {
  test.each([
    ['https://approve.example.com', 'https://approve.example.com'],
    ['https://approve.example.com/', 'https://approve.example.com'],
    ['https://approve.example.com:8443', 'https://approve.example.com:8443'],
    ['http://localhost:4181', 'http://localhost:4181'],
    ['http://127.0.0.1:4180', 'http://127.0.0.1:4180'],
  ])('%s is %s', (text, origin) => {
    expect(publicOrigin(text, NAME)).toBe(origin);
  });

  test('is left to the process where nothing is set', () => {
    expect([publicOrigin(undefined, NAME), publicOrigin('', NAME)]).toEqual([undefined, undefined]);
  });

  test.each([
    'http://approve.example.com',
    'approve.example.com',
    'https://approve.example.com/console',
    'https://approve.example.com?x=1',
    'https://approve.example.com#x',
    'https://ann:secret@approve.example.com',
    'https://APPROVE.example.com',
    'ftp://localhost',
    'javascript:alert(1)',
    ' https://approve.example.com',
  ])('is not %s', (text) => {
    expect(() => publicOrigin(text, NAME)).toThrow(NAME);
  });

  test.each(['https://192.0.2.1', 'http://127.0.0.1:4181', 'http://[::1]:4181'])('of the console is not %s', (text) => {
    expect(() => publicConsoleOrigin(text, NAME)).toThrow('name');
  });
});
