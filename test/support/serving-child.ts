import { startBackend } from '@narrow-deputies/backend-mock';
import { TEST_LOG_KEY } from '../../backend-mock/test/support/log-key.ts';

/** Serves the store and by the policy that are its arguments, in a process of its own: says where, and ends with its input. */
const backend = await startBackend({
  environment: 'development',
  database: process.argv[2] ?? '',
  policy: process.argv[3],
  port: 0,
  consolePort: 0,
  logKey: TEST_LOG_KEY,
  logLevel: 'silent',
});
process.stdout.write(`${backend.backendUrl}\n`);
process.stdin.resume();
process.stdin.once('end', () => {
  backend.close().catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exitCode = 1;
  });
});
