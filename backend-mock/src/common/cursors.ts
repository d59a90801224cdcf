import { randomBytes } from 'node:crypto';
import type { JsonObject } from '@narrow-deputies/contracts';
import { digestOfJson } from '@narrow-deputies/signing';
import { base64url, CompactEncrypt, compactDecrypt } from 'jose';
import * as z from 'zod';
import type { Tx } from '../database/database.ts';
import type { Principal } from '../principal/principal.ts';
import { Refusal } from './refusal.ts';

/** How long a listing may be gone on with. */
const LIFE_MS = 15 * 60_000;
const KEY = 'cursor-key';
const ALGORITHM = { alg: 'dir', enc: 'A256GCM' };

/** Whose listing it is and of what: all of it is sealed into the cursor, and has to be the same when it comes back. */
export interface Listing {
  readonly principal: Principal;
  readonly tool: string;
  /** The arguments without the cursor itself. */
  readonly arguments: JsonObject;
}

const sealed = z.strictObject({ of: z.string(), until: z.int(), at: z.record(z.string(), z.unknown()) });

const digestOf = ({ principal: { clientId, ownerId }, tool, arguments: args }: Listing): string =>
  digestOfJson({ clientId, ownerId, tool, args });

/** The key is a row, so that any replica goes on with what another one began. */
async function keyOf(tx: Tx): Promise<Uint8Array> {
  const read = () => tx.selectFrom('settings').select('value').where('name', '=', KEY).executeTakeFirst();
  const known = await read();
  if (known) return base64url.decode(known.value);
  await tx
    .insertInto('settings')
    .values({ name: KEY, value: base64url.encode(randomBytes(32)) })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  return base64url.decode((await read())?.value ?? '');
}

/**
 * Seals where a listing stands (RFC 7516, compact form): it can be neither read nor made nor used for another listing.
 *
 * @param now milliseconds.
 */
export async function sealCursor(tx: Tx, now: number, listing: Listing, at: JsonObject): Promise<string> {
  const text = JSON.stringify({ of: digestOf(listing), until: now + LIFE_MS, at });
  return new CompactEncrypt(Buffer.from(text)).setProtectedHeader(ALGORITHM).encrypt(await keyOf(tx));
}

/**
 * Opens a cursor that {@link sealCursor} made for the same listing.
 *
 * @throws Refusal `invalid_arguments`, the same for one that was made up, altered, another principal's, or too old.
 */
export async function openCursor<S extends z.ZodType>(
  tx: Tx,
  now: number,
  listing: Listing,
  cursor: string,
  shape: S,
): Promise<z.infer<S>> {
  const opened = await decrypt(cursor, await keyOf(tx));
  const content = sealed.safeParse(opened);
  const at = shape.safeParse(content.data?.at);
  if (content.success && at.success && content.data.of === digestOf(listing) && content.data.until > now)
    return at.data;
  throw new Refusal('invalid_arguments', {
    detail: `This cursor does not go on with this listing. Call ${listing.tool} again without a cursor.`,
    errors: [{ pointer: '/cursor', message: 'nextCursor of the page before, with otherwise the same arguments.' }],
  });
}

async function decrypt(cursor: string, key: Uint8Array): Promise<unknown> {
  try {
    const { plaintext } = await compactDecrypt(cursor, key, {
      keyManagementAlgorithms: [ALGORITHM.alg],
      contentEncryptionAlgorithms: [ALGORITHM.enc],
    });
    return JSON.parse(Buffer.from(plaintext).toString('utf8'));
  } catch {
    return undefined;
  }
}
