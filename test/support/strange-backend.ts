import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { decodeJwt } from 'jose';

/** How a backend may answer that is not well. */
export type Strangeness = 'silence' | 'html' | 'html-error' | 'redirect' | 'cut' | 'huge' | 'nonsense' | 'empty';

/** One request as it came in. */
export interface Received {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface StrangeOptions {
  /** Which requests are answered strangely; the others as by a good backend that knows no draft. */
  readonly when: (path: string) => boolean;
  readonly how: Strangeness;
  /** How far this backend's clock is ahead, in milliseconds; it judges times as the real one does. */
  readonly aheadMs?: number;
  /** Left out: any free one. */
  readonly port?: number;
}

const SIGNATURE_S = 60;
const SKEW_S = 5;

/** A backend that misbehaves as it is told, on a port of its own. */
export class StrangeBackend {
  readonly url: string;
  readonly received: Received[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async start(options: StrangeOptions): Promise<StrangeBackend> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
    const backend = new StrangeBackend(server);
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      backend.#answer(request, response, options).catch(() => response.destroy());
    });
    return backend;
  }

  async #answer(request: IncomingMessage, response: ServerResponse, options: StrangeOptions): Promise<void> {
    const path = request.url ?? '';
    const body = await text(request);
    this.received.push({ path, headers: request.headers, body });
    const now = Date.now() + (options.aheadMs ?? 0);
    response.setHeader('date', new Date(now).toUTCString());
    if (options.when(path)) misbehave(response, options.how, this.url);
    else answerWell(response, path, request.headers, body, Math.floor(now / 1000));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

function misbehave(response: ServerResponse, how: Strangeness, url: string): void {
  const json = { 'content-type': 'application/json' };
  const html = { 'content-type': 'text/html' };
  switch (how) {
    case 'silence':
      return;
    case 'html':
      response.writeHead(200, html).end('<h1>Welcome to the proxy</h1>');
      return;
    case 'html-error':
      response.writeHead(502, html).end('<h1>Bad Gateway</h1>');
      return;
    case 'redirect':
      response.writeHead(307, { location: `${url}/elsewhere` }).end();
      return;
    case 'cut':
      response.writeHead(200, { ...json, 'content-length': '1000' });
      response.write('{"drafts":[', () => response.destroy());
      return;
    case 'huge':
      response.writeHead(200, json);
      response.end(`{"drafts":"${'x'.repeat(4 * 1024 * 1024)}"}`);
      return;
    case 'nonsense':
      response.writeHead(200, json).end('{"drafts":[{"filename":7}],"access_token":7,"receipt":[]}');
      return;
    case 'empty':
      response.writeHead(204).end();
  }
}

const problem = (response: ServerResponse, code: string): void => {
  const body = { type: 'about:blank', title: code, status: 401, detail: code, code, retryable: false, auditId: 'none' };
  response.writeHead(401, { 'content-type': 'application/problem+json' }).end(JSON.stringify(body));
};

/** Judges nothing but times. */
function answerWell(
  response: ServerResponse,
  path: string,
  headers: IncomingMessage['headers'],
  body: string,
  now: number,
): void {
  const json = { 'content-type': 'application/json' };
  if (path === '/oauth/token') {
    const { exp = 0 } = decodeJwt(new URLSearchParams(body).get('client_assertion') ?? '');
    const isTimely = now <= exp + SKEW_S && exp - now <= SIGNATURE_S + SKEW_S;
    if (isTimely) response.writeHead(200, json).end('{"access_token":"a.b.c","token_type":"Bearer","expires_in":300}');
    else problem(response, 'signature_expired');
    return;
  }
  const created = Number(/;created=(\d+)/.exec(String(headers['signature-input']))?.[1]);
  if (Math.abs(now - created) > SIGNATURE_S) problem(response, 'signature_expired');
  else response.writeHead(path === '/v1/refusals' ? 202 : 200, json).end('{"drafts":[]}');
}
