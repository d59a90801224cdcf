/** Runs in the backend's process before its own code: writes down the address of every module that it loads. */
import { appendFileSync } from 'node:fs';
import module from 'node:module';

const { DEPUTIES_TEST_LOADED: file } = process.env;
// What the start runs before itself, a build for example, inherits this, and may run on an older Node.
if (file !== undefined && process.argv[2] === 'start') {
  module.registerHooks({
    load(url, context, next) {
      appendFileSync(file, `${url}\n`);
      return next(url, context);
    },
  });
}
