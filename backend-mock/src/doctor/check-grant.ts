import { randomUUID } from 'node:crypto';
import {
  keyThumbprint,
  privateKeyFromSeed,
  publicJwk,
  signClientAssertion,
  type ApiToken,
} from '@narrow-deputies/signing';
import * as z from 'zod';
import { ASSERTION_TYPE } from '../grants/token-request.ts';
import { profileOf } from '../grants/server-profiles.ts';
import type { Reached } from './check-backend.ts';
import { fail, ok, warn, type Finding } from './finding.ts';

const TIMEOUT_MS = 10_000;
const granted = z.object({ access_token: z.string(), scope: z.string() });
const refused = z.object({ code: z.string(), error_description: z.string().max(300) });

/** What helps against each code of the token endpoint. */
const ADVICE: Readonly<Record<string, string>> = {
  unauthenticated:
    'Run "npm run deputies -- token mint <server> --save", then "npm run deputies -- connect claude-desktop", and restart the host.',
  wrong_environment: 'Token and backend belong to different environments: use the token that this backend gave out.',
  signature_expired: "Set this machine's clock.",
  suspended: 'An administrator suspended this credential: ask them.',
  rate_limited: 'Wait a minute and look again.',
};

/** Asks for one grant, as the server would. The backend records it like any other; the grant itself is dropped. */
export async function checkGrant(server: string, token: ApiToken, reached: Reached): Promise<Finding> {
  const name = `${server}: grant`;
  const response = await ask(token, reached);
  if (!response) {
    return fail(name, `${reached.backendUrl}/oauth/token does not answer`, 'Look at what the backend prints.');
  }
  const answer: unknown = await response.json().catch(() => undefined);
  const success = granted.safeParse(answer);
  if (response.ok && success.success) return judgeScopes(name, server, success.data.scope.split(' '));
  const { data: problem } = refused.safeParse(answer);
  if (!problem) {
    return fail(name, `the token endpoint answers with status ${response.status}`, 'Look at what the backend prints.');
  }
  const advice = ADVICE[problem.code] ?? 'Look at "npm run deputies -- audit list".';
  return fail(name, `${problem.code}: ${problem.error_description}`, advice.replace('<server>', server));
}

function ask(token: ApiToken, { backendUrl, ahead }: Reached): Promise<Response | undefined> {
  const key = privateKeyFromSeed(token.seed);
  const audience = `${backendUrl}/${token.environment}`;
  // A wrong clock is a finding of its own; a server corrects it too, so that it hides nothing about the token.
  const now = Math.floor((Date.now() - ahead) / 1000);
  const claims = { clientId: token.clientId, audience, jti: randomUUID(), now };
  return fetch(`${backendUrl}/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: signClientAssertion(claims, keyThumbprint(publicJwk(key)), key),
    }),
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  }).catch(() => undefined);
}

function judgeScopes(name: string, server: string, scopes: readonly string[]): Finding {
  const missing = (profileOf(server)?.agents[0].scopes ?? []).filter((scope) => !scopes.includes(scope));
  if (missing.length === 0) return ok(name, `the backend gives one, for ${scopes.length} tools`);
  return warn(
    name,
    `the backend gives one, but it does not cover ${missing.join(', ')}`,
    'If that is not meant, mint a token that does: "npm run deputies -- token mint".',
  );
}
