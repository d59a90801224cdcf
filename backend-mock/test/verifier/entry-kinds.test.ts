import { expect, test } from '@jest/globals';
import { PEOPLE_ACTIONS } from '../../src/people/actions/index.ts';
import { isSignedAct } from '../../src/verifier/entry-kinds.ts';

test('the verifier looks for the signature of every action that changes anything, and of no other [verify.acts]', () => {
  const signed = PEOPLE_ACTIONS.filter(({ name }) =>
    isSignedAct({ tool: `people.${name}`, kind: 'person', outcome: 'succeeded' }),
  );
  expect(signed.map(({ name }) => name)).toEqual(
    PEOPLE_ACTIONS.filter(({ reads }) => reads !== true).map(({ name }) => name),
  );
  expect(signed.length).toBeGreaterThan(10);
});

test('what was refused, and what nobody signs, has none [verify.acts]', () => {
  expect(isSignedAct({ tool: 'people.approve', kind: 'person', outcome: 'refused' })).toBe(false);
  expect(isSignedAct({ tool: 'people.enrol_first', kind: 'system', outcome: 'succeeded' })).toBe(false);
  for (const tool of ['people.sign_in', 'people.sign_out']) {
    expect(isSignedAct({ tool, kind: 'person', outcome: 'succeeded' })).toBe(false);
  }
});
