import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Context, JsonObject, RefusalReport } from '@narrow-deputies/contracts';
import {
  commitCreateTicketAnswer,
  commitRefundAnswer,
  commitReplyToCustomerAnswer,
  commitUpdateTicketAnswer,
  type getTicketArguments,
  getTicketOutput,
  type listTicketsArguments,
  listTicketsOutput,
  planCreateTicketAnswer,
  type planCreateTicketArguments,
  planRefundAnswer,
  type planRefundArguments,
  planReplyToCustomerAnswer,
  type planReplyToCustomerArguments,
  planUpdateTicketAnswer,
  type planUpdateTicketArguments,
} from '@narrow-deputies/contracts/tickets';
import type { Call } from '@narrow-deputies/server-kit';
import { canonicalize, contentDigest, type ApiToken } from '@narrow-deputies/signing';
import type * as z from 'zod';
import { notUnderstood, problemOf, readReply, unreachable, type Reply } from './answers.ts';
import { createCredential, type Credential } from './credential.ts';
import { errorCode } from './error-code.ts';
import { hostOf } from './host.ts';
import { NAME, VERSION } from './version.ts';

type Arguments<T extends z.ZodType> = z.output<T>;
type Answer<T extends z.ZodType> = Promise<z.output<T>>;

/** One method per operation; each throws a `Refusal` where it does not succeed. */
export interface Backend {
  listTickets(args: Arguments<typeof listTicketsArguments>, call: Call): Answer<typeof listTicketsOutput>;
  getTicket(args: Arguments<typeof getTicketArguments>, call: Call): Answer<typeof getTicketOutput>;
  planCreateTicket(
    args: Arguments<typeof planCreateTicketArguments>,
    call: Call,
  ): Answer<typeof planCreateTicketAnswer>;
  commitCreateTicket(args: { planId: string }, call: Call): Answer<typeof commitCreateTicketAnswer>;
  planUpdateTicket(
    args: Arguments<typeof planUpdateTicketArguments>,
    call: Call,
  ): Answer<typeof planUpdateTicketAnswer>;
  commitUpdateTicket(args: { planId: string }, call: Call): Answer<typeof commitUpdateTicketAnswer>;
  planReplyToCustomer(
    args: Arguments<typeof planReplyToCustomerArguments>,
    call: Call,
  ): Answer<typeof planReplyToCustomerAnswer>;
  commitReplyToCustomer(args: { planId: string }, call: Call): Answer<typeof commitReplyToCustomerAnswer>;
  planRefund(args: Arguments<typeof planRefundArguments>, call: Call): Answer<typeof planRefundAnswer>;
  commitRefund(args: { planId: string }, call: Call): Answer<typeof commitRefundAnswer>;
  /** Tells the backend what this server refused by itself. @param key - the same for each attempt at one report. */
  reportRefusal(report: RefusalReport, key: string, call: Call): Promise<void>;
}

/** Milliseconds for one attempt, from connecting to the last byte. */
const TIMEOUT = 10_000;
/** Milliseconds before a call is repeated that the backend could not take, or does not know the end of. */
const PAUSE = 250;
const RESPONSE_MAX_BYTES = 1024 * 1024;

/** What an attempt has of its own; `resends` = how many came before. */
interface Attempt {
  readonly key: string;
  readonly resends: number;
}

/** Nothing came back, so nothing is known about what the backend did. */
class NoReply extends Error {}

