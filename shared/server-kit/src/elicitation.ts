import type { McpServer } from '@modelcontextprotocol/server';
import type { PendingAnswer } from '@narrow-deputies/contracts';

/** Milliseconds after which the offer is withdrawn; the link in the answer stays good. */
const OFFER_LIFETIME = 5 * 60_000;
const REMEMBERED_OFFERS = 64;

/**
 * Offers a pending plan's link through URL-mode elicitation (MCP 2025-11-25, client/elicitation), where the client declared
 * it, once per plan. Nobody waits for the outcome: it proves nothing, as only the backend knows who approved. Revision
 * 2026-07-28 has no request from server to client: it would hold the pending answer back for a second round trip, so there
 * the link in the answer is the offer.
 */
export function createOffers(server: McpServer): (pending: PendingAnswer) => void {
  const offered = new Set<string>();
  return ({ planId, approvalUrl }) => {
    if (!acceptsLinks(server) || offered.has(planId) || offered.size >= REMEMBERED_OFFERS) return;
    offered.add(planId);
    const message = 'A plan waits for your decision. Open the page to see exactly what it would change.';
    server.server
      .elicitInput({ mode: 'url', message, url: approvalUrl, elicitationId: planId }, { timeout: OFFER_LIFETIME })
      .catch(() => undefined);
  };
}

function acceptsLinks(server: McpServer): boolean {
  const revision = server.server.getNegotiatedProtocolVersion();
  return revision === '2025-11-25' && server.server.getClientCapabilities()?.elicitation?.url !== undefined;
}
