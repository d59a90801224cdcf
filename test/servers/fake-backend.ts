import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { refusalReport, type JsonObject, type JsonValue, type RefusalReport } from '@narrow-deputies/contracts';
import * as z from 'zod';

/** Just enough of a backend, on a port of its own, for a server in another process. */
export interface FakeBackend {
  readonly url: string;
  /** The `traceparent` of each request that had one, by its path, in their order. */
  readonly traceparents: (readonly [path: string, traceparent: string])[];
  /** The next refusal that is reported. */
  nextRefusal(): Promise<RefusalReport>;
  close(): void;
}

/** @param replies - by the path of the operation. */
export async function startFakeBackend(
  replies: Readonly<Record<string, (body: JsonValue) => JsonObject>>,
): Promise<FakeBackend> {
  const traceparents: [string, string][] = [];
  let onRefusal: ((report: RefusalReport) => void) | undefined;
  const answerTo = (path: string, body: string): [number, unknown] => {
    if (path === '/oauth/token') return [200, { access_token: 'grant-1', token_type: 'Bearer', expires_in: 300 }];
    if (path === '/v1/refusals') {
      onRefusal?.(refusalReport.parse(JSON.parse(body)));
      return [202, {}];
    }
    const reply = replies[path];
    return reply === undefined ? [404, {}] : [200, reply(JSON.parse(body) as JsonValue)];
  };
  const reply = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { traceparent } = request.headers;
    if (typeof traceparent === 'string') traceparents.push([request.url ?? '', traceparent]);
    const [status, body] = answerTo(request.url ?? '', await text(request));
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const server = createServer((request, response) => {
    reply(request, response).catch(() => response.writeHead(500).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = z.object({ port: z.int() }).parse(server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    traceparents,
    nextRefusal: () => new Promise((resolve) => (onRefusal = resolve)),
    close: () => {
      server.close();
    },
  };
}
