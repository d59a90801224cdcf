/** Runs in the backend's process before its own code: writes down the address of every module that it loads. */
import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

const { DEPUTIES_TEST_LOADED: file } = process.env;
if (file !== undefined && process.argv[2] === 'start') {
  registerHooks({
    load(url, context, next) {
      appendFileSync(file, `${url}\n`);
      return next(url, context);
    },
  });
}
