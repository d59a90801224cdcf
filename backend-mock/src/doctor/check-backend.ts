import * as z from 'zod';
import { clockDifference, judgeClock } from './clock-difference.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

const TIMEOUT_MS = 5_000;
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;
const healthAnswer = z.object({
  status: z.enum(['ok', 'degraded']),
  environment: z.string(),
  log: z.array(z.string()).default([]),
});
const LOG_ADVICE: Readonly<Record<string, string>> = {
  rows_refused: 'Somebody put rows into the store. "deputies audit list" names them; see docs/audit.md.',
  entries_missing: 'Somebody took entries out of the store. "deputies audit list" names them; see docs/audit.md.',
  standing_still: 'Entries get no place in the log. The log of the backend says why; see docs/audit.md.',
};
const START = 'Start the backend with "npm start"; if it runs, compare its address with DEPUTY_BACKEND_URL.';

/** A backend that answered. */
export interface Reached {
  readonly backendUrl: string;
  readonly environment: string;
  /** Milliseconds that this machine is ahead of the backend, at least; negative = behind. */
  readonly ahead: number;
}

/** Why an address cannot be the backend's, in the words of a server that would refuse it; undefined when it can. */
function addressFault(value: string | undefined): string | undefined {
  if (value === undefined || value === '') return 'is not set';
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !['http:', 'https:'].includes(url.protocol)) return 'is not a http or https address';
  if (url.origin !== value) return 'is not an origin: scheme, host and port, without a slash at the end';
  if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) return 'has to use https for another machine';
  return undefined;
}

/** `GET /health`, and what its `Date` says about the two clocks. */
export async function checkBackend(
  server: string,
  backendUrl: string | undefined,
): Promise<{ findings: Finding[]; reached: Reached | undefined }> {
  const name = `${server}: backend`;
  const clock = `${server}: clock`;
  const fault = addressFault(backendUrl);
  if (backendUrl === undefined || fault !== undefined) {
    const advice = 'Set DEPUTY_BACKEND_URL to what "npm start" prints as the agents\' API.';
    return { findings: [fail(name, `DEPUTY_BACKEND_URL ${fault ?? 'is not set'}`, advice)], reached: undefined };
  }
  const sentAt = Date.now();
  const response = await fetch(`${backendUrl}/health`, {
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch(() => undefined);
  const receivedAt = Date.now();
  if (!response) {
    const unknown = warn(clock, 'not compared: the backend cannot be reached', 'See above.');
    return { findings: [fail(name, `${backendUrl} cannot be reached`, START), unknown], reached: undefined };
  }
  const health = healthAnswer.safeParse(await response.json().catch(() => undefined));
  const difference = clockDifference(response.headers.get('date') ?? '', sentAt, receivedAt);
  const clockFinding = judgeClock(clock, difference);
  if (!response.ok || !health.success) {
    const found = `${backendUrl} answers with status ${response.status}, not as a healthy backend does`;
    return { findings: [fail(name, found, START), clockFinding], reached: undefined };
  }
  const { environment, log } = health.data;
  const troubles = log.map((trouble) =>
    fail(`${server}: audit log`, trouble.replaceAll('_', ' '), LOG_ADVICE[trouble] ?? 'See docs/audit.md.'),
  );
  return {
    findings: [ok(name, `${backendUrl} answers (${environment})`), ...troubles, clockFinding],
    reached: { backendUrl, environment, ahead: difference ?? 0 },
  };
}
