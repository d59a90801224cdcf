/** The session's cookie, as strict as the origin allows: with TLS bound to host and path, and never sent without it. */
export interface SessionCookie {
  readonly name: string;
  /** A `set-cookie` value. */
  set(secret: string, maxAgeMs: number): string;
  clear(): string;
  /** @returns the secret, or undefined where there is none, or more than one. */
  read(header: string | undefined): string | undefined;
}

const ATTRIBUTES = 'Path=/; HttpOnly; SameSite=Strict';

/** @param origin the console's own, `https://…` or, on loopback, `http://localhost:…`. */
export function sessionCookie(origin: string): SessionCookie {
  const secure = origin.startsWith('https:');
  const name = secure ? '__Host-deputies' : 'deputies';
  const attributes = secure ? `${ATTRIBUTES}; Secure` : ATTRIBUTES;
  return {
    name,
    set: (secret, maxAgeMs) => `${name}=${secret}; Max-Age=${Math.floor(maxAgeMs / 1000)}; ${attributes}`,
    clear: () => `${name}=; Max-Age=0; ${attributes}`,
    read(header) {
      const values = (header ?? '')
        .split(';')
        .map((pair) => pair.trim())
        .filter((pair) => pair.startsWith(`${name}=`));
      const [value] = values;
      return values.length === 1 ? value?.slice(name.length + 1) : undefined;
    },
  };
}
