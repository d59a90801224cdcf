import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { histogramsIn, spansIn, type ReceivedHistogram, type ReceivedSpan } from './otlp.ts';

interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A collector as far as its senders can tell: it takes everything over OTLP/HTTP and keeps it. */
export class OtlpReceiver {
  readonly received: Received[] = [];
  readonly #server: Server;
  #answers = true;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#take(request, response).catch((error: Error) => response.destroy(error));
    });
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    this.received.push({ path: request.url ?? '', headers: request.headers, body });
    if (this.#answers) response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
  }

  static async start(): Promise<OtlpReceiver> {
    const receiver = new OtlpReceiver();
    await new Promise<void>((resolve) => receiver.#server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What a process is given so that it sends here, each span at once. */
  get environment(): Record<string, string> {
    return { OTEL_EXPORTER_OTLP_ENDPOINT: this.url, OTEL_BSP_SCHEDULE_DELAY: '1' };
  }

  get spans(): ReceivedSpan[] {
    return this.received.filter(({ path }) => path === '/v1/traces').flatMap(({ body }) => spansIn(body));
  }

  get histograms(): ReceivedHistogram[] {
    return this.received.filter(({ path }) => path === '/v1/metrics').flatMap(({ body }) => histogramsIn(body));
  }

  /** Everything that came, as text in which a secret would be seen. */
  get everything(): string {
    return this.received
      .map(({ path, headers, body }) => `${path} ${JSON.stringify(headers)} ${body.toString('latin1')}`)
      .join('\n');
  }

  /** From now on requests come in and are left without an answer. */
  takeNothing(): void {
    this.#answers = false;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
