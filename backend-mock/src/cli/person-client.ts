import { randomBytes, randomUUID, type KeyObject } from 'node:crypto';
import { problem, type JsonObject } from '@narrow-deputies/contracts';
import { canonicalize, contentDigest, PERSON_PROFILE, signRequest } from '@narrow-deputies/signing';
import { errorCode } from '../common/error-code.ts';
import { Failure } from './failure.ts';

const TIMEOUT_MS = 15_000;
const SIGNATURE_LIFE_S = 30;
const NO_CONNECTION: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** Sends one person's requests, each signed with their own key (WIRE.md, "People"). */
export class PersonClient {
  readonly #backendUrl: string;
  readonly #keyid: string;
  readonly #key: KeyObject;

  constructor(backendUrl: string, keyid: string, key: KeyObject) {
    this.#backendUrl = backendUrl;
    this.#keyid = keyid;
    this.#key = key;
  }

  /** @throws Failure with the problem's code and words. */
  async call(action: string, args: JsonObject): Promise<JsonObject> {
    const targetUri = `${this.#backendUrl}/people/${action}`;
    const body = canonicalize(args);
    let response: Response;
    try {
      response = await fetch(targetUri, {
        method: 'POST',
        headers: this.#headers(targetUri, body),
        body,
        redirect: 'error',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch (error) {
      throw new Failure('unavailable', this.#noAnswer(error));
    }
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.ok && answer !== null && typeof answer === 'object') return answer as JsonObject;
    const refused = problem.safeParse(answer);
    if (!refused.success) throw new Failure('unavailable', `${this.#backendUrl} did not answer as the backend does.`);
    const { code, detail, errors } = refused.data;
    throw new Failure(code, [detail, ...(errors ?? []).map((each) => `  ${each.pointer}: ${each.message}`)].join('\n'));
  }

  /** Only where no connection came about is it certain that nothing has happened. */
  #noAnswer(error: unknown): string {
    const cause = error instanceof Error ? errorCode(error.cause) : undefined;
    return cause !== undefined && NO_CONNECTION.has(cause)
      ? `The backend at ${this.#backendUrl} cannot be reached. Is "npm start" running?`
      : `The backend at ${this.#backendUrl} gave no answer: it is not known whether this happened. Look whether it did before you do it again.`;
  }

  #headers(targetUri: string, body: string): Record<string, string> {
    const headers = {
      'content-type': 'application/json',
      'content-digest': contentDigest(Buffer.from(body)),
      'idempotency-key': `"${randomUUID()}"`,
      traceparent: `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`,
    };
    const created = Math.floor(Date.now() / 1000);
    const parameters = {
      created,
      expires: created + SIGNATURE_LIFE_S,
      nonce: randomBytes(24).toString('base64url'),
      keyid: this.#keyid,
    };
    return {
      ...headers,
      ...signRequest(PERSON_PROFILE, { method: 'POST', targetUri, headers }, parameters, this.#key),
    };
  }
}
