const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/**
 * An origin that something else than this process answers for: a proxy that ends TLS.
 *
 * @param text `https://host[:port]`; http only on loopback.
 * @param variable where the text stands, for the message.
 * @returns the origin without a trailing slash, or undefined where there is no text.
 * @throws Error for the person who started the process.
 */
export function publicOrigin(text: string | undefined, variable: string): string | undefined {
  if (text === undefined || text === '') return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || ![url.origin, `${url.origin}/`].includes(text)) {
    throw new Error(`${variable} is an origin and nothing else, like "https://approve.example.com".`);
  }
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && LOOPBACK.includes(url.hostname));
  if (!isSafe) throw new Error(`${variable} begins with "https://"; "http://" is for this machine alone.`);
  return url.origin;
}

/**
 * The same for the console. A passkey belongs to a name (WebAuthn Level 3, section 4, "RP ID"): an address will not do.
 */
export function publicConsoleOrigin(text: string | undefined, variable: string): string | undefined {
  const origin = publicOrigin(text, variable);
  if (origin !== undefined && /^(\d+\.){3}\d+$|^\[/.test(new URL(origin).hostname)) {
    throw new Error(`${variable} has a name, not an address: passkeys belong to a name ("http://localhost:4181").`);
  }
  return origin;
}
