import type { IncomingMessage } from 'node:http';

/** Characters of a path (RFC 3986 section 3.3), with each `%` before two hexadecimal digits. */
const PATH = /^(?:\/(?:[\w\-.~!$&'()*+,;=:@]|%[\dA-Fa-f]{2})*)+$/;
const UNRESERVED = /^[\w\-.~]$/;
const ESCAPE = /%([\dA-Fa-f]{2})/g;
/** What browsers write into a query: anything visible of ASCII, but for what would begin a fragment. */
const QUERY = /^[!"$-~]*$/;
/** Paths whose declared text has nothing that could need an escape: what is signed there is compared byte by byte. */
const EXACT = /^\/(?:v1|people|oauth|acts|session|enrolment)(?:\/|$)/;

/**
 * Whether a request target (RFC 9112 section 3.2) is in its plain form, so that everybody who reads it reads the same: a path
 * and no more than a query after it, no empty or dot segment, and escapes only where a character needs one and all of them
 * make text. On routes that a program calls there are no escapes at all.
 *
 * @param target as it stood on the request line, in origin form.
 */
export function isPlainTarget(target: string): boolean {
  const at = target.indexOf('?');
  const [path, query] = at < 0 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)];
  if (!PATH.test(path) || !QUERY.test(query)) return false;
  const isAsWritten = path === '/' || path.slice(1).split('/').every(isSegment);
  if (!isAsWritten) return false;
  return !path.includes('%') || (!EXACT.test(path) && hasNeededEscapes(path));
}

const isSegment = (segment: string): boolean => segment !== '' && segment !== '.' && segment !== '..';

function hasNeededEscapes(path: string): boolean {
  for (const [, hex = ''] of path.matchAll(ESCAPE)) {
    const code = Number.parseInt(hex, 16);
    // Neither a separator nor what a second decoder would find an escape or a control character in.
    if (UNRESERVED.test(String.fromCodePoint(code)) || code < 0x21 || code === 0x7f || FORBIDDEN.has(code))
      return false;
  }
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

const FORBIDDEN: ReadonlySet<number> = new Set(Buffer.from(String.raw`%/\?#`));

/** Where a target goes that is not plain: no route has this name. */
const NOWHERE = '/not-in-plain-form';

/**
 * Turns request targets that are not in their plain form away before they are routed, so that a router's own decoding has
 * nothing to decide: for such a target there is nothing at any address. A target that names this service's own origin in full
 * is taken as its path (RFC 9112 section 3.2.2).
 *
 * @param ownOrigin the public origin, once it is known.
 * @returns what to route by, for Fastify's `rewriteUrl`.
 */
export const plainTarget =
  (ownOrigin: () => string) =>
  ({ url = '' }: Pick<IncomingMessage, 'url'>): string => {
    const own = `${ownOrigin()}/`;
    const target = url.startsWith(own) ? url.slice(own.length - 1) : url;
    return isPlainTarget(target) ? target : NOWHERE;
  };
