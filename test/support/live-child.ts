import { startBackend } from '@narrow-deputies/backend-mock';
import { TEST_LOG_KEY } from '../../backend-mock/test/support/log-key.ts';

/**
 * Serves the store that is its first argument in a process of its own, to pages that are seen to all the time; says where,
 * and ends with its input. With `broken` as the second argument nobody handles it when the look at the sessions fails.
 */
interface Looking {
  prototype: { beat: () => Promise<boolean> };
}

const reject = (): Promise<never> => Promise.reject(new Error('nobody handles this'));

if (process.argv[3] === 'broken') {
  const file = new URL('../../backend-mock/dist/console/live-streams.js', import.meta.url).href;
  const { LiveStreams } = (await import(file)) as { LiveStreams: Looking };
  const { beat } = LiveStreams.prototype;
  LiveStreams.prototype.beat = async function broken(this: object) {
    if (await beat.call(this)) return true;
    // oxlint-disable-next-line typescript/no-floating-promises -- this is the fault
    reject();
    return false;
  };
}
const backend = await startBackend({
  environment: 'development',
  database: process.argv[2] ?? '',
  port: 0,
  consolePort: 0,
  logKey: TEST_LOG_KEY,
  logLevel: 'silent',
  liveTimes: { lookMs: 50, beatMs: 50, retryMs: 50 },
});
process.stdout.write(`${JSON.stringify({ consoleUrl: backend.consoleUrl, backendUrl: backend.backendUrl })}\n`);
process.stdin.resume();
process.stdin.once('end', () => process.exit(0));
