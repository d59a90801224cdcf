import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from './refusal.ts';

/**
 * Refuses requests that came by another name than this service's own (a page of a foreign site whose name was pointed at
 * loopback) and, on anything but reading, requests that a browser sent for a page. Signatures do not need this; what is
 * public does.
 *
 * @param ownOrigin the public origin, once it is known.
 * @param pages whether the service's own pages send requests; then those, and no others, may change anything.
 */
export function guardAddress(
  fastify: FastifyInstance,
  ownOrigin: () => string,
  { pages }: { readonly pages: boolean },
): void {
  // oxlint-disable-next-line typescript/require-await -- Fastify tells hooks apart by what they return
  fastify.addHook('onRequest', async (request) => {
    // A balancer asks each process by its own address; the answer is no secret and changes nothing.
    if (!pages && request.method === 'GET' && request.url === '/health') return;
    const { host, origin } = request.headers;
    if (host === undefined || !ownHosts(request, ownOrigin()).includes(host.toLowerCase())) {
      throw new Refusal('malformed_request', { detail: 'The header "host" is this service\'s own address.' });
    }
    const isRead = ['GET', 'HEAD'].includes(request.method);
    if (pages && !isRead && !request.is404 && origin !== ownOrigin()) {
      throw new Refusal('malformed_request', { detail: "This address takes requests from the console's own pages." });
    }
    if (!pages && origin !== undefined && !isRead) {
      throw new Refusal('malformed_request', { detail: 'This address is not for browsers: send no header "origin".' });
    }
  });
}

/** The public name, and loopback by each of its names on the port that the request came in on. */
function ownHosts(request: FastifyRequest, ownOrigin: string): string[] {
  const port = request.socket.localPort;
  return [new URL(ownOrigin).host, `127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];
}
