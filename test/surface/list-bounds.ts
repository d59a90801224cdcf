/** Ten tools need more than five. */
const LARGER: Readonly<Record<string, number>> = { 'ticket-handler': 6144 };

/** Most bytes of a server's names, descriptions and input schemas: what every conversation pays for. */
export const listMaxBytes = (server: string): number => LARGER[server] ?? 4096;