/** Talks to one backend with one token. Nothing is sent before the first call. */
export function createBackend({ backendUrl, token }: { backendUrl: string; token: ApiToken }): Backend {
  const send = createSender();
  const postForm = (url: string, form: URLSearchParams): Promise<Reply> =>
    send(url, { 'content-type': 'application/x-www-form-urlencoded' }, form.toString(), undefined);
  let made: Credential | undefined;
  const credential = (): Credential => (made ??= createCredential(token, backendUrl, postForm));

  const attempt = async (
    path: string,
    body: Buffer,
    { key, resends }: Attempt,
    call: Call,
  ): Promise<[Reply, boolean]> => {
    const { accessToken, fresh } = await credential().grant(hostOf(call));
    const targetUri = `${backendUrl}${path}`;
    const observed = call.observeRequest?.(targetUri, resends);
    const covered = {
      'content-type': 'application/json',
      'content-digest': contentDigest(body),
      authorization: `Bearer ${accessToken}`,
      'idempotency-key': `"${key}"`,
      traceparent: observed?.traceparent ?? call.traceparent,
    };
    const signature = credential().sign({ method: 'POST', targetUri, headers: covered });
    const headers = { ...covered, ...signature, 'user-agent': `${NAME}/${VERSION}` };
    try {
      const reply = await send(targetUri, headers, body, call.signal);
      observed?.end({ status: reply.status });
      return [reply, fresh];
    } catch (error) {
      observed?.end({ error: error instanceof NoReply ? errorCode(error.cause) : '' });
      throw error;
    }
  };

  /** One idempotency key for all attempts, a new nonce and signature for each, and one retry for each reason. */
  const post = async (path: string, args: JsonObject, call: Call, key: string = randomUUID()): Promise<Reply> => {
    const body = Buffer.from(canonicalize(args), 'utf8');
    const retried = new Set<string>();
    for (;;) {
      let reason: string;
      try {
        const [reply, fresh] = await attempt(path, body, { key, resends: retried.size }, call);
        const { code, retryable } = problemOf(reply)?.problem ?? {};
        const isStale = code === 'signature_expired' || (code === 'unauthenticated' && !fresh);
        const passes = reply.status === 503 && retryable === true;
        reason = passes ? 'busy' : (code ?? '');
        if (!(isStale || passes) || retried.has(reason) || call.signal.aborted) return reply;
        if (isStale) credential().forget();
        else await wait(PAUSE, undefined, { signal: call.signal }).catch(() => undefined);
      } catch (error) {
        if (!(error instanceof NoReply)) throw error;
        reason = 'no reply';
        if (retried.has(reason) || call.signal.aborted) throw unreachable(backendUrl);
      }
      retried.add(reason);
    }
  };

  const operation =
    <T>(context: Context, tool: string, answer: z.ZodType<T>) =>
    async (args: object, call: Call): Promise<T> =>
      readReply(await post(`/v1/${context}/${tool}`, args as JsonObject, call), answer);

  return {
    listTickets: operation('tickets', 'list_tickets', listTicketsOutput),
    getTicket: operation('tickets', 'get_ticket', getTicketOutput),
    planCreateTicket: operation('tickets', 'plan_create_ticket', planCreateTicketAnswer),
    commitCreateTicket: operation('tickets', 'commit_create_ticket', commitCreateTicketAnswer),
    planUpdateTicket: operation('tickets', 'plan_update_ticket', planUpdateTicketAnswer),
    commitUpdateTicket: operation('tickets', 'commit_update_ticket', commitUpdateTicketAnswer),
    planReplyToCustomer: operation('tickets', 'plan_reply_to_customer', planReplyToCustomerAnswer),
    commitReplyToCustomer: operation('tickets', 'commit_reply_to_customer', commitReplyToCustomerAnswer),
    planRefund: operation('tickets', 'plan_refund', planRefundAnswer),
    commitRefund: operation('tickets', 'commit_refund', commitRefundAnswer),
    async reportRefusal(report, key, call) {
      const reply = await post('/v1/refusals', { ...report } as JsonObject, call, key);
      if (reply.status !== 202) throw problemOf(reply) ?? notUnderstood();
    },
  };
}

type Send = (
  url: string,
  headers: Record<string, string>,
  body: Buffer | string,
  cancelled: AbortSignal | undefined,
) => Promise<Reply>;

async function load() {
  const { Agent, request } = await import('undici');
  return { request, dispatcher: new Agent({ maxResponseSize: RESPONSE_MAX_BYTES }) };
}

/** undici is loaded with the first request: what the wall refuses is answered without it. */
function createSender(): Send {
  let loaded: ReturnType<typeof load> | undefined;
  return async (url, headers, body, cancelled) => {
    const { request, dispatcher } = await (loaded ??= load());
    const timeout = AbortSignal.timeout(TIMEOUT);
    const signal = cancelled === undefined ? timeout : AbortSignal.any([timeout, cancelled]);
    try {
      const reply = await request(url, { method: 'POST', headers, body, signal, dispatcher });
      const { 'content-type': contentType, date } = reply.headers;
      return {
        status: reply.statusCode,
        contentType: typeof contentType === 'string' ? contentType : '',
        date: typeof date === 'string' ? date : undefined,
        body: await reply.body.text(),
      };
    } catch (error) {
      const isTooLarge = errorCode(error) === 'UND_ERR_RES_EXCEEDED_MAX_SIZE';
      throw isTooLarge ? notUnderstood() : new NoReply('', { cause: error });
    }
  };
}
