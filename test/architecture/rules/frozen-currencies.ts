import { everywhere, type Rule } from '../rule.ts';

/** The digits of an amount come from the table in shared/contracts: what Node says of a currency changes with its version. */
export const frozenCurrencies: Rule = {
  requirement: 'nothing asks Node which currencies there are, or how many digits they have',
  applies: everywhere,
  inspect: ({ facts }) => [
    undefined,
    ...Array.from({ length: facts.currencyQuestions }, () => 'asks Node about currencies'),
  ],
  brokenTwins: {
    'a number format': {
      'shared/contracts/src/extra.ts': "export const format = new Intl.NumberFormat('en');",
    },
    'taken apart': { 'backend-mock/src/extra.ts': 'const { NumberFormat: by } = Intl; by();' },
    'in brackets': { 'backend-mock/src/extra.ts': "export const format = Intl['NumberFormat'];" },
    'the list of currencies': {
      'servers/alpha/src/extra.ts': "export const codes = Intl.supportedValuesOf('currency');",
    },
    'a number by its own method': {
      'backend-mock/src/extra.ts':
        "export const text = (1).toLocaleString('en', { style: 'currency', currency: 'IDR' });",
    },
  },
};
