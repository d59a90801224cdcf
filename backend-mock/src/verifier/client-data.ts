import * as z from 'zod';

/** What a browser says of the page that asked (WebAuthn Level 3, section 5.8.1), as far as it is read. */
export interface ClientData {
  readonly challenge: string;
  readonly origin: string;
}

// `topOrigin` is there only for a page in somebody else's frame, where nobody signs anything.
const schema = z.object({
  challenge: z.string(),
  origin: z.url({ protocol: /^https?$/ }),
  crossOrigin: z.literal(false).optional(),
  topOrigin: z.never().optional(),
});

// The mark is kept, so that JSON.parse refuses it.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads client data that any reader understands in the same way: UTF-8 without a byte-order mark, JSON as `JSON.stringify`
 * writes it, so that no member is there twice. Some systems put a backslash before each `/`; they may.
 *
 * @param type `webauthn.get` or `webauthn.create`.
 * @returns undefined for everything else, for another type, and for a page in a frame of another origin. Never throws.
 */
export function readClientData(bytes: Uint8Array, type: 'webauthn.get' | 'webauthn.create'): ClientData | undefined {
  try {
    const text = utf8.decode(bytes);
    const value = JSON.parse(text) as { readonly type?: unknown } | null;
    if (value?.type !== type || JSON.stringify(value) !== text.replaceAll(String.raw`\/`, '/')) return undefined;
    const { challenge, origin } = schema.parse(value);
    return { challenge, origin };
  } catch {
    return undefined;
  }
}
