/** The same as in package.json, which a lone copy of the bundle does not have beside it. */
export const NAME = 'blog-publisher';
export const VERSION = '0.1.0';
