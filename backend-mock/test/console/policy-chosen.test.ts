import { describe, expect, test } from '@jest/globals';
import { matchChosen } from '../../src/console/pages/policy-chosen.ts';
import { PACK, POLICY } from './policy-texts.ts';

const chosen = { file: 'development.yaml', policy: POLICY, packs: { 'crm.yaml': PACK } };

describe('files that a browser chose [policy-page.files]', () => {
  test('are put together as the policy names them', () => {
    expect(matchChosen(chosen)).toEqual({
      text: { file: 'development.yaml', policy: POLICY, packs: { 'risk/crm.yaml': PACK } },
      packs: { 'risk/crm.yaml': 'crm.yaml' },
      problems: [],
      unused: [],
    });
  });

  test('that are missing are named, and those that nobody names are left out', () => {
    const { text, problems, unused } = matchChosen({ ...chosen, packs: { 'blog.yaml': PACK } });
    expect(text.packs).toEqual({});
    expect(problems).toEqual(['The policy names the risk pack risk/crm.yaml: choose the file crm.yaml as well.']);
    expect(unused).toEqual(['blog.yaml']);
  });

  test('that have one name in two folders cannot be told apart, and it is said', () => {
    const policy = POLICY.replace('[risk/crm.yaml]', '[risk/crm.yaml, other/crm.yaml]');
    expect(matchChosen({ ...chosen, policy }).problems).toEqual([
      'risk/crm.yaml and other/crm.yaml cannot be told apart here: rename one, so that not both are crm.yaml.',
    ]);
  });

  test.each(['Policy.yaml', '../policy.yaml', ' .yaml'])('with the name "%s" are no policy', (file) => {
    expect(matchChosen({ ...chosen, file }).problems).toEqual([
      `${file} cannot be the name of a policy: lower-case letters, digits, ".", "_", "-".`,
    ]);
  });

  test('that are too large are named', () => {
    const policy = `${POLICY}#${' '.repeat(300 * 1024)}`;
    const pack = `${PACK}#${' '.repeat(300 * 1024)}`;
    const { problems } = matchChosen({ ...chosen, policy, packs: { 'crm.yaml': pack } });
    expect(problems).toMatchObject([
      expect.stringMatching(/^development\.yaml: /),
      expect.stringMatching(/^risk\/crm\.yaml: /),
    ]);
  });

  test('that are no policy have no packs: what is wrong is found in the file', () => {
    expect(matchChosen({ ...chosen, policy: 'rules: [' })).toMatchObject({ packs: {}, problems: [], unused: [] });
  });

  test.each(['__proto__', 'constructor'])('a pack called %s is nothing that everybody has', (name) => {
    const policy = POLICY.replace('risk/crm.yaml', 'constructor.yaml');
    const { packs } = matchChosen({ ...chosen, policy, packs: { [name]: PACK } });
    expect(packs).toEqual({});
  });
});
