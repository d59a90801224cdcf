import { Refusal } from '@narrow-deputies/server-kit';

/** The code that some work was refused with. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  return error instanceof Refusal ? error.problem.code : `no refusal: ${String(error)}`;
}

/** The header (0) or the claims (1) of a JWT. */
export const part = (jwt: string, index: number): unknown =>
  JSON.parse(Buffer.from(jwt.split('.')[index] ?? '', 'base64url').toString());
