/** The same as in package.json, which a lone copy of the bundle does not have beside it. */
export const NAME = 'crm-reader';
export const VERSION = '0.1.0';
