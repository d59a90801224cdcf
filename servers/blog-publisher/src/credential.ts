import { randomBytes, randomUUID } from 'node:crypto';
import { isCode, makeProblem, type JsonObject } from '@narrow-deputies/contracts';
import { Refusal } from '@narrow-deputies/server-kit';
import {
  keyThumbprint,
  OPERATION_PROFILE,
  privateKeyFromSeed,
  publicJwk,
  signClientAssertion,
  signRequest,
  type ApiToken,
  type SignedMessage,
} from '@narrow-deputies/signing';
import * as z from 'zod';

/** The answer of the token endpoint as it came in. `date` is the response's `Date`, where it had one. */
export interface TokenReply {
  readonly status: number;
  readonly date: string | undefined;
  readonly body: string;
}
export type PostForm = (url: string, form: URLSearchParams) => Promise<TokenReply>;

/** What this process can prove with its token; the token itself stays in here. */
export interface Credential {
  /**
   * A grant that is good for at least 30 s; `fresh` says that it was fetched just now. `host` is this process's own word
   * about its surroundings. Throws a `Refusal`.
   */
  grant(host: JsonObject): Promise<{ accessToken: string; fresh: boolean }>;
  /** Drops the grant, so that the next one is fetched, with the backend's time. */
  forget(): void;
  /** Signs with a nonce of its own; `signature-input` and `signature`. */
  sign(message: SignedMessage): Record<string, string>;
}

const SIGNATURE_LIFETIME = 30;
/** Seconds before its end at which a grant counts as spent. */
const MARGIN = 30;
/** `Date` has whole seconds: less than this is no offset. */
const SMALLEST_OFFSET = 2;

const tokenAnswer = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });
const tokenError = z.object({ code: z.string().optional(), auditId: z.string().optional() });

export function createCredential(token: ApiToken, backendUrl: string, postForm: PostForm): Credential {
  const { clientId, environment } = token;
  const key = privateKeyFromSeed(token.seed);
  token.seed.fill(0);
  const keyid = keyThumbprint(publicJwk(key));
  const audience = `${backendUrl}/${environment}`;
  const runId = randomUUID();
  let offset = 0;
  let cached: { accessToken: string; until: number } | undefined;
  let fetching: Promise<string> | undefined;

  const now = (): number => Math.floor(Date.now() / 1000) + offset;

  const ask = (host: JsonObject): Promise<TokenReply> => {
    const form = new URLSearchParams({
      grant_type: 'client_credentials',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: signClientAssertion({ clientId, audience, jti: randomUUID(), now: now(), host }, keyid, key),
      run_id: runId,
    });
    return postForm(`${backendUrl}/oauth/token`, form);
  };

  /** @returns whether the clock was set anew. */
  const takeOffset = (date: string | undefined): boolean => {
    const theirs = date === undefined ? Number.NaN : Date.parse(date) / 1000;
    const found = theirs - Math.floor(Date.now() / 1000);
    if (Number.isNaN(found) || Math.abs(found - offset) < SMALLEST_OFFSET) return false;
    offset = found;
    return true;
  };

  const fetchGrant = async (host: JsonObject): Promise<string> => {
    let reply = await ask(host);
    if (takeOffset(reply.date) && reply.status !== 200) reply = await ask(host);
    const answer = reply.status === 200 ? tokenAnswer.safeParse(json(reply.body)).data : undefined;
    if (answer === undefined) throw refusalOf(reply);
    const { access_token: accessToken, expires_in: lifetime } = answer;
    cached = { accessToken, until: performance.now() + (lifetime - MARGIN) * 1000 };
    return accessToken;
  };

  return {
    async grant(host) {
      if (cached !== undefined && performance.now() < cached.until) {
        return { accessToken: cached.accessToken, fresh: false };
      }
      fetching ??= fetchGrant(host).finally(() => {
        fetching = undefined;
      });
      return { accessToken: await fetching, fresh: true };
    },
    forget() {
      cached = undefined;
    },
    sign(message) {
      const created = now();
      const nonce = randomBytes(16).toString('base64url');
      const parameters = { created, expires: created + SIGNATURE_LIFETIME, nonce, keyid };
      return signRequest(OPERATION_PROFILE, message, parameters, key);
    },
  };
}

/** What goes over by itself; the code's own words say so. */
const PASSING: ReadonlySet<string> = new Set(['unavailable', 'audit_unavailable', 'rate_limited']);

function refusalOf({ status, body }: TokenReply): Refusal {
  const { code, auditId } = tokenError.safeParse(json(body)).data ?? {};
  const known = isCode(code) ? code : status === 400 || status === 401 ? 'unauthenticated' : 'unavailable';
  const detail = 'The admin backend gave this server no grant. A person has to look at its token; do not try again.';
  const parts = PASSING.has(known) ? {} : { detail };
  return new Refusal(makeProblem(known, { ...parts, ...(auditId === undefined ? {} : { auditId }) }), 'backend');
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
